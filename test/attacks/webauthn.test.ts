/**
 * A20: passkeys and security keys, with an authenticator in software whose every word can be a lie.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { findSession } from '#identity/browser-session.ts'
import { beginKey } from '#identity/factors/key-set-up.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { askForPasskey, signInWithPasskey } from '#identity/passkey-sign-in.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
import { confirm } from '#identity/step-up.ts'
import { SoftKey, type Lie } from '../support/authenticator.ts'
import {
  addUser,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  ORIGIN,
  PASSWORD,
  STRANGER,
  tryPassword,
} from '../support/identity.ts'
import { asked, assertionOf, giveAnswer, giveKey, setUpKey, signInByKey } from '../support/keys.ts'
import { adaWithKey, lastReason, LIES } from '../support/key-lies.ts'
import { halfIn } from '../support/second-step.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'

describe('attacks on passkeys and security keys', () => {
  forEachStore((kind, open) => {
    for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const)
      it(`A20: a key of ${algorithm} is set up, given, confirms, and signs in alone`, async () => {
        const clock = fixedClock(NOON)
        await using store = await open({ clock })
        const needs = identityOn(store, { clock })
        const { laptop, key } = await adaWithKey(needs, new SoftKey({ origin: ORIGIN, algorithm }))
        const phone = await halfIn(needs)
        assert.equal((await giveKey(needs, phone, key)).ok, true)
        const { session } = await current(needs, phone)
        assert.deepEqual([session.stage, session.method], ['full', 'password+webauthn'])
        clock.advance(20 * MINUTE)
        assert.equal((await current(needs, laptop)).recentUntil, null)
        const answered = assertionOf(key.get(await asked(needs, laptop)))
        const second = { kind: 'webauthn', assertion: answered } as const
        const given = { password: null, second, deviceToken: laptop.device }
        assert.equal((await confirm(needs, await current(needs, laptop), given, HOME)).ok, true)
        const tablet = newBrowser()
        assert.equal((await signInByKey(needs, tablet, key)).ok, true)
        const signedIn = await current(needs, tablet)
        assert.equal(signedIn.session.method, 'passkey+user_verification')
        assert.deepEqual([signedIn.session.stage, signedIn.user.name], ['full', 'ada'])
      })

    it('A20: no lie of a key or its browser is taken as the second factor', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { key } = await adaWithKey(needs)
      const other = new SoftKey({ origin: ORIGIN })
      const lies = { ...LIES, 'another key': { lie: { by: other }, reason: 'wrong_key' } }
      const browser = await halfIn(needs)
      for (const [name, { lie, reason }] of Object.entries(lies)) {
        assert.deepEqual(await giveKey(needs, browser, key, lie), { ok: false }, name)
        assert.equal(await lastReason(needs), reason, name)
        assert.equal((await current(needs, browser)).session.stage, 'second_factor', name)
      }
      assert.equal((await giveKey(needs, browser, key)).ok, true)
    })

    it('A20: no lie is taken as the only sign-in, nor a key that did not ask for PIN or finger', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { key } = await adaWithKey(needs)
      const lies = {
        ...LIES,
        'no user verification': { lie: { userVerified: false }, reason: 'user_verification' },
        'an unknown key': { lie: { credentialId: 'AAAA' }, reason: 'unknown_key' },
      }
      for (const [name, { lie, reason }] of Object.entries(lies)) {
        const browser = newBrowser()
        assert.deepEqual(await signInByKey(needs, browser, key, lie), { ok: false }, name)
        assert.equal(await lastReason(needs), reason, name)
      }
      const unbound = await signInByKey(needs, newBrowser(), key, {}, { cookie: null })
      assert.deepEqual(unbound, { ok: false }, 'the browser has no cookie of the question')
      const { browser: another } = askForPasskey(needs, null)
      const planted = await signInByKey(needs, newBrowser(), key, {}, { cookie: another })
      assert.deepEqual(planted, { ok: false }, "another browser's question")
      assert.equal((await signInByKey(needs, newBrowser(), key)).ok, true)
    })

    it('A20: an answer is taken once, on all nodes, and a question of 15 minutes ago not at all', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const nodes = [identityOn(one, { clock }), identityOn(two, { clock })] as const
      // It does not count, so the counter is not what stops a replay.
      const key = new SoftKey({ origin: ORIGIN, counts: false })
      const { laptop } = await adaWithKey(nodes[0], key)
      const browser = await halfIn(nodes[0])
      const answered = key.get(await asked(nodes[0], browser))
      const step = {
        given: { kind: 'webauthn', assertion: assertionOf(answered) },
        remember: false,
        deviceToken: null,
      } as const
      const sessions = await Promise.all(nodes.map((node) => current(node, browser)))
      const answers = await Promise.all(
        sessions.map((session, i) => giveSecondFactor(nodes[i ? 1 : 0], session, step, HOME)),
      )
      assert.equal(answers.filter(({ ok }) => ok).length, 1)
      const again = await halfIn(nodes[0])
      assert.deepEqual(await giveAnswer(nodes[0], again, answered), { ok: false }, 'other session')
      const question = await asked(nodes[0], again)
      const first = key.get(question)
      assert.equal((await giveAnswer(nodes[0], again, first)).ok, true)
      // The same session still, and the same question: a confirmation is not had with it.
      const given = {
        password: null,
        second: { kind: 'webauthn', assertion: assertionOf(key.get(question)) },
        deviceToken: null,
      } as const
      const confirmed = await confirm(nodes[1], await current(nodes[1], again), given, HOME)
      assert.equal(confirmed.ok, false)
      const old = await asked(nodes[0], laptop)
      clock.advance(15 * MINUTE)
      const late = (question: typeof old) => ({
        password: null,
        second: { kind: 'webauthn', assertion: assertionOf(key.get(question)) } as const,
        deviceToken: null,
      })
      const confirms = async (question: typeof old): Promise<boolean> =>
        (await confirm(nodes[0], await current(nodes[0], laptop), late(question), HOME)).ok
      assert.equal(await confirms(old), false, 'the session is alive, the question is not')
      assert.equal(await confirms(await asked(nodes[0], laptop)), true)
    })

    it("A20: another session's challenge, another person's key, and the challenge of a set-up", async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, key } = await adaWithKey(needs)
      await addUser(needs, 'mallory')
      const thief = newBrowser(STRANGER)
      await tryPassword(needs, thief, 'mallory')
      const own = await setUpKey(needs, thief)
      const browser = await halfIn(needs, STRANGER) // mallory knows ada's password
      const others = [
        key.get(await asked(needs, await halfIn(needs))), // ada's own, of another session
        own.get(await asked(needs, browser)), // mallory's key
        own.get(await asked(needs, browser), { credentialId: key.id }), // … as if it were ada's
        own.get(await asked(needs, browser), { credentialId: key.id, userHandle: null }),
      ]
      for (const answered of others)
        assert.deepEqual(await giveAnswer(needs, browser, answered), { ok: false })
      const { options } = await beginKey(needs, await current(needs, laptop), undefined)
      const set = key.get({ challenge: options.challenge, rpId: options.rp.id })
      assert.deepEqual(await giveAnswer(needs, await halfIn(needs), set), { ok: false })
      const { options: alone } = askForPasskey(needs, null)
      assert.deepEqual(await giveAnswer(needs, browser, key.get(alone)), { ok: false })
      assert.equal((await current(needs, browser)).session.stage, 'second_factor')
    })

    it('A20: a key whose counter went back is refused, its owner is told once, and not locked out', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id, key } = await adaWithKey(needs)
      for (let i = 0; i < 3; i++) await giveKey(needs, await halfIn(needs), key)
      for (let i = 0; i < 12; i++)
        assert.equal((await giveKey(needs, await halfIn(needs), key, { counter: 2 })).ok, false)
      const notices = await store.tables.notices.listOf(id)
      assert.equal(notices.filter((one) => one.kind === 'second_factor_copied').length, 1)
      const unsigned = { counter: 2, by: new SoftKey({ origin: ORIGIN }) }
      await giveKey(needs, await halfIn(needs), key, unsigned)
      assert.equal(await lastReason(needs), 'wrong_key', 'a counter that the key did not sign')
      assert.equal((await giveKey(needs, await halfIn(needs), key)).ok, true)
    })

    it('A20: the same answer pressed twice is no copy of the key', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id, key } = await adaWithKey(needs)
      const { browser: cookie, options } = askForPasskey(needs, null)
      const assertion = assertionOf(key.get(options))
      const attempt = { assertion, browser: cookie, deviceToken: null, sessionToken: null }
      assert.equal((await signInWithPasskey(needs, attempt, HOME)).ok, true)
      assert.equal((await signInWithPasskey(needs, attempt, HOME)).ok, false)
      assert.equal(await lastReason(needs), 'wrong_challenge')
      const notices = await store.tables.notices.listOf(id)
      assert.equal(notices.filter((one) => one.kind === 'second_factor_copied').length, 0)
    })

    it('A20: a key of a person who is disabled, or where policy wants a password, signs nobody in', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id, key } = await adaWithKey(needs)
      for (const settings of [
        { passkey_sign_in: false },
        { second_factor_kinds: ['totp' as const] },
      ]) {
        const strict = identityOn(store, { clock, settings })
        assert.deepEqual(await signInByKey(strict, newBrowser(), key), { ok: false })
        assert.equal(await lastReason(needs), 'kind_not_taken')
      }
      const tablet = newBrowser()
      assert.equal((await signInByKey(needs, tablet, key)).ok, true)
      const strict = identityOn(store, { clock, settings: { passkey_sign_in: false } })
      assert.equal(
        (await current(strict, tablet)).session.stage,
        'second_factor',
        'it holds at once',
      )
      await store.tables.users.update(id, { state: 'disabled' })
      assert.deepEqual(await signInByKey(needs, newBrowser(), key), { ok: false })
      assert.equal(await lastReason(needs), 'disabled')
      assert.equal(await findSession(needs, tablet.session), null)
    })

    it('A20: a key confirms by itself only where it would sign in by itself', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const strict = identityOn(store, { clock, settings: { passkey_sign_in: false } })
      const { laptop, key } = await adaWithKey(needs)
      const confirms = async (node: IdentityNeeds, lie: Lie, password: Secret | null = null) => {
        const assertion = assertionOf(key.get(await asked(node, laptop), lie))
        const second = { kind: 'webauthn', assertion } as const
        const given = { password, second, deviceToken: laptop.device }
        const answer = await confirm(node, await current(node, laptop), given, HOME)
        return kept(laptop, answer).ok || lastReason(node)
      }
      assert.equal(await confirms(needs, { userVerified: false }), 'user_verification')
      assert.equal(await confirms(strict, {}), 'kind_not_taken')
      assert.equal(await confirms(needs, {}, new Secret('rhubarb')), 'wrong_password')
      assert.equal(await confirms(strict, { userVerified: false }, new Secret(PASSWORD)), true)
      assert.equal(await confirms(needs, {}), true)
    })

    it('A20: a public key that somebody writes into the database opens nothing', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id, key } = await adaWithKey(needs)
      await addUser(needs, 'mallory')
      const thief = newBrowser(STRANGER)
      await tryPassword(needs, thief, 'mallory')
      const own = await setUpKey(needs, thief)
      const [planted] = await store.tables.secondFactors.listOf(
        (await current(needs, thief)).user.id,
      )
      await store.db
        .updateTable('second_factor')
        .set({ secret: planted!.secret })
        .where('user_id', '=', id)
        .execute()
      await assert.rejects(
        giveKey(needs, await halfIn(needs, STRANGER), own, {
          credentialId: key.id,
          userHandle: null,
        }),
        /does not open/,
      )
    })
  })
})
