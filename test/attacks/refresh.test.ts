/**
 * Refreshing tokens when nothing is in the way: once, early, and never for whom it must not.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR, MINUTE } from '#base/clock.ts'
import { TOKEN_CLASSES } from '#domain/mail-account.ts'
import { refreshing } from '../support/refreshing.ts'
import { forEachStore } from '../support/stores.ts'
import { openTokenServer } from '../support/token-server.ts'

forEachStore((_, open) => {
  for (const kind of TOKEN_CLASSES)
    describe(`tokens of class ${kind}`, () => {
      it('are refreshed for the first who asks, and handed out to all', async () => {
        await using store = await open()
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, kind)
        const refresher = await on.refresher()
        const id = await on.account()
        server.delayMs = 20
        const got = await Promise.all(Array.from({ length: 50 }, () => refresher.accessToken(id)))
        assert.equal(server.counts.refreshed, 1)
        assert.equal(new Set(got.map(({ token }) => token.reveal())).size, 1)
        assert.ok(server.takes(await on.stored(id)))
        const { generation, granted, intent_at, lease_owner, state } = await on.row(id)
        assert.deepEqual(
          [generation, granted, intent_at, lease_owner, state],
          [2, 2, null, null, 'active'],
        )
      })

      it('survive refresh after refresh, each with the newest', async () => {
        await using store = await open()
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, kind)
        const refresher = await on.refresher()
        const id = await on.account()
        for (let i = 0; i < 5; i++)
          assert.deepEqual(await refresher.refreshNow(id), { kind: 'refreshed' })
        assert.deepEqual([server.counts.refreshed, server.counts.invalidGrant], [5, 0])
        assert.ok(server.takes(await on.stored(id)))
      })
    })

  describe('a token that is fresh', () => {
    it('is handed out without asking, and refreshed early in the background', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await on.refresher()
      const id = await on.account({ next_refresh_at: Date.now() + HOUR })
      await on.accessToken(id, 'at.old', 30 * MINUTE)
      assert.equal((await refresher.accessToken(id)).token.reveal(), 'at.old')
      assert.equal(server.counts.requests, 0)
      await on.accessToken(id, 'at.older', 4 * MINUTE)
      refresher.changed(id)
      const refreshed = server.nextRequest()
      assert.equal((await refresher.accessToken(id)).token.reveal(), 'at.older')
      await refreshed
    })

    it('is not handed out in its last minute', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'grace')
      const refresher = await on.refresher()
      const id = await on.account()
      await on.accessToken(id, 'at.old', MINUTE / 2)
      assert.notEqual((await refresher.accessToken(id)).token.reveal(), 'at.old')
    })

    it('of an account that was switched off is not handed out', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'grace')
      const refresher = await on.refresher()
      const id = await on.account()
      await refresher.accessToken(id)
      await store.tables.mailAccounts.update(id, { state: 'disabled' })
      refresher.changed(id)
      await assert.rejects(refresher.accessToken(id), { code: 'conflict' })
    })
  })
})
