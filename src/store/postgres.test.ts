import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { createLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { newDatabase, startPostgres, statement } from '../../test/support/postgres.ts'
import { appPasswordRow, auditEvent, NOON, userRow } from '../../test/support/rows.ts'
import { newPlace, openTestStore } from '../../test/support/stores.ts'

const isUnavailable = (thrown: unknown): boolean =>
  thrown instanceof Problem &&
  thrown.code === 'unavailable' &&
  thrown.message === 'The database does not answer.'

const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

describe('store: PostgreSQL that goes away', () => {
  it('a connection that is cut between two statements undoes the change and nothing else', async () => {
    await using place = await newPlace('postgres')
    await using store = await openTestStore('postgres', { at: place.address })
    const url = place.address.kind === 'postgres' ? place.address.url.reveal() : ''
    for (let round = 0; round < 3; round++) {
      await assert.rejects(
        store.transaction(async (tables) => {
          await tables.audit.append(auditEvent())
          // Nobody waits for an answer of that connection now: its end is an event of the pool's.
          await statement(url, CUT)
          await tables.meta.set('a', 'b')
        }),
        isUnavailable,
      )
      assert.equal(await store.tables.meta.get('a'), null)
      assert.equal((await store.tables.audit.head()).seq, 0)
    }
  })

  it('is unavailable while the server is down, and comes back by itself', async () => {
    const lines: string[] = []
    const log = createLog((line) => void lines.push(line), { now: () => NOON }, 'debug')
    await using server = await startPostgres({ fsync: 'on', synchronous_commit: 'on' })
    await using database = await newDatabase(server.url)
    const address = { kind: 'postgres', url: new Secret(database.url) } as const
    await using store = await openTestStore('postgres', { at: address, log })
    const ada = userRow('ada')
    const row = appPasswordRow(ada, 'Outlook')
    const hash = Buffer.from(row.hash)
    await store.tables.users.insert(ada)
    await store.tables.appPasswords.insert(row)
    assert.ok(await store.credentials.find(hash))
    await Promise.all(Array.from({ length: 8 }, () => store.tables.audit.append(auditEvent())))

    await server.kill()
    await assert.rejects(store.tables.users.find(ada.id), isUnavailable)
    await assert.rejects(store.tables.audit.append(auditEvent()), isUnavailable)
    await assert.rejects(
      store.transaction(async () => {}),
      isUnavailable,
    )
    await assert.rejects(async () => await store.credentials.find(hash), isUnavailable)

    await server.start()
    assert.equal((await store.tables.users.find(ada.id))?.name, 'ada')
    assert.equal((await store.credentials.find(hash))?.id, row.id)
    assert.equal((await store.tables.audit.append(auditEvent())).seq, 9)
    assert.ok(lines.some((line) => line.includes('store.connection_lost')))
    assert.ok(!lines.some((line) => line.includes(database.url)))
  })

  it('tells a mistake from an outage: a key in use is no outage, a full disk is', async () => {
    await using store = await openTestStore('postgres')
    const ada = userRow('ada')
    await store.tables.users.insert(ada)
    await assert.rejects(store.tables.users.insert(ada), (thrown) => !(thrown instanceof Problem))
    const failing = async (code: string): Promise<void> =>
      void (await sql`do ${sql.raw(`$$ begin raise exception 'x' using errcode = '${code}'; end $$`)}`.execute(
        store.db,
      ))
    for (const code of ['53100', '53300', '57P01', '57014', '25006', '40001', '55P03', '58030'])
      await assert.rejects(failing(code), isUnavailable, code)
    for (const code of ['23505', '42601', '22003', 'P0001'])
      await assert.rejects(failing(code), (thrown) => !(thrown instanceof Problem), code)
  })
})
