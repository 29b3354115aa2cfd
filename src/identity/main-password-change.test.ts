import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, fixedClock, MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import {
  addUser,
  audited,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  tryPassword,
  type Browser,
} from '../../test/support/identity.ts'
import { forEachStore } from '../../test/support/stores.ts'
import { changeOwnPassword } from './main-password-change.ts'

const NOON = '2026-11-20T12:00:00Z'
const NEW_PASSWORD = 'rhubarb ladder umbrella 7'

async function change(needs: IdentityNeeds, browser: Browser, typed = PASSWORD): Promise<boolean> {
  const given = {
    current: new Secret(typed),
    password: new Secret(NEW_PASSWORD),
    deviceToken: browser.device,
  }
  const session = await current(needs, browser)
  return kept(browser, await changeOwnPassword(needs, session, given, HOME)).ok
}

describe('changing the main password', () => {
  forEachStore((_, open) => {
    it('does not stand for a confirmation: the time of the sign-in stays', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const { recentUntil, session } = await current(needs, browser)
      clock.advance(9 * MINUTE)
      assert.equal(await change(needs, browser), true)
      const after = await current(needs, browser)
      assert.equal(after.recentUntil, recentUntil)
      assert.equal(after.session.expires_at, session.expires_at)
    })

    for (const [policy, left] of [
      ['keep', ['works']],
      ['freeze', ['waits']],
      ['end', []],
    ] as const)
      it(`does to application passwords what policy says: ${policy}`, async () => {
        const clock = fixedClock(NOON)
        await using store = await open({ clock })
        const settings = { second_factor: 'off', main_password_change: policy } as const
        const needs = identityOn(store, { clock, settings })
        const { id } = await addUser(needs, 'ada')
        await store.tables.appPasswords.insert({
          id: needs.newId(),
          user_id: id,
          name: 'Laptop',
          name_key: 'laptop',
          application: 'other',
          gateways: 'drive',
          networks: null,
          hash: Buffer.alloc(32, 1),
          key_id: 'k1',
          expires_at: clock.now() + DAY,
          revoked_at: null,
          revoked_by: null,
          frozen_at: null,
          last_used_at: null,
          last_ip: null,
          last_gateway: null,
          last_client: null,
          created_at: clock.now(),
          created_by: 'ada',
        })
        const browser = newBrowser()
        await tryPassword(needs, browser, 'ada')
        assert.equal(await change(needs, browser), true)
        assert.deepEqual(
          (await store.tables.appPasswords.listOf(id, clock.now())).map((row) =>
            row.frozen_at === null ? 'works' : 'waits',
          ),
          left,
        )
      })

    it('is guessed at ten times at the most, in the tries of this session', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      browser.device = null
      for (let i = 0; i < 10; i++) assert.equal(await change(needs, browser, 'rhubarb'), false)
      assert.equal(await change(needs, browser), false)
      assert.equal((await audited(needs)).at(-1), 'password.change refused locked')
      assert.equal(
        (await tryPassword(needs, newBrowser(), 'ada')).ok,
        true,
        'strangers have theirs',
      )
    })
  })
})
