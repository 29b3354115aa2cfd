/**
 * V09, V10, V11: master keys that do not fit, sealed values that somebody moved or changed in the
 * database, and nonces that come twice.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Store } from '#store/store.ts'
import { checkKeys } from '#vault/key-check.ts'
import { parseKeyFile, type Keyring } from '#vault/keyring.ts'
import { sealedBy, Sealer, type Place } from '#vault/seal.ts'
import { secondFactorRow, userRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'

const key = (id: string, byte: string): string => `${id} ${byte.repeat(32)}`
const ring = (...lines: string[]): Keyring => parseKeyFile(lines.join('\n'))
const ONE = key('k1', '01')
const TWO = key('k2', '02')

const placeOf = (row: string): Place => ({ table: 'second_factor', column: 'secret', row })

/** A person with a sealed secret. */
async function add(
  store: Store,
  sealer: Sealer,
  name: string,
): Promise<{ id: string; user: string }> {
  const user = userRow(name)
  await store.tables.users.insert(user)
  const row = secondFactorRow(user)
  const secret = sealer.seal(new Secret(`secret of ${name}`), placeOf(row.id))
  await store.tables.secondFactors.insert({ ...row, secret })
  return { id: row.id, user: user.id }
}

async function read(
  store: Store,
  sealer: Sealer,
  row: { id: string; user: string },
): Promise<string> {
  const found = await store.tables.secondFactors.find(row.user, row.id)
  return sealer.open(found!.secret, placeOf(row.id)).reveal()
}

async function put(store: Store, row: { id: string }, secret: Uint8Array): Promise<void> {
  await store.db.updateTable('second_factor').set({ secret }).where('id', '=', row.id).execute()
}

const bytes = async (store: Store, row: { id: string; user: string }): Promise<Buffer> =>
  Buffer.from((await store.tables.secondFactors.find(row.user, row.id))!.secret)

describe('V09: master keys', () => {
  forEachStore((_, open) => {
    it('V09: with half of the rows under each of two keys, all open; with one of them, no start', async () => {
      await using store = await open()
      const { meta } = store.tables
      await checkKeys(meta, ring(ONE))
      const before = new Sealer(ring(ONE), systemEntropy)
      const rows = [await add(store, before, 'ada'), await add(store, before, 'bob')]
      await checkKeys(meta, ring(ONE, TWO))
      const after = new Sealer(ring(ONE, TWO), systemEntropy)
      rows.push(await add(store, after, 'carol'), await add(store, after, 'dora'))
      const names = ['ada', 'bob', 'carol', 'dora']
      const ids = await Promise.all(rows.map(async (row) => sealedBy(await bytes(store, row))))
      assert.deepEqual(ids, ['k1', 'k1', 'k2', 'k2'])
      for (const [i, row] of rows.entries())
        assert.equal(await read(store, after, row), `secret of ${names[i]}`)

      const wrong: Record<string, Keyring> = {
        'the old one only': ring(ONE),
        'the new one only': ring(TWO),
        'the old one is another': ring(key('k1', '09'), TWO),
        'the new one is another': ring(ONE, key('k2', '09')),
        'they changed names': ring(key('k1', '02'), key('k2', '01')),
        'a third one only': ring(key('k3', '03')),
      }
      for (const [what, keys] of Object.entries(wrong))
        await assert.rejects(checkKeys(meta, keys), /master key file/, what)
      // None of those tries was noted, so the right keys still fit.
      await checkKeys(meta, ring(ONE, TWO))
      assert.equal((await meta.list('key_check')).length, 2)
    })
  })
})

describe('V10: sealed values', () => {
  forEachStore((_, open) => {
    it('V10: one that was changed, cut, moved or played back does not open, and the others do', async () => {
      await using store = await open()
      const sealer = new Sealer(ring(ONE, TWO), systemEntropy)
      const [ada, bob] = [await add(store, sealer, 'ada'), await add(store, sealer, 'bob')]
      const [hers, his] = [await bytes(store, ada), await bytes(store, bob)]
      const elsewhere = { ...placeOf(ada.id), column: 'name' }
      const underOne = new Sealer(ring(ONE), systemEntropy).seal(new Secret('x'), placeOf(ada.id))
      const bad: Record<string, Buffer> = {
        "another row's": his,
        "another column's": sealer.seal(new Secret('x'), elsewhere),
        'another table’s': sealer.seal(new Secret('x'), { ...placeOf(ada.id), table: 'user' }),
        'the id of another key': Buffer.from(hers).fill('k1', 2, 4),
        'the id of a key that is not here': Buffer.from(hers).fill('k9', 2, 4),
        'the same id in another spelling': Buffer.from(hers).fill('K2', 2, 4),
        'key and text of two': Buffer.concat([underOne.subarray(0, 16), hers.subarray(16)]),
        'something behind it': Buffer.concat([hers, Buffer.of(0)]),
        'no version': hers.subarray(1),
        nothing: Buffer.alloc(0),
      }
      for (let n = 1; n < hers.length; n++) bad[`the first ${n} bytes`] = hers.subarray(0, n)
      for (let bit = 0; bit < hers.length * 8; bit++) {
        const flipped = Buffer.from(hers)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        bad[`bit ${bit}`] = flipped
      }
      for (const [what, value] of Object.entries(bad)) {
        await put(store, ada, value)
        await assert.rejects(
          read(store, sealer, ada),
          (thrown: Error) => !/of (ada|bob)/.test(thrown.message),
          what,
        )
      }
      assert.equal(await read(store, sealer, bob), 'secret of bob')
      await put(store, ada, hers)
      assert.equal(await read(store, sealer, ada), 'secret of ada')
    })

    it('V10: the secret of a factor that was removed does not open in the one made after it', async () => {
      await using store = await open()
      const sealer = new Sealer(ring(ONE), systemEntropy)
      const ada = await add(store, sealer, 'ada')
      const old = await bytes(store, ada)
      await store.tables.secondFactors.delete(ada.user, ada.id)
      const row = secondFactorRow({ id: ada.user }, { secret: old })
      await store.tables.secondFactors.insert(row)
      await assert.rejects(read(store, sealer, { id: row.id, user: ada.user }), /does not open/)
    })
  })
})

describe('V11: nonces', () => {
  it('V11: none comes twice in 200,000 seals, also of one row', () => {
    const sealer = new Sealer(ring(ONE), systemEntropy)
    const secret = new Secret('x')
    const place = placeOf('r1')
    const seen = new Set<string>()
    for (let i = 0; i < 200_000; i++) seen.add(sealer.seal(secret, place).toString('latin1', 4, 16))
    assert.equal(seen.size, 200_000)
  })

  it('V11: a machine that was put back and repeats its chance uses another key for every row', () => {
    const stuck = new Sealer(ring(ONE), (count) => Buffer.alloc(count, 7))
    const [a, b] = [Buffer.alloc(64, 'a'), Buffer.alloc(64, 'b')]
    const text = (plain: Buffer, row: string): Buffer =>
      stuck.seal(new Secret(plain), placeOf(row)).subarray(16, 16 + 64)
    const xor = (x: Buffer, y: Buffer): string =>
      Buffer.from(x.map((byte, i) => byte ^ y[i]!)).toString('hex')
    // With one key and one nonce, two ciphertexts differ exactly as their texts do.
    assert.equal(xor(text(a, 'r1'), text(b, 'r1')), xor(a, b))
    assert.notEqual(xor(text(a, 'r1'), text(b, 'r2')), xor(a, b))
  })
})
