import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import { oauthbearer } from '#wire/sasl/oauthbearer.ts'
import { xoauth2 } from '#wire/sasl/xoauth2.ts'
import { oneLine } from './mail-server.ts'

describe('what a mail server says', () => {
  const short = new Secret('c4nary.c4nary.c4nary')

  it('is one line without controls, of 500 characters at most', () => {
    assert.equal(oneLine(' a\r\nb\u0000\u2028c ', short), 'a b c')
    assert.equal(oneLine('x y '.repeat(1000), short).length, 500)
  })

  it('has no token in it, however short, also where a message is said back in base64', () => {
    const at = { host: 'imap.example.org', port: 993 }
    for (const message of [xoauth2('a@b.cd', short), oauthbearer('a@b.cd', short, at)])
      for (const before of ['', 'P2 AUTHENTICATE XOAUTH2 ', 'x']) {
        const line = `500 What is ${before}${message.revealBytes().toString('base64')}?`
        assert.match(oneLine(line, short), /^500 What is [^=]*\[…\]\?$/)
      }
    assert.equal(oneLine(`NO ${short.reveal()} is over`, short), 'NO [token] is over')
  })

  it('keeps what helps: names of hosts, numbers of requests, addresses of help', () => {
    for (const said of [
      '[AM0PR10CA0001.EURPRD10.PROD.OUTLOOK.COM 2026-11-20T12:00:00.000Z 08DE27A1B2C3D4E5]',
      'Request-Id: 01234567-89ab-cdef-0123-456789abcdef',
      'https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-b76f3a4f5c1sm1234567866b.12 - gsmtp',
    ])
      assert.equal(oneLine(said, short), said)
  })
})
