import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, systemEntropy } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Settings } from '#domain/policy.ts'
import { DEVICE_LIFE } from '#domain/throttle.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import {
  addUser,
  identityOn,
  newBrowser,
  PASSWORD,
  setUpTotp,
  tryPassword,
} from '../../test/support/identity.ts'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'
import { PasswordHasher } from './password-hash.ts'

const NOON = '2026-11-20T12:00:00Z'

describe('signing in', () => {
  forEachStore((kind, open) => {
    it('leads as far as policy and the second factor of the person say', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const under = (second_factor: Settings['second_factor']) =>
        identityOn(store, { clock, settings: { second_factor } })
      await addUser(under('off'), 'none')
      await addUser(under('off'), 'one')
      const browser = newBrowser()
      await tryPassword(under('offered'), browser, 'one')
      await setUpTotp(under('offered'), browser)
      const stages: Record<string, string[]> = {}
      for (const name of ['none', 'one'])
        for (const policy of ['off', 'offered', 'required'] as const) {
          const answer = await tryPassword(under(policy), newBrowser(), name)
          assert.ok(answer.ok)
          ;(stages[name] ??= []).push(answer.stage)
        }
      assert.deepEqual(stages, {
        none: ['full', 'full', 'set_up'],
        one: ['full', 'second_factor', 'second_factor'],
      })
    })

    it('writes down who, from where, how far; and the last sign-in when it is complete', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const { id } = await addUser(needs, 'ada')
      clock.advance(MINUTE)
      const browser = newBrowser({ ip: '192.0.2.9', client: 'Firefox' })
      await tryPassword(needs, browser, 'ada')
      const [event] = await store.tables.audit.list({}, 1)
      assert.deepEqual(
        [event?.action, event?.outcome, event?.actor.id, event?.ip, event?.client, event?.details],
        [
          'session.create',
          'ok',
          id,
          '192.0.2.9',
          'Firefox',
          { stage: 'set_up', method: 'password' },
        ],
      )
      assert.equal((await store.tables.users.find(id))?.last_sign_in_at, clock.now())
      await setUpTotp(needs, browser)
      clock.advance(MINUTE)
      await tryPassword(needs, newBrowser(), 'ada')
      assert.equal((await store.tables.users.find(id))?.last_sign_in_at, clock.now() - MINUTE)
    })

    it('writes down no name that could be a password in the wrong field', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      for (const name of [PASSWORD, 'tr4ctors', 'nemo'])
        await tryPassword(needs, newBrowser(), name)
      const rows = await store.tables.audit.list({}, 10)
      assert.deepEqual(
        rows.map((row) => row.target.name),
        ['nemo', null, null],
      )
      const stored = JSON.stringify([
        rows,
        await store.db.selectFrom('throttle').selectAll().execute(),
      ])
      assert.equal(stored.includes('tr4ctors') || stored.includes(PASSWORD), false)
    })

    it('makes the hash anew when the key was rotated, and the old one is gone', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      const { id } = await addUser(needs, 'ada')
      const keyring = parseKeyFile(`k1 ${'1f'.repeat(32)}\nk2 ${'3d'.repeat(32)}`)
      await using hasher = new PasswordHasher({
        keyring,
        entropy: systemEntropy,
        cost: { m: 8, t: 1, p: 1 },
      })
      const rotated = { ...needs, keyring, hasher }
      assert.equal((await tryPassword(rotated, newBrowser(), 'ada')).ok, true)
      const stored = (await store.tables.users.find(id))?.password_hash ?? ''
      assert.match(stored, /keyid=azI\$/) // azI: "k2"
      assert.equal((await tryPassword(rotated, newBrowser(), 'ada')).ok, true)
    })

    it('counts no failure for a try that could not be checked', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'ada')
      const hasher = new PasswordHasher(needs)
      await hasher[Symbol.asyncDispose]()
      for (const name of ['ada', 'nemo'])
        await assert.rejects(tryPassword({ ...needs, hasher }, newBrowser(), name), {
          code: 'unavailable',
        })
      const left = await store.db
        .selectFrom('throttle')
        .selectAll()
        .where('tries', '>', 0)
        .execute()
      assert.deepEqual(left, [])
    })

    it('lets nobody in whom the audit cannot write down', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      await store.db.schema.alterTable('audit').renameTo('audit_away').execute()
      await assert.rejects(tryPassword(needs, newBrowser(), 'ada'))
      await assert.rejects(tryPassword(needs, newBrowser(), 'nemo'))
      assert.deepEqual(await store.db.selectFrom('session').selectAll().execute(), [])
      assert.deepEqual(await store.db.selectFrom('device').selectAll().execute(), [])
      await store.db.schema.alterTable('audit_away').renameTo('audit').execute()
      assert.equal((await tryPassword(needs, newBrowser(), 'ada')).ok, true)
    })

    for (const [what, changed] of [
      ['disabled', { state: 'disabled' }],
      ['given another password', { password_changed_at: 1 }],
    ] as const)
      it(`lets nobody in who was ${what} while the password was being checked`, async () => {
        const clock = fixedClock(NOON)
        await using store = await open({ clock })
        const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
        const { id } = await addUser(needs, 'ada')
        const { hasher } = needs
        const meanwhile = {
          hash: async (secret: Secret) => await hasher.hash(secret),
          needsRehash: (stored: string) => hasher.needsRehash(stored),
          verify: async (stored: string | null, secret: Secret) => {
            const fits = await hasher.verify(stored, secret)
            await store.tables.users.update(id, changed)
            return fits
          },
        }
        const answer = await tryPassword({ ...needs, hasher: meanwhile }, newBrowser(), 'ada')
        assert.deepEqual(answer, { ok: false })
        const [event] = await store.tables.audit.list({}, 2)
        assert.equal(event?.outcome, 'refused')
        assert.deepEqual(await store.db.selectFrom('session').selectAll().execute(), [])
      })

    it('takes back what strangers failed, when somebody has signed in', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      for (let i = 0; i < 5; i++) await tryPassword(needs, newBrowser(), 'ada', 'rhubarb')
      assert.equal((await tryPassword(needs, newBrowser(), 'ada')).ok, true)
      const rows = await store.db.selectFrom('throttle').selectAll().orderBy('key').execute()
      assert.deepEqual(
        rows.map((row) => [row.key, row.tries]),
        [
          ['address:192.0.2.10/32', 5],
          ['everywhere', 5],
          ['network:192.0.2.0/24', 5],
        ],
      )
    })

    it('answers everybody when many sign in at once on two nodes, right and wrong', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const settings = { second_factor: 'off' } as const
      const nodes = [one, two].map((store) => identityOn(store, { clock, settings }))
      const names = ['ada', 'bob', 'eva', 'kim', 'lea', 'mia', 'noa', 'tom']
      for (const name of names) await addUser(nodes[0]!, name)
      const answers = await Promise.all(
        Array.from({ length: 48 }, async (_, i) => {
          const right = i % 3 > 0
          const browser = newBrowser()
          const name = names[i % names.length]!
          const answer = await tryPassword(
            nodes[i % 2]!,
            browser,
            name,
            right ? PASSWORD : 'rhubarb',
          )
          return answer.ok === right
        }),
      )
      assert.deepEqual(new Set(answers), new Set([true]))
    })

    it('keeps the cookie of a browser that is known, and knows at most 50', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      const device = laptop.device
      clock.advance(MINUTE)
      await tryPassword(needs, laptop, 'ada')
      assert.equal(laptop.device?.reveal(), device?.reveal())
      clock.advance(DEVICE_LIFE - 1)
      await tryPassword(needs, laptop, 'ada')
      assert.equal(laptop.device?.reveal(), device?.reveal())
      clock.advance(DEVICE_LIFE)
      await tryPassword(needs, laptop, 'ada')
      assert.notEqual(laptop.device?.reveal(), device?.reveal(), 'half a year without a sign-in')
      for (let i = 0; i < 55; i++) {
        clock.advance(1)
        await tryPassword(needs, newBrowser(), 'ada')
      }
      assert.equal((await store.db.selectFrom('device').selectAll().execute()).length, 50)
    })
  })
})
