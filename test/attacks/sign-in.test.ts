/**
 * A01–A03: signing in with a name and a main password.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, HOUR, MINUTE, systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { findSession } from '#identity/browser-session.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { mintToken } from '#identity/opaque-token.ts'
import {
  addUser,
  audited,
  HOME,
  identityOn,
  newBrowser,
  PASSWORD,
  setUpTotp,
  STRANGER,
  tryPassword,
  watched,
  type Browser,
} from '../support/identity.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const WRONG = 'rhubarb tractor sidewalk'

/** Whether somebody gets in; a place that has used up its tries is told so, and does not. */
async function getsIn(
  needs: IdentityNeeds,
  browser: Browser,
  name: string,
  password: string = PASSWORD,
): Promise<boolean> {
  try {
    return (await tryPassword(needs, browser, name, password)).ok
  } catch (thrown) {
    assert.ok(thrown instanceof Problem && thrown.code === 'busy', String(thrown))
    return false
  }
}

describe('attacks on the sign-in', () => {
  forEachStore((kind, open) => {
    it('A01: unknown, wrong, locked, disabled and invited cost the same calls and say the same', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const { needs, calls } = watched(identityOn(store, { clock }))
      await addUser(needs, 'ada')
      await addUser(needs, 'dora', { state: 'disabled' })
      await addUser(needs, 'ina', { state: 'invited' })
      const locked = await addUser(needs, 'lola')
      for (let i = 0; i < 10; i++)
        await tryPassword(needs, newBrowser(STRANGER), locked.name, WRONG)
      const cases = {
        unknown_user: ['nobody', WRONG],
        wrong_password: ['ada', WRONG],
        disabled: ['dora', PASSWORD],
        invited: ['ina', PASSWORD],
        locked: ['lola', PASSWORD],
      } as const
      const seen = new Map<string, { answer: unknown; calls: string[] }>()
      for (const [reason, [name, password]] of Object.entries(cases)) {
        calls.length = 0
        const answer = await tryPassword(needs, newBrowser(), name, password)
        seen.set(reason, { answer, calls: [...calls] })
        const [event] = await store.tables.audit.list({}, 1)
        assert.deepEqual([event?.outcome, event?.reason], ['refused', reason])
      }
      const [first, ...others] = seen.values()
      for (const other of others) assert.deepEqual(other, first)
      assert.deepEqual(first?.answer, { ok: false })
      assert.deepEqual(
        first?.calls.filter((call) => call.startsWith('hasher.')),
        ['hasher.verify'],
      )
    })

    it('A01: every way of writing a name is the same person, with the same counter', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const ways = ['ada', 'ADA', ' ada ', 'ａｄａ', 'ada@example.org', 'Ada@Example.Org']
      for (const name of ways)
        assert.equal((await tryPassword(needs, newBrowser(), name)).ok, true, name)
      for (let i = 0; i < 10; i++)
        await tryPassword(needs, newBrowser(), ways[i % ways.length]!, WRONG)
      for (const name of ways)
        assert.equal((await tryPassword(needs, newBrowser(), name)).ok, false, name)
      for (const name of ['ada\u0000', 'ada\u{ad}x', '\ud800', 'a'.repeat(1024), ''])
        assert.equal((await tryPassword(needs, newBrowser(STRANGER), name)).ok, false)
    })

    it('A02: one account takes a hundred wrong passwords and no more, in however long', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      let checked = 0
      for (let i = 0; i < 30; i++) {
        const from = { ...STRANGER, ip: `198.51.${i}.7` }
        for (let n = 0; n < 12; n++) await tryPassword(needs, newBrowser(from), 'ada', WRONG)
        const reasons = (await audited(needs)).slice(-12)
        checked += reasons.filter((one) => one.endsWith('wrong_password')).length
        clock.advance(20 * MINUTE)
      }
      assert.equal(checked, 100)
      clock.advance(365 * 24 * HOUR)
      assert.equal((await tryPassword(needs, newBrowser(STRANGER), 'ada')).ok, false)
    })

    it('A02: tries at the same moment on three nodes are counted together', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      await using three = await openTestStore(kind, { clock, at: place.address })
      const nodes = [one, two, three].map((store) => identityOn(store, { clock }))
      await addUser(nodes[0]!, 'ada')
      const tries = Array.from({ length: 60 }, async (_, i) => {
        const from = { ...STRANGER, ip: `198.51.${i}.7` }
        return await tryPassword(nodes[i % 3]!, newBrowser(from), 'ada', WRONG)
      })
      await Promise.all(tries)
      const reasons = (await audited(nodes[0]!)).filter((row) => row.includes('refused'))
      const checked = reasons.filter((row) => row.endsWith('wrong_password')).length
      assert.deepEqual([checked, reasons.length], [10, 60])
    })

    it('A02: spraying is stopped per address, per network and altogether; known devices go on', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const laptop = newBrowser({ ...HOME, ip: '2001:db8:1:1::1' })
      assert.equal((await tryPassword(needs, laptop, 'ada')).ok, true)
      const signsIn = async (ip: string): Promise<boolean> =>
        await getsIn(needs, newBrowser({ ...HOME, ip }), 'ada')
      for (let i = 0; i < 50; i++) {
        const browser = newBrowser({ ...STRANGER, ip: `2001:db8:1:1::${i.toString(16)}` })
        await tryPassword(needs, browser, `employee${i}`, WRONG)
      }
      assert.equal(await signsIn('2001:db8:1:1:ffff::1'), false, 'the same /64')
      assert.equal(await signsIn('2001:db8:1:2::1'), true, 'another /64')
      for (let i = 0; i < 250; i++) {
        const browser = newBrowser({ ...STRANGER, ip: `2001:db8:1:${(i + 16).toString(16)}::1` })
        await tryPassword(needs, browser, `employee${i}`, WRONG)
      }
      assert.equal(await signsIn('2001:db8:1:2::1'), false, 'the same /48')
      assert.equal(await signsIn('2001:db8:2::1'), true, 'another /48')
      await store.db
        .updateTable('throttle')
        .set({ tries: 5000 })
        .where('key', '=', 'everywhere')
        .execute()
      assert.equal(await signsIn('2001:db8:3::1'), false, 'from anywhere')
      assert.equal((await tryPassword(needs, laptop, 'ada')).ok, true, 'the known device')
      clock.advance(HOUR)
      assert.equal(await signsIn('2001:db8:3::1'), true, 'an hour later')
    })

    it('A02: one address cannot use up what everybody shares, nor the hasher, nor the audit', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const { needs, calls } = watched(identityOn(store, { clock }))
      for (let i = 0; i < 120; i++) await getsIn(needs, newBrowser(STRANGER), `employee${i}`, WRONG)
      const { tries } = await store.db
        .selectFrom('throttle')
        .select('tries')
        .where('key', '=', 'everywhere')
        .executeTakeFirstOrThrow()
      assert.equal(tries, 50)
      assert.equal(calls.filter((call) => call === 'hasher.verify').length, 50)
      const rows = await store.tables.audit.list({}, 200)
      assert.equal(rows.length, 51)
      assert.deepEqual(
        [rows[0]?.reason, rows[0]?.details],
        ['locked', { limit: 'address:198.51.100.7/32' }],
      )
    })

    it('A02: that a place is used up says nothing about any account', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const { needs, calls } = watched(identityOn(store, { clock }))
      await addUser(needs, 'ada')
      await addUser(needs, 'dora', { state: 'disabled' })
      for (let i = 0; i < 52; i++) await getsIn(needs, newBrowser(STRANGER), 'ada', WRONG)
      const seen: unknown[] = []
      for (const [name, password] of [
        ['ada', PASSWORD],
        ['ada', WRONG],
        ['nobody', WRONG],
        ['dora', PASSWORD],
      ] as const) {
        calls.length = 0
        const thrown: unknown = await tryPassword(
          needs,
          newBrowser(STRANGER),
          name,
          password,
        ).catch((problem: unknown) => problem)
        assert.ok(thrown instanceof Problem)
        seen.push([thrown.code, thrown.message, [...calls]])
      }
      for (const one of seen) assert.deepEqual(one, seen[0])
    })

    it('A03: whoever locks a person out on purpose does not lock out the browser that is known', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      await setUpTotp(needs, laptop)
      for (let hour = 0; hour < 12; hour++) {
        for (let i = 0; i < 11; i++) await tryPassword(needs, newBrowser(STRANGER), 'ada', WRONG)
        clock.advance(16 * MINUTE)
      }
      assert.equal(
        (await tryPassword(needs, newBrowser(), 'ada')).ok,
        false,
        'strangers are closed out',
      )
      assert.equal((await tryPassword(needs, laptop, 'ada')).ok, true, 'the own browser is not')
      clock.advance(16 * MINUTE)
      assert.equal(
        (await tryPassword(needs, newBrowser(), 'ada')).ok,
        true,
        'and opens the way of others again',
      )
    })

    it('A03: a device cookie that was planted, guessed or of somebody else gives no tries', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      await addUser(needs, 'mallory')
      const thief = newBrowser(STRANGER)
      await tryPassword(needs, thief, 'mallory')
      const own = thief.device
      for (let i = 0; i < 10; i++) await tryPassword(needs, newBrowser(HOME), 'ada', WRONG)
      const invented = { ...newBrowser(STRANGER), device: mintToken(systemEntropy) }
      for (const browser of [thief, invented])
        assert.equal((await tryPassword(needs, browser, 'ada')).ok, false)
      clock.advance(16 * MINUTE)
      await tryPassword(needs, thief, 'ada')
      assert.notEqual(thief.device?.reveal(), own?.reveal(), 'the cookie is a new one')
    })

    it('A03: knowing the password does not make a device known before the second factor is given', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      await setUpTotp(needs, laptop)
      const thief = newBrowser(STRANGER)
      const answer = await tryPassword(needs, thief, 'ada')
      assert.ok(answer.ok && answer.stage === 'second_factor')
      assert.equal(answer.deviceToken, null)
      assert.equal((await findSession(needs, thief.session))?.session.stage, 'second_factor')
    })
  })
})
