import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { Secret } from '#base/secret.ts'
import { SEALED_COLUMNS } from '#store/sealed-values.ts'
import type { Store } from '#store/store.ts'
import { followCurrentKey } from '#vault/current-key.ts'
import { parseKeyFile, type Keyring } from '#vault/keyring.ts'
import { sealedBy, Sealer } from '#vault/seal.ts'
import { changeBench, type ChangeBench } from '../../test/support/change-bench.ts'
import { sealEverywhere } from '../../test/support/sealed.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { isRotated, resealAll, useKey, type RotationNeeds } from './key-rotation.ts'

const ONE = `k1 ${'1f'.repeat(32)}`
const TWO = `${ONE}\nk2 ${'2e'.repeat(32)}`

const node = (bench: ChangeBench, keyring: Keyring): RotationNeeds => ({
  ...bench.needs,
  keyring,
  sealer: new Sealer(keyring, bench.needs.entropy),
})

/** Every column of bytes in every table, and which keys sealed what stands there. */
async function keysInUse(store: Store): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  for (const { name: table, columns } of await store.db.introspection.getTables())
    for (const { name: column, dataType } of columns) {
      if (!/bytea|blob/i.test(dataType)) continue
      const { rows } = await sql<{ bytes: Uint8Array | null }>`
        select ${sql.ref(column)} as bytes from ${sql.table(table)}`.execute(store.db)
      for (const { bytes } of rows) {
        if (!bytes) continue
        try {
          const key = sealedBy(bytes)
          found.getOrInsert(`${table}.${column}`, new Set()).add(key)
        } catch {
          // Hashes and paths are no sealed values.
        }
      }
    }
  return found
}

forEachStore((_, open) => {
  describe('another master key', () => {
    it('V09: every sealed column comes under it, and every value opens', async () => {
      await using bench = await changeBench(open)
      const before = await sealEverywhere(bench.store, node(bench, parseKeyFile(ONE)).sealer)
      const needs = node(bench, parseKeyFile(TWO))
      needs.keyring.use('k1')
      assert.equal(await isRotated(needs), true)
      await useKey(needs, bench.ada, 'k2')
      assert.equal(await isRotated(needs), false)
      const reports = await resealAll(needs)
      assert.deepEqual(
        reports.map(({ column, proven, resealed, broken }) => [column, proven, resealed, broken]),
        SEALED_COLUMNS.map(({ table, column }) => [`${table}.${column}`, 1, 1, []]),
      )
      for (const { place, sealed, text } of await before.now()) {
        assert.equal(sealedBy(sealed), 'k2')
        assert.equal(needs.sealer.open(sealed, place).reveal(), text)
      }
      const inUse = await keysInUse(bench.store)
      assert.equal(inUse.size, SEALED_COLUMNS.length)
      for (const [column, keys] of inUse) assert.deepEqual([...keys], ['k2'], column)
      assert.equal(await isRotated(needs), true)
      assert.equal((await bench.said()).at(-1), 'key.rotate ok')
    })

    it('V09: a node that runs opens what is sealed with it, and uses it from then on', async () => {
      await using bench = await changeBench(open)
      await sealEverywhere(bench.store, node(bench, parseKeyFile(ONE)).sealer)
      let file = ONE
      const running = node(
        bench,
        parseKeyFile(ONE, () => file),
      )
      file = TWO
      const command = node(bench, parseKeyFile(TWO))
      command.keyring.use('k1')
      await useKey(command, bench.ada, 'k2')
      const place = { table: 't', column: 'c', row: 'r' }
      const sealed = command.sealer.seal(new Secret('x'), place)
      assert.equal(running.sealer.open(sealed, place).reveal(), 'x')
      assert.equal(running.keyring.current, 'k1')
      await followCurrentKey(bench.store.tables.meta, running.keyring)
      assert.equal(running.keyring.current, 'k2')
      const lacking = parseKeyFile(ONE, () => ONE)
      await assert.rejects(followCurrentKey(bench.store.tables.meta, lacking), /"k2" is not in/)
      assert.equal(lacking.current, 'k1')
    })

    it('V09: cut short at every value it goes on where it was', async () => {
      for (let at = 1; at <= SEALED_COLUMNS.length; at++) {
        await using bench = await changeBench(open)
        const before = await sealEverywhere(bench.store, node(bench, parseKeyFile(ONE)).sealer)
        const needs = node(bench, parseKeyFile(TWO))
        needs.keyring.use('k1')
        await useKey(needs, bench.ada, 'k2')
        let seals = 0
        const { sealer } = needs
        const cut: RotationNeeds = {
          ...needs,
          sealer: {
            open: (sealed, place) => sealer.open(sealed, place),
            seal: (secret, place) => {
              if (++seals === at) throw new Error('cut')
              return sealer.seal(secret, place)
            },
          },
        }
        await assert.rejects(resealAll(cut), /cut/)
        for (const { place, sealed, text } of await before.now())
          assert.equal(sealer.open(sealed, place).reveal(), text)
        const reports = await resealAll(needs)
        const resealed = reports.reduce((sum, one) => sum + one.resealed, 0)
        assert.equal(resealed, SEALED_COLUMNS.length - at + 1)
        assert.equal(await isRotated(needs), true)
      }
    })

    it('never puts back a token that was refreshed meanwhile', async () => {
      await using bench = await changeBench(open)
      const before = await sealEverywhere(bench.store, node(bench, parseKeyFile(ONE)).sealer)
      const needs = node(bench, parseKeyFile(TWO))
      const { sealer } = needs
      const { accountId } = before
      const place = { table: 'mail_account', column: 'refresh_token', row: accountId }
      const column = SEALED_COLUMNS.find((one) => one.column === 'refresh_token')!
      const [seen] = await bench.store.tables.sealedValues.after(column, '', 10)
      const newer = sealer.seal(new Secret('newer'), place)
      await bench.store.tables.mailAccounts.update(accountId, { refresh_token: newer })
      const fresh = sealer.seal(new Secret('older'), place)
      assert.equal(await bench.store.tables.sealedValues.replace(column, seen!, fresh), false)
      const row = await bench.store.tables.mailAccounts.find(accountId)
      assert.equal(sealer.open(row!.refresh_token!, place).reveal(), 'newer')
    })

    it('V10: names what does not open, leaves it, and goes on with the others', async () => {
      await using bench = await changeBench(open)
      const before = await sealEverywhere(bench.store, node(bench, parseKeyFile(ONE)).sealer)
      await bench.store.tables.mailAccounts.update(before.accountId, {
        refresh_token: Buffer.from('nothing sealed'),
      })
      const needs = node(bench, parseKeyFile(TWO))
      const reports = await resealAll(needs)
      const broken = reports.flatMap((one) => one.broken)
      assert.deepEqual(broken, [`mail_account.refresh_token ${before.accountId}`])
      const others = reports.filter(({ column }) => column !== 'mail_account.refresh_token')
      assert.ok(others.every(({ proven, resealed }) => proven === 1 && resealed === 1))
    })
  })
})
