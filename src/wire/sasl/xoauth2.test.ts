import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Secret } from '#base/secret.ts'
import { oauthbearer } from './oauthbearer.ts'
import { xoauth2 } from './xoauth2.ts'

const base64 = (message: Secret): string => message.revealBytes().toString('base64')
const AT = { host: 'imap.example.com', port: 993 }

describe('XOAUTH2', () => {
  it("is what Google's document gives", () => {
    assert.equal(
      base64(
        xoauth2(
          'someuser@example.com',
          new Secret('ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg'),
        ),
      ),
      'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
    )
    assert.equal(
      base64(xoauth2('user@example.com', new Secret('tok'))),
      'dXNlcj11c2VyQGV4YW1wbGUuY29tAWF1dGg9QmVhcmVyIHRvawEB',
    )
  })
})

describe('OAUTHBEARER', () => {
  it('is what RFC 7628 §4.1 gives', () => {
    assert.equal(
      base64(
        oauthbearer('user@example.com', new Secret('vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=='), {
          host: 'server.example.com',
          port: 143,
        }),
      ),
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
    )
    assert.equal(
      base64(oauthbearer('user@example.com', new Secret('tok'), AT)),
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9aW1hcC5leGFtcGxlLmNvbQFwb3J0PTk5MwFhdXRoPUJlYXJlciB0b2sBAQ==',
    )
  })

  it('M17: escapes a comma and an equals sign in the name, the sign first', () => {
    const message = oauthbearer('a,b=2C@example.com', new Secret('tok'), AT).reveal()
    assert.equal(message.split('\u0001')[0], 'n,a=a=2Cb=3D2C@example.com,')
  })
})

describe('what would change the message', () => {
  const builders = {
    xoauth2,
    oauthbearer: (user: string, token: Secret) => oauthbearer(user, token, AT),
  }
  for (const [name, build] of Object.entries(builders))
    it(`M17: ${name} refuses every control character in user and token`, () => {
      for (const code of [...Array(0x20).keys(), 0x7f]) {
        const at = String.fromCharCode(code)
        assert.throws(() => build(`v${at}x@example.com`, new Secret('tok')), TypeError)
        assert.throws(() => build('v@example.com', new Secret(`t${at}k`)), TypeError)
        assert.throws(() => build(`v@example.com${at}`, new Secret('tok')), TypeError)
        assert.throws(() => build('v@example.com', new Secret(`tok${at}`)), TypeError)
      }
      const injected = 'v\u0001auth=Bearer X\u0001\u0001'
      assert.throws(() => build(injected, new Secret('tok')), { message: /The user cannot/ })
      for (const [user, token] of [
        ['', 'tok'],
        ['v', ''],
        ['v', 'a b'],
        ['v', 'tök'],
        ['\ud800', 't'],
      ])
        assert.throws(() => build(user!, new Secret(token!)), TypeError)
    })

  it('M17: whatever the name, the message has the fields that were meant, and no more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (user) => {
        for (const [name, build] of Object.entries(builders)) {
          let message: string
          try {
            message = build(user, new Secret('tok')).reveal()
          } catch {
            continue
          }
          const fields = message.split('\u0001')
          assert.deepEqual(fields.slice(-3), ['auth=Bearer tok', '', ''])
          assert.equal(fields.length, name === 'xoauth2' ? 4 : 6)
        }
      }),
    )
  })
})
