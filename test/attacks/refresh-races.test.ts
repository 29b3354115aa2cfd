/**
 * V01, V02, V03, V08: nodes that are killed, all want the same at once, stand still, or have clocks
 * that jump. As real processes, at every step: test/chaos.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, HOUR, MINUTE, systemClock } from '#base/clock.ts'
import { STEPS, type RefreshNeeds, type Step } from '#vault/refresh-needs.ts'
import { openRefresher, refreshing } from '../support/refreshing.ts'
import { userRow } from '../support/rows.ts'
import { forEachStore } from '../support/stores.ts'
import { openTokenServer } from '../support/token-server.ts'

type Gate = {
  readonly step: NonNullable<RefreshNeeds['step']>
  readonly reached: Promise<void>
  open(): void
}

/** Holds a refresh at a step until it is opened; for good, that is a process that was killed there. */
function gateAt(at: Step): Gate {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  return {
    step: async (now) => {
      if (now !== at) return
      reached.resolve()
      await gate.promise
    },
    reached: reached.promise,
    open: gate.resolve,
  }
}

/** The steps of a refresh that goes well, and whether the provider has been asked by then. */
const SPENT = new Set<Step>(['answered', 'read', 'spool', 'spooled', 'store'])
const STEPS_OF: Readonly<Record<'rotates' | 'other', readonly Step[]>> = {
  rotates: STEPS.filter((step) => !step.startsWith('release')),
  other: STEPS.filter((step) => !step.startsWith('release') && !step.startsWith('spool')),
}
const ON_DISK = new Set<Step>(['spooled', 'store'])

