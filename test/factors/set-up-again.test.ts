/**
 * A06, A13: second factors that are asked for anew, and kinds that policy no longer takes.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { deleteSecondFactor } from '#changes/second-factors.ts'
import { findSession } from '#identity/browser-session.ts'
import { recoveryCodeFits } from '#identity/factors/recovery-codes.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { beginTotp } from '#identity/factors/totp.ts'
import { TOTP } from 'otpauth'
import {
  audited,
  current,
  identityOn,
  newBrowser,
  recoveryCodes,
  STRANGER,
  tryPassword,
} from '../support/identity.ts'
import { giveKey, setUpKey } from '../support/keys.ts'
import { ada, give, halfIn } from '../support/second-step.ts'
import { forEachStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND

describe('second factors that are asked for anew', () => {
  forEachStore((_, open) => {
    it('A06: the old one comes first, then a new one takes the place of all of them', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, app, id } = await ada(needs)
      const [code = new Secret('')] = await recoveryCodes(needs, laptop)
      clock.advance(STEP)
      const phone = await halfIn(needs)
      assert.equal((await give(needs, phone, app.code(), 'totp', true)).ok, true)
      clock.advance(MINUTE)
      await store.tables.users.update(id, { factors_again_at: clock.now() })
      assert.equal((await current(needs, laptop)).session.stage, 'set_up', 'it holds at once')
      const thief = await halfIn(needs, STRANGER)
      assert.equal((await current(needs, thief)).session.stage, 'second_factor', 'by the password')
      assert.equal((await tryPassword(needs, phone, 'ada')).ok, true)
      assert.equal((await current(needs, phone)).session.stage, 'second_factor', 'not remembered')
      clock.advance(STEP)
      assert.equal((await give(needs, phone, app.code())).ok, true)
      assert.equal((await current(needs, phone)).session.stage, 'set_up')
      const key = await setUpKey(needs, phone)
      const after = await current(needs, phone)
      assert.deepEqual(
        [after.session.stage, after.factors.map(({ kind }) => kind), after.user.factors_again_at],
        ['full', ['webauthn'], null],
      )
      assert.equal(await recoveryCodeFits(needs, id, code), false, 'the old codes went too')
      assert.equal(await findSession(needs, laptop.session), null, 'so did the other sessions')
      const notices = (await store.tables.notices.listOf(id)).map(({ kind }) => kind)
      assert.ok(notices.includes('second_factors_replaced'))
      const again = await halfIn(needs)
      clock.advance(STEP)
      assert.equal((await give(needs, again, app.code())).ok, false, 'the old app')
      assert.equal((await giveKey(needs, again, key)).ok, true)
    })

    it('V08: the new one stays, also where they were asked for by a node whose clock is ahead', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, id } = await ada(needs)
      clock.advance(STEP)
      await store.tables.users.update(id, { factors_again_at: clock.now() + 4 * MINUTE })
      await setUpKey(needs, laptop)
      const after = await current(needs, laptop)
      assert.deepEqual(
        after.factors.map(({ kind }) => kind),
        ['webauthn'],
      )
      assert.equal((await current(needs, await halfIn(needs))).session.stage, 'second_factor')
    })

    it('A06: who has only the password cannot set the new one up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id } = await ada(needs)
      clock.advance(STEP)
      await store.tables.users.update(id, { factors_again_at: clock.now() })
      const thief = await halfIn(needs, STRANGER)
      const stale = { ...(await current(needs, thief)), factors: [] }
      const { id: mine, secret } = await beginTotp(needs, stale, 'mine')
      const code = new TOTP({ secret: secret.reveal() }).generate({ timestamp: clock.now() })
      const answer = { id: mine, code: new Secret(code), attestation: null, deviceToken: null }
      assert.deepEqual(await endSetUp(needs, stale, answer, STRANGER), { ok: false })
      const last = (await audited(needs)).at(-1)
      assert.equal(last, 'second_factor.create refused factors_changed')
      assert.equal((await store.tables.secondFactors.listOf(id)).length, 1)
    })

    it('A06: a kind that policy no longer takes is given once more, to set up another', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const before = identityOn(store, { clock })
      const { laptop, app, id } = await ada(before)
      const strict = identityOn(store, { clock, settings: { second_factor_kinds: ['webauthn'] } })
      assert.equal((await current(strict, laptop)).session.stage, 'set_up')
      clock.advance(STEP)
      const browser = await halfIn(strict)
      assert.equal((await give(strict, browser, app.code(), 'totp', true)).ok, true)
      assert.equal((await current(strict, browser)).session.stage, 'set_up')
      await assert.rejects(beginTotp(strict, await current(strict, browser), 'another app'), {
        code: 'conflict',
      })
      const key = await setUpKey(strict, browser)
      assert.equal((await current(strict, browser)).session.stage, 'full')
      await tryPassword(strict, browser, 'ada')
      const { session } = await current(strict, browser)
      assert.equal(session.stage, 'second_factor', 'a factor that did not suffice marks no browser')
      clock.advance(STEP)
      const next = await halfIn(strict)
      assert.equal((await give(strict, next, app.code())).ok, false, 'there is one that is taken')
      assert.equal((await audited(strict)).at(-1), 'session.second_factor refused kind_not_taken')
      assert.equal((await giveKey(strict, next, key)).ok, true)
      const { policy } = await current(strict, next)
      const caller = {
        actor: { kind: 'user', id, name: 'ada' },
        role: 'user',
        ip: null,
        client: null,
        sessionId: null,
      } as const
      const owner = { id, name: 'ada' }
      await assert.rejects(deleteSecondFactor(strict, caller, owner, key.factorId, policy), {
        code: 'conflict',
      })
      await deleteSecondFactor(strict, caller, owner, app.id, policy)
    })

    it('A13: nothing is set up in a session that is not recent, or by a remembered browser', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { app, laptop } = await ada(needs)
      clock.advance(STEP)
      const home = newBrowser()
      await tryPassword(needs, home, 'ada')
      await give(needs, home, app.code(), 'totp', true)
      clock.advance(DAY)
      await tryPassword(needs, home, 'ada')
      const found = await current(needs, home)
      assert.deepEqual([found.session.stage, found.recentUntil], ['full', null])
      assert.equal(await findSession(needs, laptop.session), null)
    })
  })
})
