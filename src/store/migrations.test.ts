import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { silentLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { auditSeal, forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'
import { applied, MIGRATIONS, migrate, migrateTo, pending } from './migrations.ts'
import type { Database } from './schema.ts'
import { openStore, type Store } from './store.ts'

const adds = (table: string): Migration => ({
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable(table).addColumn('id', 'text').execute()
  },
})
const fails: Migration = {
  up: async (db: Kysely<unknown>) => {
    await adds('half').up(db)
    await db.schema.alterTable('user').addColumn('half', 'text').execute()
    await db.schema.createIndex('half_index').on('meta').column('value').execute()
    throw new Error('a mistake')
  },
}

const tables = async (store: Store): Promise<string[]> =>
  (await store.db.introspection.getTables()).map((table) => table.name).sort()

const columns = async (store: Store): Promise<string> =>
  JSON.stringify(await store.db.introspection.getTables())

describe('store: migrations', () => {
  forEachStore((name) => {
    it('makes every table, and then has nothing to do', async () => {
      await using place = await newPlace(name)
      await using store = await openStore(place.address, auditSeal(), silentLog)
      assert.deepEqual(await pending(store.db), Object.keys(MIGRATIONS))
      assert.deepEqual(await migrate(store.db), Object.keys(MIGRATIONS))
      assert.deepEqual(await migrate(store.db), [])
      assert.deepEqual(await pending(store.db), [])
      assert.deepEqual(await applied(store.db), Object.keys(MIGRATIONS))
      assert.deepEqual(await migrateTo(store.db, Object.keys(MIGRATIONS).at(-1)!), [])
    })

    it('is made once, when several nodes start together', async () => {
      await using place = await newPlace(name)
      await using opened = new AsyncDisposableStack()
      const nodes = await Promise.all(
        Array.from(
          { length: 4 },
          async () => await openStore(place.address, auditSeal(), silentLog),
        ),
      )
      for (const node of nodes) opened.use(node)
      const made = await Promise.all(nodes.map(async (node) => await migrate(node.db)))
      assert.deepEqual(made.flat(), Object.keys(MIGRATIONS))
      assert.equal((await nodes[0]!.tables.audit.head()).seq, 0)
    })

    it('keeps nothing of one that fails, and everything before it; the next start goes on', async () => {
      await using place = await newPlace(name)
      await using store = await openTestStore(name, { at: place.address })
      const before = await columns(store)
      const later = { ...MIGRATIONS, '9001-good': adds('good'), '9002-bad': fails }
      await assert.rejects(
        migrate(store.db, { ...MIGRATIONS, '9002-bad': fails }),
        (thrown) =>
          thrown instanceof Problem &&
          thrown.message === 'The migration 9002-bad failed; nothing of it was kept.',
      )
      assert.equal(await columns(store), before)
      await assert.rejects(migrate(store.db, later), Problem)
      // All that were missing are one transaction.
      assert.equal(await columns(store), before)
      const mended = { ...later, '9002-bad': adds('mended') }
      assert.deepEqual(await migrate(store.db, mended), ['9001-good', '9002-bad'])
      assert.ok((await tables(store)).includes('mended'))
      await store.tables.meta.set('a', 'b')
    })

    it('leaves a database of a later version alone, and works with it', async () => {
      await using place = await newPlace(name)
      await using store = await openTestStore(name, { at: place.address })
      await migrate(store.db, { ...MIGRATIONS, '9001-later': adds('later') })
      await using older = await openTestStore(name, { at: place.address })
      assert.deepEqual(await migrate(older.db), [])
      await older.tables.meta.set('a', 'b')
      assert.deepEqual(await applied(older.db), Object.keys(MIGRATIONS))
    })
  })
})

describe('store: migrations on PostgreSQL', () => {
  it('may take longer than any other statement, and only the migration may', async () => {
    await using place = await newPlace('postgres')
    await using store = await openTestStore('postgres', { at: place.address })
    const limits = async (db: Kysely<Database>): Promise<string[]> => {
      const asked = ['statement_timeout', 'lock_timeout'].map(async (one) => {
        const found = await sql<Record<string, string>>`show ${sql.raw(one)}`.execute(db)
        return found.rows[0]![one]!
      })
      return await Promise.all(asked)
    }
    let inside: string[] = []
    const looks: Migration = {
      up: async (db) => void (inside = await limits(db as Kysely<Database>)),
    }
    await migrate(store.db, { ...MIGRATIONS, '9001-looks': looks })
    assert.deepEqual(inside, ['0', '0'])
    assert.deepEqual(await limits(store.db), ['30s', '5s'])
  })
})
