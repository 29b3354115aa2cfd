/**
 * A06: skipping, repeating and mixing up the steps of a sign-in.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TOTP } from 'otpauth'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { findSession } from '#identity/browser-session.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
import { confirm } from '#identity/step-up.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { beginTotp } from '#identity/factors/totp.ts'
import {
  addUser,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  setUpTotp,
  STRANGER,
  tryPassword,
} from '../support/identity.ts'
import { ada, give, halfIn, totp } from '../support/second-step.ts'
import { forEachStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND

describe('attacks on the steps of a sign-in', () => {
  forEachStore((_, open) => {
    it('A06: who has given the password only has no session for anything else', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      const browser = await halfIn(needs)
      const half = browser.session
      assert.equal((await current(needs, browser)).session.stage, 'second_factor')
      clock.advance(STEP)
      assert.equal((await give(needs, browser, app.code())).ok, true)
      assert.equal(await findSession(needs, half), null, 'the token of the step is dead')
      assert.equal((await current(needs, browser)).session.stage, 'full')
      await assert.rejects(give(needs, browser, app.code(1)), (thrown) => {
        return thrown instanceof Problem && thrown.code === 'forbidden'
      })
    })

    it('A06: the step belongs to who gave the password, and ends after ten minutes', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      await addUser(needs, 'mallory')
      const mallory = newBrowser(STRANGER)
      await tryPassword(needs, mallory, 'mallory')
      const own = await setUpTotp(needs, mallory)
      clock.advance(STEP)
      const thief = await halfIn(needs, STRANGER) // mallory knows ada's password
      assert.equal((await give(needs, thief, own.code())).ok, false, "mallory's own code")
      const before = thief.session
      await tryPassword(needs, thief, 'mallory')
      assert.equal((await give(needs, thief, own.code(1))).ok, true)
      assert.equal((await current(needs, thief)).user.name, 'mallory')
      assert.equal(await findSession(needs, before), null, "ada's step ended with the new sign-in")
      const late = await halfIn(needs)
      clock.advance(10 * MINUTE)
      await assert.rejects(give(needs, late, app.code()), /has no session/)
    })

    it('A06: an unfinished set-up is no second factor, and another person cannot finish it', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, app } = await ada(needs)
      await addUser(needs, 'bob')
      const bob = newBrowser()
      const answer = await tryPassword(needs, bob, 'bob')
      assert.ok(answer.ok && answer.stage === 'set_up')
      const begun = await beginTotp(needs, await current(needs, laptop), 'phone')
      clock.advance(STEP)
      const given = { id: begun.id, code: app.code(), attestation: null, deviceToken: null }
      await assert.rejects(endSetUp(needs, await current(needs, bob), given, bob.from), {
        code: 'not_found',
      })
      const wrong = await endSetUp(needs, await current(needs, laptop), given, laptop.from)
      assert.equal(wrong.ok, false, 'the code of the other app')
      assert.equal((await current(needs, laptop)).factors.length, 1)
      const ended = { ...given, id: app.id, code: app.code() }
      await assert.rejects(endSetUp(needs, await current(needs, laptop), ended, laptop.from), {
        code: 'not_found',
      })
    })

    it('A06: who has only the password cannot add a factor beside the one that the person set up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id } = await addUser(needs, 'ada')
      const [laptop, thief] = [newBrowser(), newBrowser(STRANGER)]
      for (const browser of [laptop, thief]) await tryPassword(needs, browser, 'ada')
      const stale = await current(needs, thief)
      assert.equal(stale.session.stage, 'set_up')
      await setUpTotp(needs, laptop)
      assert.equal(await findSession(needs, thief.session), null, 'it ended with the first factor')
      const begun = await beginTotp(needs, { ...stale, factors: [] }, 'mine')
      const code = new TOTP({ secret: begun.secret.reveal() }).generate({ timestamp: clock.now() })
      const given = { id: begun.id, code: new Secret(code), attestation: null, deviceToken: null }
      assert.deepEqual(await endSetUp(needs, stale, given, STRANGER), { ok: false })
      assert.equal((await store.tables.secondFactors.listOf(id)).length, 1)
    })

    it('A06: a session from before policy asked for the factor has to give it now', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const off = identityOn(store, { clock, settings: { second_factor: 'off' } })
      const { laptop, app } = await ada(needs)
      const early = newBrowser()
      await tryPassword(off, early, 'ada')
      assert.equal((await current(off, early)).session.stage, 'full')
      assert.equal((await current(needs, early)).session.stage, 'second_factor')
      assert.equal((await current(needs, laptop)).session.stage, 'full')
      clock.advance(STEP)
      assert.equal((await give(needs, early, app.code())).ok, true)
      assert.equal((await current(needs, early)).session.stage, 'full')
    })

    it('A06: a key that was shown an hour ago ends no set-up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const { id, secret } = await beginTotp(needs, await current(needs, browser), undefined)
      clock.advance(60 * MINUTE - 1)
      await current(needs, browser)
      clock.advance(1)
      const code = new TOTP({ secret: secret.reveal() }).generate({ timestamp: clock.now() })
      const given = { id, code: new Secret(code), attestation: null, deviceToken: null }
      await assert.rejects(endSetUp(needs, await current(needs, browser), given, HOME), {
        code: 'not_found',
      })
    })

    it('A06: a disabled person cannot go on with a step that was begun', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app, id } = await ada(needs)
      clock.advance(STEP)
      const browser = await halfIn(needs)
      const step = await current(needs, browser)
      await store.tables.users.update(id, { state: 'disabled' })
      assert.equal((await giveSecondFactor(needs, step, totp(app.code()), HOME)).ok, false)
      assert.equal(await findSession(needs, browser.session), null)
    })

    it('A06: confirming asks for password and code, and uses neither up when one is missing', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, app } = await ada(needs)
      clock.advance(20 * MINUTE)
      const before = await current(needs, laptop)
      assert.equal(before.recentUntil, null)
      const ask = async (password: string, code: Secret | null) =>
        kept(
          laptop,
          await confirm(
            needs,
            await current(needs, laptop),
            {
              password: new Secret(password),
              second: code && { kind: 'totp', code },
              deviceToken: laptop.device,
            },
            HOME,
          ),
        )
      assert.deepEqual(await ask(PASSWORD, null), { ok: false, why: 'code_needed' })
      assert.deepEqual(await ask('rhubarb tractor', app.code()), { ok: false, why: 'refused' })
      assert.deepEqual(await ask(PASSWORD, app.code(9)), { ok: false, why: 'refused' })
      const old = laptop.session
      assert.equal((await ask(PASSWORD, app.code())).ok, true)
      assert.equal(await findSession(needs, old), null)
      const after = await current(needs, laptop)
      assert.equal(after.session.id, before.session.id)
      assert.equal(after.recentUntil, clock.now() + 10 * MINUTE)
    })

    it('A06: confirming is guessed at ten times at the most, whatever strangers have used up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, app } = await ada(needs)
      for (let i = 0; i < 10; i++) await tryPassword(needs, newBrowser(STRANGER), 'ada', 'rhubarb')
      const ask = async (password: string, code: Secret): Promise<boolean> => {
        const second = { kind: 'totp', code } as const
        const given = { password: new Secret(password), second, deviceToken: null }
        const session = await current(needs, laptop)
        return kept(laptop, await confirm(needs, session, given, STRANGER)).ok
      }
      clock.advance(STEP)
      assert.equal(await ask(PASSWORD, app.code()), true, 'the session has tries of its own')
      clock.advance(STEP)
      for (let i = 0; i < 10; i++) assert.equal(await ask('rhubarb', app.code()), false)
      assert.equal(await ask(PASSWORD, app.code()), false)
      clock.advance(16 * MINUTE)
      for (let i = 0; i < 10; i++) assert.equal(await ask(PASSWORD, app.code(50)), false)
      assert.equal(await ask(PASSWORD, app.code()), false)
      clock.advance(16 * MINUTE)
      assert.equal(await ask(PASSWORD, app.code()), true)
    })
  })
})
