/**
 * A07: sessions and their cookies.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, HOUR, MINUTE, SECOND, systemEntropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Settings } from '#domain/policy.ts'
import { findSession, signOut } from '#identity/browser-session.ts'
import { changeOwnPassword } from '#identity/main-password-change.ts'
import { mintToken } from '#identity/opaque-token.ts'
import {
  addUser,
  audited,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  setUpTotp,
  tryPassword,
} from '../support/identity.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const NEW_PASSWORD = 'rhubarb ladder umbrella 7'
const PASSWORD_ONLY: Partial<Settings> = { second_factor: 'off' }

describe('attacks on sessions', () => {
  forEachStore((kind, open) => {
    it('A07: a cookie that was planted before the sign-in opens nothing after it', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      await addUser(needs, 'ada')
      await addUser(needs, 'mallory')
      const thief = newBrowser()
      await tryPassword(needs, thief, 'mallory')
      const victim = { ...newBrowser(), session: thief.session }
      const answer = await tryPassword(needs, victim, 'ada')
      assert.ok(answer.ok)
      assert.notEqual(answer.token.reveal(), thief.session?.reveal())
      assert.equal(await findSession(needs, thief.session), null)
      assert.equal((await current(needs, victim)).user.name, 'ada')
      const invented = mintToken(systemEntropy)
      for (const token of [invented, new Secret(''), new Secret('x'.repeat(5000)), null])
        assert.equal(await findSession(needs, token), null)
    })

    it('A07: the store has no token, only its keyed hash', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const rows = [
        ...(await store.db.selectFrom('session').selectAll().execute()),
        ...(await store.db.selectFrom('device').selectAll().execute()),
      ]
      const stored = rows.map((row) => Buffer.from(row.hash).toString('base64url'))
      for (const token of [browser.session, browser.device])
        assert.ok(token && !stored.includes(token.reveal()))
    })

    it('A07: every step and every confirmation has a new token, and the old one is dead', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const setUp = browser.session
      assert.equal((await current(needs, browser)).session.stage, 'set_up')
      await setUpTotp(needs, browser)
      assert.equal((await current(needs, browser)).session.stage, 'full')
      assert.equal(await findSession(needs, setUp), null)
    })

    it('A07: of two answers to the same question one gets the session', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const session = await current(needs, browser)
      const given = {
        current: new Secret(PASSWORD),
        password: new Secret(NEW_PASSWORD),
        deviceToken: null,
      }
      const answers = await Promise.all([
        changeOwnPassword(needs, session, given, HOME),
        changeOwnPassword(needs, session, given, HOME),
      ])
      assert.equal(answers.filter((answer) => answer.ok).length, 1)
    })

    it('A07: signing out on one node ends the session on the other', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const [here, there] = [one, two].map((store) =>
        identityOn(store, { clock, settings: PASSWORD_ONLY }),
      ) as [ReturnType<typeof identityOn>, ReturnType<typeof identityOn>]
      await addUser(here, 'ada')
      const browser = newBrowser()
      await tryPassword(here, browser, 'ada')
      assert.equal((await current(there, browser)).user.name, 'ada')
      await signOut(here, await current(here, browser), HOME)
      assert.equal(await findSession(there, browser.session), null)
      assert.equal((await audited(there)).at(-1), 'session.end ok')
    })

    it('A07: a stolen cookie is dead after the main password was changed; this browser goes on', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      const { id } = await addUser(needs, 'ada')
      const [browser, other] = [newBrowser(), newBrowser()]
      await tryPassword(needs, browser, 'ada')
      await tryPassword(needs, other, 'ada')
      const stolen = browser.session
      const change = async (typed: string, password: string) =>
        kept(
          browser,
          await changeOwnPassword(
            needs,
            await current(needs, browser),
            {
              current: new Secret(typed),
              password: new Secret(password),
              deviceToken: browser.device,
            },
            HOME,
          ),
        )
      assert.equal((await change('rhubarb', NEW_PASSWORD)).ok, false)
      await assert.rejects(change(PASSWORD, 'short'), { code: 'invalid' })
      assert.equal((await current(needs, other)).user.name, 'ada', 'nothing has ended so far')
      clock.advance(SECOND)
      assert.equal((await change(PASSWORD, NEW_PASSWORD)).ok, true)
      for (const token of [stolen, other.session])
        assert.equal(await findSession(needs, token), null)
      assert.equal((await current(needs, browser)).user.name, 'ada')
      assert.equal((await tryPassword(needs, newBrowser(), 'ada')).ok, false)
      assert.equal((await tryPassword(needs, newBrowser(), 'ada', NEW_PASSWORD)).ok, true)
      const notices = await store.tables.notices.listOf(id)
      assert.deepEqual(
        notices.map((notice) => notice.kind),
        ['password_changed'],
      )
    })

    it('A07: a session ends idle after an hour, after 24 hours in any case, as policy says', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const settings = { ...PASSWORD_ONLY, session_idle: 3600, session_max: 86_400 }
      const needs = identityOn(store, { clock, settings })
      await addUser(needs, 'ada')
      const idle = newBrowser()
      await tryPassword(needs, idle, 'ada')
      clock.advance(HOUR - 1)
      assert.ok(await findSession(needs, idle.session))
      clock.advance(HOUR)
      assert.equal(await findSession(needs, idle.session), null)
      const busy = newBrowser()
      await tryPassword(needs, busy, 'ada')
      for (let i = 0; i < 47; i++) {
        clock.advance(HOUR / 2)
        assert.ok(await findSession(needs, busy.session), String(i))
      }
      clock.advance(HOUR / 2)
      assert.equal(await findSession(needs, busy.session), null)
    })

    it('A07: what policy shortens or demands holds for sessions that are open', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const before = identityOn(store, { clock, settings: { second_factor: 'offered' } })
      await addUser(before, 'ada')
      const browser = newBrowser()
      await tryPassword(before, browser, 'ada')
      assert.equal((await current(before, browser)).session.stage, 'full')
      const required = identityOn(store, { clock, settings: { second_factor: 'required' } })
      assert.equal((await current(required, browser)).session.stage, 'set_up')
      clock.advance(10 * MINUTE)
      const shorter = identityOn(store, { clock, settings: { session_idle: 300 } })
      assert.equal(await findSession(shorter, browser.session), null)
      assert.ok(await findSession(before, browser.session))
    })

    it('A07: a person who is disabled has no session', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      const { id } = await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      await store.tables.users.update(id, { state: 'disabled' })
      assert.equal(await findSession(needs, browser.session), null)
    })

    it('A07: being seen is written once a minute, and never brings an ended session back', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: PASSWORD_ONLY })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const seen = async (): Promise<number | undefined> =>
        (await store.db.selectFrom('session').select('last_seen_at').executeTakeFirst())
          ?.last_seen_at
      clock.advance(59 * SECOND)
      await current(needs, browser)
      assert.equal(await seen(), Date.parse(NOON))
      clock.advance(SECOND)
      const session = await current(needs, browser)
      assert.equal(await seen(), clock.now())
      await signOut(needs, session, HOME)
      await store.tables.sessions.update(session.session.id, { last_seen_at: clock.now() })
      assert.equal(await seen(), undefined)
    })
  })
})
