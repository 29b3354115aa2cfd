import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '#base/secret.ts'
import { newKeyFile, parseKeyFile, PURPOSES } from './keyring.ts'

const ONE = `k1 ${'01'.repeat(32)}`
const TWO = `k2 ${'02'.repeat(32)}`

describe('keyring', () => {
  it('reads a key a line; the last one is current', () => {
    const keyring = parseKeyFile(`# a comment\n\n${ONE}\r\n${TWO}\n`)
    assert.deepEqual(keyring.ids, ['k1', 'k2'])
    assert.equal(keyring.current, 'k2')
    assert.deepEqual([keyring.has('k1'), keyring.has('k3')], [true, false])
  })

  it('reads what it writes for a first start', () => {
    const keyring = parseKeyFile(newKeyFile((bytes) => Buffer.alloc(bytes, 7)))
    assert.deepEqual(keyring.ids, ['k1'])
    assert.deepEqual(
      keyring.key('seal').export(),
      parseKeyFile(`k1 ${'07'.repeat(32)}`)
        .key('seal')
        .export(),
    )
  })

  for (const [what, text] of Object.entries({
    nothing: '',
    'a comment only': '# k1\n',
    'a key that is too short': `k1 ${'01'.repeat(31)}`,
    'a key that is too long': `k1 ${'01'.repeat(33)}`,
    capitals: `k1 ${'AB'.repeat(32)}`,
    'no id': '01'.repeat(32),
    'an id with other characters': `k_1 ${'01'.repeat(32)}`,
    'the same id twice': `${ONE}\nk1 ${'02'.repeat(32)}`,
    'something after the key': `${ONE} # mine`,
    base64: `k1 ${Buffer.alloc(32, 1).toString('base64')}`,
  }))
    it(`refuses ${what}, and does not repeat it`, () => {
      assert.throws(
        () => parseKeyFile(text),
        (thrown: Error) => !/0101|ABAB|AQEB/.test(thrown.message) && /key/.test(thrown.message),
      )
    })

  it('derives a key of its own for every purpose and every id (RFC 5869)', () => {
    const keyring = parseKeyFile(`${ONE}\n${TWO}`)
    const all = PURPOSES.flatMap((purpose) =>
      keyring.ids.map((id) => keyring.key(purpose, id).export().toString('hex')),
    )
    assert.equal(new Set(all).size, 2 * PURPOSES.length)
    const info = 'passerelle/1/seal'
    const expected = hkdfSync('sha256', Buffer.alloc(32, 1), '', info, 32)
    assert.deepEqual(keyring.key('seal', 'k1').export(), Buffer.from(expected))
    assert.throws(() => keyring.key('seal', 'k9'), /"k9" is not in the key file/)
  })

  it('hashes under the current key, and looks for the same under every one, current first', () => {
    const [old, both] = [parseKeyFile(ONE), parseKeyFile(`${ONE}\n${TWO}`)]
    const secret = new Secret('k7m2p')
    const hashes = both.hashes('app-password', secret)
    assert.deepEqual(hashes[0], both.hash('app-password', secret))
    assert.deepEqual(hashes[1], old.hash('app-password', secret))
    assert.notDeepEqual(hashes[0], hashes[1])
    assert.notDeepEqual(both.hash('session', secret), both.hash('app-password', secret))
  })

  it('does not show its keys', () => {
    const keyring = parseKeyFile(ONE)
    keyring.key('seal')
    assert.ok(
      !/0101/.test(inspect(keyring, { depth: 9, showHidden: true }) + JSON.stringify(keyring)),
    )
  })
})
