/**
 * V04, V05, V13, V15: the database goes away, forgets, or the server is stopped, while an answer of a
 * provider is on its way. With real faults of databases: refresh-database and restored-database.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { HOUR } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Store } from '#store/store.ts'
import type { RefreshNeeds, Step } from '#vault/refresh-needs.ts'
import { openRefresher, refreshing } from '../support/refreshing.ts'
import { forEachStore } from '../support/stores.ts'
import { openTokenServer } from '../support/token-server.ts'

/** A store whose transactions fail as those of a dead database do, while `away`. */
function leaving(store: Store): RefreshNeeds['store'] & { away: boolean; tries: number } {
  const left: RefreshNeeds['store'] & { away: boolean; tries: number } = {
    away: false,
    tries: 0,
    tables: store.tables,
    async transaction(act) {
      if (!left.away) return await store.transaction(act)
      left.tries++
      throw new Problem('unavailable', 'The database does not answer.')
    },
  }
  return left
}

const spooled = (folder: string): string[] =>
  existsSync(join(folder, 'spool')) ? readdirSync(join(folder, 'spool')) : []

/** Resolves when the step is come to. */
function comesTo(step: Step): { step: NonNullable<RefreshNeeds['step']>; come: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { come: promise, step: (now) => void (now === step && resolve()) }
}

