/**
 * V04, V13: a refresh whose real database takes no more, may only be read, breaks in the middle of a
 * COMMIT, has no connection left, or is slow.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { SECOND, systemClock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import type { Store } from '#store/store.ts'
import type { RefreshNeeds, Step } from '#vault/refresh-needs.ts'
import { newDatabase, statement } from '../support/postgres.ts'
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts'
import { refreshing } from '../support/refreshing.ts'
import { openTestStore } from '../support/stores.ts'
import { openTokenServer } from '../support/token-server.ts'

/** Larger than a page: it cannot be stored where no page may be added. */
const LARGE = `rt.${'r'.repeat(12_000)}`

/** Does something at a step, once. */
function once(at: Step, act: () => unknown): NonNullable<RefreshNeeds['step']> {
  let done = false
  return async (now) => {
    if (now !== at || done) return
    done = true
    await act()
  }
}

type Fault = { readonly begin: () => unknown; readonly end: () => unknown }

/** The fault begins when the provider has answered, and ends when the database has refused. */
async function survives(store: Store, fault: Fault): Promise<void> {
  await using server = await openTokenServer()
  await using on = await refreshing(store, server, 'strict')
  const dataDir = on.newFolder()
  const refused = Promise.withResolvers<void>()
  const log = createLog(
    (line) => void (line.includes('refresh.store_waits') && refused.resolve()),
    systemClock,
    'warn',
  )
  const refresher = await on.refresher({ dataDir, log, step: once('read', fault.begin) })
  const id = await on.account()
  const body = { access_token: 'at.new', refresh_token: LARGE, expires_in: 3600 }
  server.tell = () => ({ status: 200, body: JSON.stringify(body) })
  const asked = refresher.accessToken(id)
  await refused.promise
  assert.equal(readdirSync(join(dataDir, 'spool')).length, 1)
  assert.equal((await on.row(id)).granted, 1, 'it is not in the database')
  await fault.end()
  assert.equal((await asked).token.reveal(), 'at.new')
  const row = await on.row(id)
  assert.deepEqual([row.state, row.granted, row.lease_owner], ['active', 2, null])
  assert.equal(await on.stored(id), LARGE)
  const spool = join(dataDir, 'spool')
  assert.deepEqual(existsSync(spool) ? readdirSync(spool) : [], [])
  assert.equal(server.counts.requests, 1)
}

describe('a database that takes no more between answer and store', () => {
  it('V04: SQLite on a disk that is full has it when there is room', async () => {
    await using store = await openTestStore('sqlite')
    const pages = (): unknown => store.sqlite!.prepare('pragma page_count').get()!['page_count']
    await survives(store, {
      begin: () => store.sqlite!.exec(`pragma max_page_count = ${Number(pages())}`),
      end: () => store.sqlite!.exec('pragma max_page_count = 1073741823'),
    })
  })

  it('V04: SQLite that may only be read has it when it may be written', async () => {
    await using store = await openTestStore('sqlite')
    await survives(store, {
      begin: () => store.sqlite!.exec('pragma query_only = on'),
      end: () => store.sqlite!.exec('pragma query_only = off'),
    })
  })

  it('V04: PostgreSQL that failed over to what may only be read has it when it may be written', async () => {
    await using database = await newDatabase()
    const name = new URL(database.url).pathname.slice(1)
    const at = { kind: 'postgres', url: new Secret(database.url) } as const
    await using store = await openTestStore('postgres', { at })
    const becomes = async (readOnly: boolean): Promise<void> => {
      const maintenance = new URL(database.url)
      maintenance.pathname = '/postgres'
      await statement(
        maintenance.href,
        `alter database ${name} set default_transaction_read_only = ${String(readOnly)}`,
      )
      await statement(
        maintenance.href,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      )
    }
    await survives(store, { begin: () => becomes(true), end: () => becomes(false) })
  })
})

// At once: each mostly waits.
describe('a PostgreSQL behind a network', { concurrency: true }, () => {
  const scene = async (act: (store: Store, proxy: PostgresProxy) => Promise<void>) => {
    await using database = await newDatabase()
    await using proxy = await openPostgresProxy(database.url)
    const at = { kind: 'postgres', url: new Secret(proxy.url) } as const
    await using store = await openTestStore('postgres', { at })
    await act(store, proxy)
  }

  for (const breaks of ['before', 'after'] as const)
    it(`V13: the connection is reset in the middle of the COMMIT of an answer, ${breaks} it is done`, async () => {
      await scene(async (store, proxy) => {
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, 'strict')
        const step = once('store', () => (proxy.breaks = breaks))
        const refresher = await on.refresher({ step })
        const id = await on.account()
        await refresher.accessToken(id)
        assert.equal(proxy.broken, 1)
        const row = await on.row(id)
        assert.deepEqual([row.state, row.granted, row.generation], ['active', 2, 2])
        assert.ok(server.takes(await on.stored(id)))
        assert.equal(server.counts.refreshed, 1)
      })
    })

  it('V13: with every connection in use others are told to come again, and then it goes on', async () => {
    await scene(async (store) => {
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await on.refresher()
      const id = await on.account()
      const { promise: held, resolve: release } = Promise.withResolvers<void>()
      let taken = 0
      const all = Promise.withResolvers<void>()
      const holders = Array.from({ length: 10 }, async () => {
        await store.transaction(async () => {
          if (++taken === 10) all.resolve()
          await held
        })
      })
      await all.promise
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      assert.equal(server.counts.requests, 0)
      release()
      await Promise.all(holders)
      await refresher.accessToken(id)
      assert.ok(server.takes(await on.stored(id)))
      assert.equal(server.counts.refreshed, 1)
    })
  })

  it('V13: an answer that takes two seconds to store is stored once, and not asked for again', async () => {
    await scene(async (store, proxy) => {
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const step = once('read', () => (proxy.delayMs = 2 * SECOND))
      const refresher = await on.refresher({ step })
      const id = await on.account()
      const got = await Promise.all([refresher.accessToken(id), refresher.accessToken(id)])
      proxy.delayMs = 0
      assert.equal(new Set(got.map(({ token }) => token.reveal())).size, 1)
      assert.ok(server.takes(await on.stored(id)))
      assert.deepEqual([server.counts.refreshed, (await on.row(id)).granted], [1, 2])
    })
  })
})
