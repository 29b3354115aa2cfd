/**
 * A04, A05: codes of authenticator apps and recovery codes.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { recoveryCodeFits } from '#identity/factors/recovery-codes.ts'
import {
  addUser,
  audited,
  current,
  identityOn,
  newBrowser,
  recoveryCodes,
  setUpTotp,
  STRANGER,
  tryPassword,
  type Browser,
} from '../support/identity.ts'
import { ada, give, halfIn } from '../support/second-step.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND

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
      const other = newBrowser()
      await tryPassword(needs, other, 'bob')
      await assert.rejects(recoveryCodes(needs, other), { code: 'conflict' })
      await setUpTotp(needs, other)
      await tryPassword(needs, other, 'bob')
      assert.equal((await give(needs, other, code, 'recovery_code')).ok, false)
      for (const way of [written.toUpperCase(), written.replaceAll('-', ' '), ` ${written} `])
        assert.equal(await recoveryCodeFits(needs, id, new Secret(way)), true, way)
      for (const way of [written.slice(1), `${written}0`, written.replace('-', '_'), ''])
        assert.equal(await recoveryCodeFits(needs, id, new Secret(way)), false, way)
      await recoveryCodes(needs, laptop)
      assert.equal(await recoveryCodeFits(needs, id, code), false, 'earlier ones end')
    })
  })
})
