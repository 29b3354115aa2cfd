import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { systemEntropy } from '#base/clock.ts'
import type { StoreAddress } from '#store/store.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import { sealedBy, Sealer } from '#vault/seal.ts'
import { sealEverywhere } from '../support/sealed.ts'
import { newPlace, openTestStore, STORE_KINDS } from '../support/stores.ts'

const ONE = `k1 ${'1f'.repeat(32)}`
const TWO = `${ONE}\nk2 ${'2e'.repeat(32)}`
const PROCESS = join(import.meta.dirname, '..', 'support', 'key-rotation-process.ts')
const SETS = 12

/** @returns whether it came to its end before it was killed at the value of that number */
async function rotate(address: StoreAddress, killAt: number): Promise<boolean> {
  const where =
    address.kind === 'sqlite' ? address : { kind: 'postgres', url: address.url.reveal() }
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(where), TWO, String(killAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return said.includes('done')
}

for (const kind of STORE_KINDS)
  describe(`a change of the master key, killed (${kind})`, () => {
    it('V09: at no moment is a value unreadable, and the next run goes on', async () => {
      await using place = await newPlace(kind)
      const { address } = place
      await using store = await openTestStore(kind, { at: address })
      const old = new Sealer(parseKeyFile(ONE), systemEntropy)
      let everywhere = await sealEverywhere(store, old)
      for (let n = 1; n < SETS; n++) everywhere = await sealEverywhere(store, old)
      // There is one SMS gateway, however many sets there are.
      const all = SETS * (store.tables.sealedValues.columns.length - 1) + 1
      const both = new Sealer(parseKeyFile(TWO), systemEntropy)
      const underNew = async (): Promise<number> => {
        const values = await everywhere.now()
        assert.equal(values.length, all)
        for (const { sealed, place: at, text } of values)
          assert.equal(both.open(sealed, at).reveal(), text)
        return values.filter(({ sealed }) => sealedBy(sealed) === 'k2').length
      }
      let before = 0
      for (const killAt of [1, 2, 9, 20, 25]) {
        assert.equal(await rotate(address, killAt), false)
        const now = await underNew()
        assert.ok(now >= before && now < all, `${now} of ${all} after ${before}`)
        before = now
      }
      assert.ok(before > 0)
      assert.equal(await rotate(address, Infinity), true)
      assert.equal(await underNew(), all)
    })
  })
