import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { challenge, readBasic } from './basic.ts'

const basic = (text: string | Uint8Array, scheme = 'Basic '): string =>
  scheme + Buffer.from(text as string).toString('base64')

function credentials(header: string): [string, string] | string {
  const read = readBasic(header)
  return read.read === 'credentials' ? [read.username, read.password.reveal()] : read.read
}

describe('Basic credentials', () => {
  it('splits at the first colon', () => {
    assert.deepEqual(credentials(basic('ada:a:b:c')), ['ada', 'a:b:c'])
  })
  it('takes the scheme in any case and with more than one space', () => {
    assert.deepEqual(credentials(basic('ada:x', 'basic ')), ['ada', 'x'])
    assert.deepEqual(credentials(basic('ada:x', 'BASIC   ')), ['ada', 'x'])
  })
  it('keeps every character of UTF-8 as it is', () => {
    assert.deepEqual(credentials(basic('zoë:p"{\\ 🔑')), ['zoë', 'p"{\\ 🔑'])
    assert.deepEqual(credentials(basic('zoe\u0308:é')), ['zoe\u0308', 'é'])
  })
  it('asks again when a name or a password is missing, or the scheme is another', () => {
    for (const header of ['', 'Bearer abc', 'Basicabc x', basic(':x'), basic('x:'), basic(':')])
      assert.equal(credentials(header), 'nothing', header)
    assert.equal(readBasic(undefined).read, 'nothing')
  })
  it('refuses what is not base64, not UTF-8, has no colon or has control characters', () => {
    const latin1 = Buffer.from('zo\u00eb:x', 'latin1')
    const cases = ['Basic', 'Basic ', 'Basic a', 'Basic YTpi YTpi', 'Basic YTpi=', 'Basic YTpj_w==']
    for (const header of [
      ...cases,
      basic('nocolon'),
      basic('a:b\n'),
      basic('a\0:b'),
      basic(latin1),
    ])
      assert.equal(credentials(header), 'malformed', header)
    assert.equal(credentials(basic(Uint8Array.of(0xff, 0xfe, 0x3a, 0x61))), 'malformed')
  })
  it('names realm and charset in the challenge', () => {
    assert.equal(challenge('Passerelle'), 'Basic realm="Passerelle", charset="UTF-8"')
  })
})
