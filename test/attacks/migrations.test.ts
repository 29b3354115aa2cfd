/**
 * V14: a migration that is killed at each of its statements; versions that run together.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Kysely } from 'kysely'
import { silentLog } from '#base/log.ts'
import { applied, MIGRATIONS, migrate } from '#store/migrations.ts'
import { openStore, type StoreAddress } from '#store/store.ts'
import { inOneFile } from '../support/one-file.ts'
import { auditEvent, userRow } from '../support/rows.ts'
import { auditSeal, forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const PROGRAM = path.join(import.meta.dirname, '..', 'support', 'migration-process.ts')

type Ended = { signal: string | null; said: string }

/** The real process, killed by itself with SIGKILL before its nth statement. */
async function migrateInProcess(program: string, address: StoreAddress, n: number): Promise<Ended> {
  const where = address.kind === 'sqlite' ? address.file : address.url.reveal()
  return await new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, address.kind, where, String(n)],
      (error, said, complaint) => {
        const signal = error?.signal ?? null
        if (error && signal === null) reject(new Error(complaint))
        else resolve({ signal, said })
      },
    )
  })
}

describe('V14: a migration that is interrupted', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-migrates-'))
  let program: string
  before(async () => {
    program = await inOneFile(PROGRAM, folder)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  forEachStore((name) => {
    it('V14: killed before each statement it leaves nothing, and the next start goes through', async () => {
      await using whole = await newPlace(name)
      const statements = Number((await migrateInProcess(program, whole.address, 0)).said)
      assert.ok(statements > 50)
      await using reference = await openTestStore(name, { at: whole.address })
      const expected = await reference.db.introspection.getTables()

      await using place = await newPlace(name)
      for (let n = 1; n <= statements; n++) {
        const { signal } = await migrateInProcess(program, place.address, n)
        // A later run finds its own tables of names and times there, and asks less.
        if (signal === null) break
        assert.equal(signal, 'SIGKILL')
        await using store = await openStore(place.address, auditSeal(), silentLog)
        const tables = (await store.db.introspection.getTables()).map((table) => table.name)
        const own = tables.filter((table) => !table.startsWith('kysely_'))
        if (own.length === 0) assert.deepEqual(await applied(store.db), [])
        else {
          // It was killed after the end of its transaction: then everything is there.
          assert.deepEqual(await store.db.introspection.getTables(), expected)
          assert.deepEqual(await applied(store.db), Object.keys(MIGRATIONS))
        }
      }
      await using store = await openTestStore(name, { at: place.address })
      assert.deepEqual(await store.db.introspection.getTables(), expected)
      await store.tables.users.insert(userRow('ada'))
      assert.equal((await store.tables.audit.append(auditEvent())).seq, 1)
    })

    it('V14: the version before goes on writing while the next one migrates, and starts again', async () => {
      await using place = await newPlace(name)
      await using old = await openTestStore(name, { at: place.address })
      await using next = await openTestStore(name, { at: place.address })
      const adds = {
        up: async (db: Kysely<unknown>) => {
          await db.schema.createTable('later').addColumn('id', 'text').execute()
          await db.schema.alterTable('user').addColumn('later', 'text').execute()
        },
      }
      const writes = Array.from({ length: 40 }, async (_, i) => {
        if (i === 20) return await migrate(next.db, { ...MIGRATIONS, '9001-later': adds })
        return await old.transaction(async (tables) => {
          await tables.audit.append(auditEvent())
          await tables.users.insert(userRow(`person ${i}`))
        })
      })
      await Promise.all(writes)
      assert.equal((await old.tables.audit.head()).seq, 39)
      await using again = await openTestStore(name, { at: place.address })
      const page = { offset: 0, size: 100 }
      const listed = await again.tables.users.list({}, { by: 'name', direction: 'asc' }, page, 0)
      assert.equal(listed.total, 39)
      await again.tables.users.update(listed.rows[0]!.id, { language: 'fr' })
    })
  })
})