forEachStore((_, open) => {
  for (const kind of ['stays_valid', 'grace', 'strict', 'non_rotating'] as const) {
    const rotates = kind === 'grace' || kind === 'strict'
    describe(`a process that is killed, with tokens of class ${kind}`, () => {
      for (const at of STEPS_OF[rotates ? 'rotates' : 'other'])
        it(`V01: at ${at}: the next one goes on`, async () => {
          await using store = await open()
          await using server = await openTokenServer()
          await using on = await refreshing(store, server, kind)
          await store.tables.users.insert(userRow('ada', { role: 'administrator' }))
          const gate = gateAt(at)
          const dataDir = on.newFolder()
          const killed = await openRefresher(store, dataDir, { step: gate.step })
          const id = await on.account()
          void killed.round().catch(() => {})
          await gate.reached
          if (at === 'asked') while (server.counts.refreshed < 1) await new Promise(setImmediate)
          const next = await on.refresher({ dataDir })
          await next.round() // recovers first
          await next[Symbol.asyncDispose]()
          const row = await on.row(id)
          const lost = kind === 'strict' && (SPENT.has(at) || at === 'asked') && !ON_DISK.has(at)
          assert.deepEqual([row.lease_owner, row.intent_at], [null, null])
          assert.equal(server.takes(await on.stored(id)), !lost)
          assert.equal(row.state, lost ? 'degraded' : 'active')
          if (lost) {
            assert.deepEqual(await on.notices(), ['mail_account_lost'])
            assert.deepEqual(
              (await on.said())[0],
              'mail_account.state active degraded possibly_lost',
            )
          }
        })
    })
  }

  describe('a strict provider whose answer was lost', () => {
    it('V01: is asked once more, is told about, and never asked in a loop', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      await store.tables.users.insert(userRow('ada', { role: 'administrator' }))
      const refresher = await on.refresher()
      const id = await on.account()
      server.tell = () => 'reset_after'
      await refresher.refreshNow(id)
      const row = await on.row(id)
      assert.deepEqual([row.state, row.state_reason], ['degraded', 'possibly_lost'])
      assert.notEqual(row.doubted_at, null)
      assert.deepEqual(await on.notices(), ['mail_account_lost'])
      server.tell = () => undefined
      for (let i = 0; i < 5; i++) {
        await on.age(id, HOUR)
        await refresher.round()
      }
      assert.equal(server.counts.requests, 3, 'once more, and once to be sure')
      assert.equal((await on.row(id)).state, 'reconsent')
      assert.deepEqual((await on.notices()).toSorted(), [
        'mail_account_lost',
        'mail_account_reconsent',
      ])
    })
  })

  describe('three nodes', () => {
    it('V02: all want 60 accounts at once: 60 refreshes, none refused', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const nodes = await Promise.all([1, 2, 3].map(async () => await on.refresher()))
      const ids = await Promise.all(Array.from({ length: 60 }, async () => await on.account()))
      await Promise.all([
        ...nodes.map(async (node) => await node.round()),
        ...nodes.flatMap((node) => ids.slice(0, 20).map(async (id) => await node.accessToken(id))),
      ])
      const { refreshed, invalidGrant, mostAtOnce } = server.counts
      assert.deepEqual([refreshed, invalidGrant, mostAtOnce], [60, 0, 1])
    })

    it('V02: after an outage no more are in flight than may be', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher({ limits: { inFlight: 4 } })
      for (let i = 0; i < 30; i++) await on.account()
      let [now, most] = [0, 0]
      server.delayMs = 5
      server.tell = () => {
        now = server.counts.requests - server.counts.refreshed
        most = Math.max(most, now)
        return undefined
      }
      await refresher.round()
      assert.equal(server.counts.refreshed, 30)
      assert.ok(most <= 4 * 2, String(most))
    })
  })

  describe('a node that stands still for longer than its lease', () => {
    for (const kind of ['stays_valid', 'grace', 'non_rotating'] as const)
      for (const at of ['claimed', 'ask', 'answered', 'store', 'stored'] as const)
        it(`V03: at ${at}, and wakes after another has refreshed (${kind})`, async () => {
          await using store = await open()
          await using server = await openTokenServer()
          await using on = await refreshing(store, server, kind)
          const gate = gateAt(at)
          const ticks = { ahead: 0 }
          const slow = await on.refresher({
            step: gate.step,
            ticks: { now: () => performance.now() + ticks.ahead, asleep: () => 0 },
          })
          const quick = await on.refresher()
          const id = await on.account()
          const late = slow.accessToken(id)
          await gate.reached
          await on.age(id, HOUR)
          await quick.round() // sees that the lease is over
          await quick.round() // takes it
          const newest = await on.stored(id)
          const generation = (await on.row(id)).granted
          ticks.ahead = HOUR
          gate.open()
          await late.catch(() => {})
          assert.equal(await on.stored(id), newest)
          assert.ok(server.takes(newest))
          assert.equal((await on.row(id)).granted, generation)
          assert.equal(server.counts.invalidGrant, 0)
          assert.equal((await on.row(id)).state, 'active')
        })

    it('V03: wakes with its answer while another is asking: the later answer stays', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'grace')
      const [first, second] = [gateAt('store'), gateAt('store')]
      const slow = await on.refresher({ step: first.step })
      const quick = await on.refresher({ step: second.step })
      const id = await on.account()
      const late = slow.accessToken(id)
      await first.reached
      await on.age(id, HOUR)
      await quick.round()
      const round = quick.round()
      await second.reached
      first.open()
      await late
      const between = await on.stored(id)
      second.open()
      await round
      assert.notEqual(await on.stored(id), between)
      assert.ok(server.takes(await on.stored(id)))
      assert.deepEqual([(await on.row(id)).granted, server.counts.invalidGrant], [3, 0])
    })

    it('V03: with a strict provider is waited for while a token is in hand', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const gate = gateAt('store')
      const slow = await on.refresher({ step: gate.step })
      const quick = await on.refresher()
      const id = await on.account()
      await on.accessToken(id, 'at.old', 4 * MINUTE)
      const refreshed = slow.refreshNow(id)
      await gate.reached
      await store.tables.mailAccounts.update(id, { lease_until: 1 })
      for (let i = 0; i < 3; i++) await quick.round()
      assert.equal((await quick.accessToken(id)).token.reveal(), 'at.old')
      gate.open()
      assert.deepEqual(await refreshed, { kind: 'refreshed' })
      assert.deepEqual([server.counts.refreshed, server.counts.invalidGrant], [1, 0])
      assert.ok(server.takes(await on.stored(id)))
    })
  })

  describe('clocks', () => {
    for (const [what, jump] of [
      ['an hour back', -HOUR],
      ['an hour on', HOUR],
      ['90 days on', 90 * DAY],
    ] as const)
      it(`V08: a wall clock that jumps ${what} refreshes nothing, and ends nothing`, async () => {
        const wall = { ahead: 0 }
        const clock = { now: () => systemClock.now() + wall.ahead }
        await using store = await open({ clock })
        await using server = await openTokenServer()
        await using on = await refreshing(store, server, 'strict')
        const refresher = await on.refresher({ clock })
        const ids = await Promise.all(Array.from({ length: 5 }, async () => await on.account()))
        const before = await Promise.all(ids.map(async (id) => await refresher.accessToken(id)))
        wall.ahead = jump
        await refresher.round()
        for (const id of ids) refresher.changed(id)
        const after = await Promise.all(ids.map(async (id) => await refresher.accessToken(id)))
        assert.deepEqual(
          after.map(({ token }) => token.reveal()),
          before.map(({ token }) => token.reveal()),
        )
        assert.equal(server.counts.refreshed, 5)
      })

    it('V08: time that the machine slept counts', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      let asleep = 0
      const ticks = { now: () => performance.now(), asleep: () => asleep }
      const refresher = await on.refresher({ ticks })
      const id = await on.account()
      const before = await refresher.accessToken(id)
      asleep = 2 * HOUR
      await refresher.round()
      const after = await refresher.accessToken(id)
      assert.notEqual(after.token.reveal(), before.token.reveal())
      assert.equal(server.counts.refreshed, 2)
    })

    it('V08: tokens of a clock that was ahead are refreshed once, when they are asked for', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'strict')
      const refresher = await on.refresher()
      const id = await on.account({ next_refresh_at: Date.now() + 40 * DAY })
      await on.accessToken(id, 'at.future', 30 * DAY)
      assert.notEqual((await refresher.accessToken(id)).token.reveal(), 'at.future')
      assert.equal(server.counts.refreshed, 1)
    })
  })

  describe('idle accounts', () => {
    it('are refreshed weekly, those in use before their token ends', async () => {
      await using store = await open()
      await using server = await openTokenServer()
      await using on = await refreshing(store, server, 'stays_valid')
      const refresher = await on.refresher()
      const [idle, used] = [await on.account(), await on.account()]
      await refresher.round()
      await refresher.accessToken(used)
      await refresher[Symbol.asyncDispose]()
      const inDays = async (id: string): Promise<number> =>
        (((await on.row(id)).next_refresh_at ?? 0) - Date.now()) / DAY
      assert.ok((await inDays(idle)) > 6 && (await inDays(idle)) <= 7)
      assert.ok((await inDays(used)) < 1 / 24)
    })
  })
})