forEachStore((_, open) => {
  describe('a database that goes away between answer and store', () => {
    it('V04: has it when it is back; until then it is on the disk, sealed', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const gone = leaving(store)
      const { step, come } = comesTo('spooled')
      const dataDir = on.newFolder()
      const refresher = await on.refresher({ store: gone, dataDir, step })
      const id = await on.account()
      gone.away = true
      const asked = refresher.accessToken(id)
      await come
      const [file = ''] = spooled(dataDir)
      const text = readFileSync(join(dataDir, 'spool', file)).toString('latin1')
      assert.ok(!/rt\.\d|at\./.test(text), 'nothing of it can be read')
      while (gone.tries < 3) await new Promise(setImmediate)
      gone.away = false
      const { token } = await asked
      assert.match(token.reveal(), /^at\./)
      assert.ok(server.takes(await on.stored(id)))
      assert.deepEqual(spooled(dataDir), [])
      assert.equal(server.counts.refreshed, 1)
    })

    for (const kind of ['stays_valid', 'grace', 'strict', 'non_rotating'] as const)
      it(`V04: has it although the process was killed meanwhile (${kind})`, async () => {
        await using store = await open()
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, kind)
        const gone = leaving(store)
        const { step, come } = comesTo('spooled')
        const dataDir = on.newFolder()
        // This one never ends its work: it is what a killed process leaves behind.
        const killed = await openRefresher(store, dataDir, { store: gone, step })
        const id = await on.account()
        gone.away = true
        const asked = killed.accessToken(id).catch(() => {})
        await come
        assert.equal(spooled(dataDir).length, 1)
        const { refreshed } = server.counts
        const next = await on.refresher({ dataDir })
        await next.round()
        assert.deepEqual(spooled(dataDir), [])
        const row = await on.row(id)
        assert.deepEqual([row.state, row.lease_owner, row.intent_at], ['active', null, null])
        assert.ok(server.takes(await on.stored(id)))
        assert.equal(server.counts.refreshed, refreshed, 'nobody had to be asked')
        gone.away = false // and the late one finds that its answer is there
        await asked
        assert.ok(server.takes(await on.stored(id)))
        await killed[Symbol.asyncDispose]()
      })

    it('V04: a spool of another key, or that was changed, is put aside and nothing else stops', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const gone = leaving(store)
      const { step, come } = comesTo('spooled')
      const dataDir = on.newFolder()
      const killed = await openRefresher(store, dataDir, { store: gone, step })
      const id = await on.account()
      gone.away = true
      const asked = killed.accessToken(id).catch(() => {})
      await come
      const path = join(dataDir, 'spool', spooled(dataDir)[0]!)
      const bytes = readFileSync(path)
      bytes[bytes.length - 1]! ^= 1
      writeFileSync(path, bytes)
      const next = await on.refresher({ dataDir })
      await next.round()
      assert.match(spooled(dataDir).join(), /unreadable$/)
      gone.away = false
      await asked
      await killed[Symbol.asyncDispose]()
    })
  })

  describe('a commit whose outcome nobody heard', () => {
    it('V13: is looked up, not assumed', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      let deaf = 1
      const unheard: RefreshNeeds['store'] = {
        tables: store.tables,
        async transaction(act) {
          const result = await store.transaction(act)
          if (deaf-- > 0) throw new Problem('unavailable', 'The connection was reset.')
          return result
        },
      }
      const refresher = await on.refresher({ store: unheard })
      const id = await on.account()
      await refresher.accessToken(id)
      const { granted, generation, state } = await on.row(id)
      assert.deepEqual([granted, generation, state], [2, 2, 'active'])
      assert.ok(server.takes(await on.stored(id)))
      assert.equal(server.counts.refreshed, 1)
    })

    it('V13: of a lease leaves one that this process takes again, without a doubt', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      let deaf = 1
      const grants = store.tables.tokenGrants
      const unheard: typeof grants.take = async (...args) => {
        const row = await grants.take(...args)
        if (deaf-- > 0) throw new Problem('unavailable', 'The connection was reset.')
        return row
      }
      const tables = {
        ...store.tables,
        tokenGrants: { ...store.tables.tokenGrants, take: unheard },
      }
      const refresher = await on.refresher({
        store: { tables, transaction: (act) => store.transaction(act) },
      })
      const id = await on.account()
      await assert.rejects(refresher.accessToken(id), { code: 'unavailable' })
      await refresher.accessToken(id)
      assert.equal(server.counts.refreshed, 1)
      assert.equal((await on.row(id)).doubted_at, null)
      assert.deepEqual(await on.said(), [])
    })
  })

  describe('a database that forgets', () => {
    it('V05: the last commit: what is remembered is put back, and nobody is asked', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await on.refresher()
      const id = await on.account()
      const { id: _, ...before } = await on.row(id)
      await refresher.accessToken(id)
      const newest = await on.stored(id)
      await store.tables.mailAccounts.update(id, before)
      await store.tables.tokenGrants.deleteAccessTokens(id)
      await refresher.round()
      assert.equal(await on.stored(id), newest)
      assert.equal(server.counts.refreshed, 1)
    })
  })

  describe('a stop', () => {
    it('V15: waits for the refreshes in flight, and they are stored', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await openRefresher(store, on.newFolder(), { limits: { inFlight: 50 } })
      const ids = await Promise.all(Array.from({ length: 50 }, async () => await on.account()))
      server.delayMs = 300
      const first = server.nextRequest()
      const round = refresher.round()
      await first
      await refresher[Symbol.asyncDispose]()
      await round
      const rows = await Promise.all(ids.map(async (id) => await on.row(id)))
      assert.deepEqual(
        rows.filter(({ lease_owner }) => lease_owner !== null),
        [],
      )
      const refreshed = rows.filter(({ granted }) => granted > 1)
      assert.equal(refreshed.length, server.counts.refreshed)
      for (const id of ids) assert.ok(server.takes(await on.stored(id)))
      await assert.rejects(refresher.refreshNow(ids[0]!), { code: 'unavailable' })
    })

    it('V15: does not wait for ever: what cannot be stored is on the disk', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const gone = leaving(store)
      const { step, come } = comesTo('spooled')
      const dataDir = on.newFolder()
      const refresher = await openRefresher(store, dataDir, {
        store: gone,
        step,
        limits: { stopMs: 50 },
      })
      const id = await on.account({ next_refresh_at: Date.now() - HOUR })
      gone.away = true
      const asked = refresher.accessToken(id)
      await come
      await refresher[Symbol.asyncDispose]()
      await assert.rejects(asked, { code: 'unavailable' })
      assert.equal(spooled(dataDir).length, 1)
    })
  })
})
