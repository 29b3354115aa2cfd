/**
 * A04–A06: codes of authenticator apps, recovery codes, and the steps of a sign-in.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { findSession } from '#identity/browser-session.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { recoveryCodeFits } from '#identity/recovery-codes.ts'
import { giveSecondFactor, type CodeAnswer, type CodeKind } from '#identity/second-factor.ts'
import { confirm } from '#identity/step-up.ts'
import { beginTotp, finishTotp } from '#identity/totp.ts'
import {
  addUser,
  audited,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  recoveryCodes,
  setUpTotp,
  STRANGER,
  tryPassword,
  type App,
  type Browser,
} from '../support/identity.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND

async function give(
  needs: IdentityNeeds,
  browser: Browser,
  code: Secret,
  kind: CodeKind = 'totp',
): Promise<CodeAnswer> {
  const given = { kind, code, deviceToken: browser.device }
  const session = await current(needs, browser)
  return kept(browser, await giveSecondFactor(needs, session, given, browser.from))
}

/** Ada with an authenticator app, signed in completely in this browser. */
async function ada(needs: IdentityNeeds): Promise<{ laptop: Browser; app: App; id: string }> {
  const { id } = await addUser(needs, 'ada')
  const laptop = newBrowser()
  await tryPassword(needs, laptop, 'ada')
  return { laptop, app: await setUpTotp(needs, laptop), id }
}

/** A browser in which ada has given the password. */
async function halfIn(needs: IdentityNeeds, from = HOME): Promise<Browser> {
  const browser = newBrowser(from)
  assert.equal((await tryPassword(needs, browser, 'ada')).ok, true)
  return browser
}

const from = (i: number) => ({ ...STRANGER, ip: `203.0.${Math.floor(i / 250)}.${i % 250}` })

