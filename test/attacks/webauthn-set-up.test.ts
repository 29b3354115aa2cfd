/**
 * A20: setting a passkey or security key up, with an authenticator in software whose every word can
 * be a lie.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import { beginKey } from '#identity/factors/key-set-up.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { SoftKey, type Lie } from '../support/authenticator.ts'
import { current, HOME, identityOn, ORIGIN } from '../support/identity.ts'
import { giveKey } from '../support/keys.ts'
import { adaWithKey, LIES } from '../support/key-lies.ts'
import { halfIn } from '../support/second-step.ts'
import { forEachStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'

describe('attacks on the set-up of a key', () => {
  forEachStore((_, open) => {
    it('A20: a new key is taken from our pages only, once, and from nobody else’s session', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { laptop, key } = await adaWithKey(needs)
      const set = async (lie: Lie, fresh = new SoftKey({ origin: ORIGIN }), fmt = 'none') => {
        const { id, options } = await beginKey(needs, await current(needs, laptop), 'new')
        const attestation = fresh.create(options, lie, fmt)
        const answer = { id, code: null, attestation, deviceToken: null }
        return await endSetUp(needs, await current(needs, laptop), answer, HOME)
      }
      for (const [name, { lie }] of Object.entries(LIES)) {
        if ('counter' in lie || 'userHandle' in lie) continue
        const wrong = lie.type === 'webauthn.create' ? { ...lie, type: 'webauthn.get' } : lie
        assert.deepEqual(await set(wrong), { ok: false }, name)
      }
      // Formats that would have certificates read, and lists of revoked ones fetched.
      for (const fmt of ['tpm', 'android-key', 'android-safetynet', 'apple', 'fido-u2f', 'x'])
        assert.deepEqual(await set({}, undefined, fmt), { ok: false }, fmt)
      const es384 = new SoftKey({ origin: ORIGIN, algorithm: 'ES384' })
      assert.deepEqual(await set({}, es384), { ok: false }, 'an algorithm that was not asked for')
      assert.deepEqual(await set({}, key), { ok: false }, 'a key that is set up already')
      assert.equal((await current(needs, laptop)).factors.length, 1)
      const { id, options } = await beginKey(needs, await current(needs, laptop), 'new')
      const answer = {
        id,
        code: null,
        attestation: new SoftKey({ origin: ORIGIN }).create(options),
        deviceToken: null,
      }
      const other = await halfIn(needs)
      assert.equal((await giveKey(needs, other, key)).ok, true)
      const elsewhere = await endSetUp(needs, await current(needs, other), answer, HOME)
      assert.deepEqual(elsewhere, { ok: false }, "another session's set-up")
    })
  })
})
