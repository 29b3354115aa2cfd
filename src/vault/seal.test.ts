import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { parseKeyFile } from './keyring.ts'
import { sealedBy, Sealer, type Place } from './seal.ts'

const ONE = `k1 ${'01'.repeat(32)}`
const TWO = `k2 ${'02'.repeat(32)}`
const sealer = (keys: string): Sealer => new Sealer(parseKeyFile(keys), systemEntropy)
const PLACE: Place = { table: 'second_factor', column: 'secret', row: 'r1' }

describe('sealed columns', () => {
  it('opens what was sealed, whatever bytes it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, row) => {
        const place = { ...PLACE, row }
        const sealed = sealer(ONE).seal(new Secret(bytes), place)
        assert.deepEqual(sealer(ONE).open(sealed, place).revealBytes(), Buffer.from(bytes))
      }),
    )
  })

  it('shows nothing of the secret, and never looks the same twice', () => {
    const secret = new Secret('JBSWY3DPEHPK3PXP')
    const [first, second] = [sealer(ONE).seal(secret, PLACE), sealer(ONE).seal(secret, PLACE)]
    assert.ok(!first.includes('JBSW'))
    assert.notDeepEqual(first, second)
    assert.equal(first.length, 2 + 2 + 12 + 16 + 16)
  })

  it('opens what an earlier key sealed, and seals with the current one', () => {
    const old = sealer(ONE).seal(new Secret('x'), PLACE)
    const both = sealer(`${ONE}\n${TWO}`)
    assert.equal(both.open(old, PLACE).reveal(), 'x')
    assert.equal(sealedBy(old), 'k1')
    assert.equal(sealedBy(both.seal(new Secret('x'), PLACE)), 'k2')
    assert.throws(() => sealer(TWO).open(old, PLACE), /"k1" is not in the key file/)
  })

  it('says what does not open, and nothing of what is in it', () => {
    const sealed = sealer(ONE).seal(new Secret('canary'), PLACE)
    sealed[sealed.length - 1]! ^= 1
    assert.throws(
      () => sealer(ONE).open(sealed, PLACE),
      (thrown: Error) =>
        thrown.message === 'A sealed value does not open (second_factor.secret of r1).',
    )
    for (const none of [
      Buffer.alloc(0),
      Buffer.of(1),
      Buffer.of(1, 0),
      Buffer.of(2, 1, 65),
      Buffer.from('{"a":1}'),
    ])
      assert.throws(() => sealer(ONE).open(none, PLACE), /not a sealed value/)
  })

  it('keeps places apart whose names would join to the same text', () => {
    const sealed = sealer(ONE).seal(new Secret('x'), { table: 'a', column: 'b","c', row: 'd' })
    assert.throws(() => sealer(ONE).open(sealed, { table: 'a', column: 'b', row: 'c","d' }))
  })
})