describe('attacks on the second factor', () => {
  forEachStore((kind, open) => {
    it('A04: of 200 tries of one code at once, on two nodes, one is taken', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const nodes = [identityOn(one, { clock }), identityOn(two, { clock })]
      const { app } = await ada(nodes[0]!)
      clock.advance(STEP)
      const code = app.code()
      const browsers: Browser[] = []
      for (let i = 0; i < 200; i++) browsers.push(await halfIn(nodes[i % 2]!, from(i)))
      const answers = await Promise.all(
        browsers.map((browser, i) => give(nodes[i % 2]!, browser, code)),
      )
      assert.equal(answers.filter((answer) => answer.ok).length, 1)
      const stages = await Promise.all(
        browsers.map(async (browser) => (await current(nodes[0]!, browser)).session.stage),
      )
      assert.equal(stages.filter((stage) => stage === 'full').length, 1)
    })

    it('A04: of 9 tries of one code at once, none held up by a limit, one is taken', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      clock.advance(STEP)
      const browsers = await Promise.all(Array.from({ length: 9 }, () => halfIn(needs)))
      const answers = await Promise.all(browsers.map((browser) => give(needs, browser, app.code())))
      assert.equal(answers.filter((answer) => answer.ok).length, 1)
      const refused = (await audited(needs)).filter((row) => row.includes('factor refused'))
      assert.deepEqual(refused, Array<string>(8).fill('session.second_factor refused wrong_code'))
    })

    it('A04: the code that ended the set-up, and every code once used, is worth nothing', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      assert.equal((await give(needs, await halfIn(needs), app.code())).ok, false)
      clock.advance(STEP)
      const code = app.code()
      assert.equal((await give(needs, await halfIn(needs), code)).ok, true)
      const spaced = new Secret(code.reveal().replace(/(...)(...)/, '$1 $2'))
      const arabic = new Secret(
        code.reveal().replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
      )
      for (const again of [code, spaced, arabic])
        assert.equal((await give(needs, await halfIn(needs), again)).ok, false)
    })

    it('A04: the step before is taken, but not after the current one was used', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      clock.advance(3 * STEP)
      assert.equal((await give(needs, await halfIn(needs), app.code(-1))).ok, true)
      assert.equal((await give(needs, await halfIn(needs), app.code())).ok, true)
      assert.equal((await give(needs, await halfIn(needs), app.code(-1))).ok, false)
      clock.advance(3 * STEP)
      assert.equal((await give(needs, await halfIn(needs), app.code(1))).ok, true)
      for (const used of [-1, 0, 1])
        assert.equal((await give(needs, await halfIn(needs), app.code(used))).ok, false)
    })

    it('A04: a clock that is 90 s off is too far off', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app } = await ada(needs)
      clock.advance(10 * STEP)
      for (const steps of [-3, -2, 2, 3])
        assert.equal((await give(needs, await halfIn(needs), app.code(steps))).ok, false)
    })

    it('A04: codes are guessed ten times at the most in 15 minutes, a hundred times in all', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app, laptop } = await ada(needs)
      clock.advance(STEP)
      for (let round = 0; round < 11; round++) {
        const thief = await halfIn(needs, STRANGER)
        for (let i = 0; i < 11; i++) await give(needs, thief, app.code(50 + i))
        assert.equal((await give(needs, thief, app.code())).ok, false)
        clock.advance(16 * MINUTE)
      }
      const refused = (await audited(needs)).filter((row) => row.includes('factor refused'))
      assert.equal(refused.filter((row) => row.endsWith('wrong_code')).length, 100)
      await tryPassword(needs, laptop, 'ada')
      assert.equal((await give(needs, laptop, app.code())).ok, true, 'the own browser goes on')
    })

    it('A05: a recovery code used at the same moment on two nodes is taken once', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const nodes = [identityOn(one, { clock }), identityOn(two, { clock })] as const
      const { laptop, id } = await ada(nodes[0])
      const codes = await recoveryCodes(nodes[0], laptop)
      assert.equal(codes.length, 10)
      for (const code of codes) {
        const answers = await Promise.all(
          nodes.map(async (node) => await give(node, await halfIn(node), code, 'recovery_code')),
        )
        assert.equal(answers.filter((answer) => answer.ok).length, 1)
        assert.equal(await recoveryCodeFits(nodes[1], id, code), false)
      }
      const notices = await one.tables.notices.listOf(id)
      assert.equal(notices.filter((one) => one.kind === 'recovery_code_used').length, 10)
    })

    it("A05: a recovery code is only its owner's, in any way of writing, and not before it is given", async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, id } = await ada(needs)
      const bob = await addUser(needs, 'bob')
      const [code = new Secret('')] = await recoveryCodes(needs, laptop)
      const written = code.reveal()
      assert.match(written, /^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/)
      assert.equal(await recoveryCodeFits(needs, bob.id, code), false)
      for (const way of [written.toUpperCase(), written.replaceAll('-', ' '), ` ${written} `])
        assert.equal(await recoveryCodeFits(needs, id, new Secret(way)), true, way)
      for (const way of [written.slice(1), `${written}0`, written.replace('-', '_'), ''])
        assert.equal(await recoveryCodeFits(needs, id, new Secret(way)), false, way)
      await recoveryCodes(needs, laptop)
      assert.equal(await recoveryCodeFits(needs, id, code), false, 'earlier ones end')
    })

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
      const given = { id: begun.id, code: app.code(), deviceToken: null }
      await assert.rejects(finishTotp(needs, await current(needs, bob), given, bob.from), {
        code: 'not_found',
      })
      const wrong = await finishTotp(needs, await current(needs, laptop), given, laptop.from)
      assert.equal(wrong.ok, false, 'the code of the other app')
      assert.equal((await current(needs, laptop)).factors.length, 1)
      const ended = { ...given, id: app.id, code: app.code() }
      await assert.rejects(finishTotp(needs, await current(needs, laptop), ended, laptop.from), {
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
      const given = { kind: 'totp', code: app.code(), deviceToken: null } as const
      assert.equal((await giveSecondFactor(needs, step, given, HOME)).ok, false)
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
            { password: new Secret(password), code, deviceToken: laptop.device },
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
  })
})
