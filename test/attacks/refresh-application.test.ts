/**
 * V06: what a provider refuses to an application is one alarm, and what it cannot do for anybody is
 * not asked for by everybody.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TokenClass } from '#domain/mail-account.ts'
import { refreshing, type Refreshing } from '../support/refreshing.ts'
import { userRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'
import { openTokenServer, type Told, type TokenServer } from '../support/token-server.ts'

const json = (status: number, body: unknown): Told => ({ status, body: JSON.stringify(body) })

forEachStore((_, open) => {
  describe('a fault of the application', () => {
    const secretExpired = json(401, { error: 'invalid_client', error_codes: [7_000_222] })
    const many = async (on: Refreshing): Promise<string[]> =>
      await Promise.all(Array.from({ length: 40 }, async () => await on.account()))
    const started = async (
      open: Parameters<Parameters<typeof forEachStore>[0]>[1],
      kind: TokenClass,
    ): Promise<{ server: TokenServer; on: Refreshing; stack: AsyncDisposableStack }> => {
      const stack = new AsyncDisposableStack()
      const store = stack.use(await open())
      const server = stack.use(await openTokenServer())
      const on = stack.use(await refreshing(store, server, kind))
      await store.tables.users.insert(userRow('ada', { role: 'administrator' }))
      return { server, on, stack }
    }

    it('V06: is one alarm, and touches no account', async () => {
      const { server, on, stack } = await started(open, 'strict')
      await using _ = stack
      const ids = await many(on)
      server.tell = () => secretExpired
      const refresher = await on.refresher({ limits: { inFlight: 1 } })
      await refresher.round()
      await refresher.round()
      assert.equal(server.counts.requests, 1, 'the others wait')
      assert.deepEqual(await on.said(), ['oauth_application.alarm secret_expired AADSTS7000222'])
      assert.deepEqual(await on.notices(), ['application_alarm'])
      for (const id of ids) {
        const { state, state_reason, failures } = await on.row(id)
        assert.deepEqual([state, state_reason, failures], ['active', null, 0])
      }
    })

    it('V06: ends by itself: one account tries, then all go on', async () => {
      const { server, on, stack } = await started(open, 'strict')
      await using _ = stack
      await many(on)
      server.tell = () => secretExpired
      const refresher = await on.refresher({ limits: { inFlight: 1, alarmMs: 0 } })
      await refresher.round()
      assert.notEqual((await on.said()).length, 0)
      server.tell = () => undefined
      await refresher.round()
      assert.equal(server.counts.refreshed, 40)
      assert.deepEqual((await on.said()).at(-1), 'oauth_application.alarm ')
    })

    it('V06: five failures in a row that pass close it for all', async () => {
      const { server, on, stack } = await started(open, 'stays_valid')
      await using _ = stack
      await many(on)
      server.tell = () => json(503, {})
      const refresher = await on.refresher({ limits: { inFlight: 1 } })
      await refresher.round()
      assert.equal(server.counts.requests, 5)
      assert.deepEqual(await on.notices(), [])
    })
  })
})
