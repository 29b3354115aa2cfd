/**
 * V08: clocks that are set forward and back, and nodes whose clocks differ.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, fixedClock, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { findSession } from '#identity/browser-session.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { inspectLink, makeLink } from '#identity/one-time-link.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
import { livenessRefusal } from '#domain/identity-provider.ts'
import {
  addUser,
  current,
  HOME,
  identityOn,
  newBrowser,
  setUpTotp,
  STRANGER,
  tryPassword,
  type App,
} from '../support/identity.ts'
import { GRACE, INTERVAL, livenessScene } from '../support/liveness-scene.ts'
import { totp } from '../support/second-step.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'

/** Whether a code completes a sign-in. */
async function opens(needs: IdentityNeeds, code: ReturnType<App['code']>): Promise<boolean> {
  const browser = newBrowser()
  await tryPassword(needs, browser, 'ada')
  return (await giveSecondFactor(needs, await current(needs, browser), totp(code), HOME)).ok
}

describe('clocks', () => {
  forEachStore((kind, open) => {
    for (const back of [MINUTE, HOUR, 90 * DAY])
      it(`V08: no code is taken again when the clock goes back by ${back / MINUTE} minutes`, async () => {
        const clock = fixedClock(NOON)
        await using store = await open({ clock })
        const needs = identityOn(store, { clock })
        await addUser(needs, 'ada')
        const laptop = newBrowser()
        await tryPassword(needs, laptop, 'ada')
        const app = await setUpTotp(needs, laptop)
        clock.advance(MINUTE)
        const used = app.code()
        assert.equal(await opens(needs, used), true)
        clock.advance(-back)
        for (const steps of [-1, 0, 1]) assert.equal(await opens(needs, app.code(steps)), false)
        assert.equal(await opens(needs, used), false)
        clock.advance(back)
        assert.equal(await opens(needs, used), false)
        clock.advance(30 * SECOND)
        assert.equal(await opens(needs, app.code()), true, 'the next step is a fresh one')
      })

    it('V08: nodes five minutes apart share sessions, their recency, and the codes used', async () => {
      const [early, late] = [fixedClock(NOON), fixedClock(NOON)]
      late.advance(5 * MINUTE)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock: early, at: place.address })
      await using two = await openTestStore(kind, { clock: late, at: place.address })
      const behind = identityOn(one, { clock: early })
      const ahead = identityOn(two, { clock: late })
      await addUser(ahead, 'ada')
      const browser = newBrowser()
      await tryPassword(ahead, browser, 'ada')
      const app = await setUpTotp(ahead, browser)
      const seen = await current(behind, browser)
      assert.equal(seen.session.stage, 'full')
      assert.notEqual(seen.recentUntil, null)
      assert.ok(await findSession(ahead, browser.session))
      late.advance(MINUTE)
      early.advance(MINUTE)
      const code = app.code()
      assert.equal(await opens(ahead, code), true)
      assert.equal(await opens(behind, code), false)
    })

    it('V08: a sign-in by a clock that was an hour ahead is not a recent one', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      clock.advance(HOUR)
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      clock.advance(-HOUR)
      assert.equal((await current(needs, browser)).recentUntil, null)
      const row = await store.db.selectFrom('session').selectAll().executeTakeFirstOrThrow()
      assert.equal(row.last_seen_at, clock.now(), 'idle time is counted by the clock that is right')
    })

    it('V08: what a clock made that was 90 days ahead does not live 90 days longer', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      const ada = await addUser(needs, 'ada')
      clock.advance(90 * DAY)
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const { token } = await store.transaction((tables) =>
        makeLink(needs, tables, { kind: 'password_reset', userId: ada.id, by: 'test' }),
      )
      for (let i = 0; i < 10; i++) await tryPassword(needs, newBrowser(STRANGER), 'ada', 'rhubarb')
      assert.ok(await findSession(needs, browser.session))
      assert.equal((await tryPassword(needs, newBrowser(STRANGER), 'ada')).ok, false)
      clock.advance(-90 * DAY)
      assert.equal(await findSession(needs, browser.session), null)
      await assert.rejects(inspectLink(needs, token), { code: 'link_dead' })
      assert.equal((await tryPassword(needs, newBrowser(STRANGER), 'ada')).ok, true)
    })

    it('V08: what was known of people by a clock that was 90 days ahead is asked about anew', async () => {
      await using s = await livenessScene(open, 'ldap')
      const [gone, there] = [await s.person('gone'), await s.person('there')]
      s.clock.advance(90 * DAY)
      await s.round()
      s.clock.advance(-90 * DAY)
      const people = s.directory.people
      // While the directory is away as well, the lease is not 90 days longer either.
      s.directory.people = 'away'
      await s.round()
      const { alive_until } = await s.identity(there)
      assert.ok(alive_until <= s.clock.now() + INTERVAL + GRACE)
      assert.ok(people !== 'away' && people.delete('gone'))
      s.directory.people = people
      s.clock.advance(MINUTE)
      await s.round()
      assert.equal((await s.identity(gone)).state, 'frozen')
      const { state, alive_until: aliveUntil } = await s.identity(there)
      const liveness = { state: state as 'alive', aliveUntil }
      assert.equal(livenessRefusal(there.source, liveness, s.clock.now()), null)
    })

    it('V08: setting the clock forward closes what has ended, and no count of failures is lost', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 10; i++)
          await tryPassword(needs, newBrowser(STRANGER), 'ada', 'rhubarb')
        clock.advance(HOUR)
      }
      clock.advance(90 * DAY)
      assert.equal(await findSession(needs, browser.session), null)
      assert.equal((await tryPassword(needs, newBrowser(STRANGER), 'ada')).ok, false)
      assert.equal((await tryPassword(needs, browser, 'ada')).ok, true, 'the device is still known')
    })
  })
})
