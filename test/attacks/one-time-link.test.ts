/**
 * A23, A24: one-time links.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, fixedClock, HOUR, MINUTE, systemEntropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { findSession, type Entered } from '#identity/browser-session.ts'
import { acceptLink, type Acceptance } from '#identity/link-acceptance.ts'
import { changeOwnPassword } from '#identity/main-password-change.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { inspectLink, isSetUpOpen, makeLink, type LinkKind } from '#identity/one-time-link.ts'
import { mintToken } from '#identity/opaque-token.ts'
import { giveSecondFactor } from '#identity/second-factor.ts'
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
  STRANGER,
  tryPassword,
} from '../support/identity.ts'
import { totp } from '../support/second-step.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const NEW_PASSWORD = 'rhubarb ladder umbrella 7'

async function link(
  needs: IdentityNeeds,
  kind: LinkKind,
  userId: string | null = null,
): Promise<Secret> {
  return await needs.store.transaction(
    async (tables) => (await makeLink(needs, tables, { kind, userId, by: 'test' })).token,
  )
}

const accept = async (
  needs: IdentityNeeds,
  token: Secret,
  more: Partial<Acceptance> = {},
  from = HOME,
): Promise<Entered> =>
  await acceptLink(
    needs,
    { token, password: new Secret(NEW_PASSWORD), sessionToken: null, ...more },
    from,
  )

const dead = (thrown: unknown): boolean => thrown instanceof Problem && thrown.code === 'link_dead'
const ROOT = { name: 'root', email: 'root@example.org' }

describe('attacks on one-time links', () => {
  forEachStore((kind, open) => {
    it('A24: a link works once, also when it is used at the same moment on two nodes', async () => {
      const clock = fixedClock(NOON)
      await using place = await newPlace(kind)
      await using one = await openTestStore(kind, { clock, at: place.address })
      await using two = await openTestStore(kind, { clock, at: place.address })
      const nodes = [identityOn(one, { clock }), identityOn(two, { clock })]
      const ina = await addUser(nodes[0]!, 'ina', { state: 'invited' })
      const token = await link(nodes[0]!, 'invitation', ina.id)
      const answers = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) =>
          accept(nodes[i % 2]!, token, { password: new Secret(`${NEW_PASSWORD}${i}`) }),
        ),
      )
      assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1)
      for (const answer of answers) if (answer.status === 'rejected') assert.ok(dead(answer.reason))
      await assert.rejects(accept(nodes[1]!, token), dead)
      await assert.rejects(inspectLink(nodes[1]!, token), dead)
      const winner = answers.findIndex((answer) => answer.status === 'fulfilled')
      const signedIn = await tryPassword(nodes[1]!, newBrowser(), 'ina', `${NEW_PASSWORD}${winner}`)
      assert.equal(signedIn.ok, true)
    })

    it('A24: looking at a link, or a password that is refused, does not use it up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ina = await addUser(needs, 'ina', { state: 'invited' })
      const token = await link(needs, 'invitation', ina.id)
      for (let i = 0; i < 60; i++) {
        const seen = await inspectLink(needs, token)
        assert.deepEqual(
          [seen.kind, seen.user?.name, seen.passwordMinimum, seen.expiresAt],
          ['invitation', 'ina', 8, clock.now() + 7 * DAY],
        )
        await assert.rejects(accept(needs, token, { password: new Secret('ina@example.org') }), {
          code: 'invalid',
        })
      }
      assert.equal((await accept(needs, token)).stage, 'set_up')
      assert.deepEqual(await store.tables.notices.listOf(ina.id), [], 'nothing was changed')
    })

    it('A24: each link has its end, and a newer one ends the earlier', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ada = await addUser(needs, 'ada')
      const first = await link(needs, 'password_reset', ada.id)
      const second = await link(needs, 'password_reset', ada.id)
      await assert.rejects(accept(needs, first), dead)
      clock.advance(DAY - 1)
      assert.equal((await inspectLink(needs, second)).user?.id, ada.id)
      clock.advance(1)
      await assert.rejects(accept(needs, second), dead)
      const ina = await addUser(needs, 'ina', { state: 'invited' })
      const invitation = await link(needs, 'invitation', ina.id)
      clock.advance(7 * DAY)
      await assert.rejects(accept(needs, invitation), dead)
    })

    it('A24: a link ends when the main password is set in another way', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ada = await addUser(needs, 'ada')
      const reset = await link(needs, 'password_reset', ada.id)
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      const given = {
        current: new Secret(PASSWORD),
        password: new Secret(NEW_PASSWORD),
        deviceToken: null,
      }
      const changed = await changeOwnPassword(needs, await current(needs, browser), given, HOME)
      assert.equal(changed.ok, true)
      await assert.rejects(accept(needs, reset), dead)
    })

    it('A24: a link changes nobody but its own person, and is dead for who is disabled or gone', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ada = await addUser(needs, 'ada')
      await addUser(needs, 'bob')
      const token = await link(needs, 'password_reset', ada.id)
      const entered = await accept(needs, token, { name: 'bob', email: 'bob@example.org' })
      assert.equal(entered.user.id, ada.id)
      assert.equal((await tryPassword(needs, newBrowser(), 'bob', NEW_PASSWORD)).ok, false)
      const again = await link(needs, 'password_reset', ada.id)
      await store.tables.users.update(ada.id, { state: 'disabled' })
      await assert.rejects(inspectLink(needs, again), dead)
      await assert.rejects(accept(needs, again), dead)
      assert.equal((await store.tables.users.find(ada.id))?.state, 'disabled')
      await store.tables.users.delete(ada.id)
      await assert.rejects(accept(needs, again), dead)
    })

    it('A24: a reset ends all sessions and devices, and never skips the second factor', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ada = await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      const app = await setUpTotp(needs, laptop)
      const token = await link(needs, 'password_reset', ada.id)
      const phone = newBrowser()
      kept(phone, { ok: true, ...(await accept(needs, token)) })
      assert.equal((await current(needs, phone)).session.stage, 'second_factor')
      assert.equal(phone.device, null, 'the browser is not known yet')
      assert.equal(await findSession(needs, laptop.session), null)
      assert.deepEqual(await store.db.selectFrom('device').selectAll().execute(), [])
      clock.advance(MINUTE)
      const given = totp(app.code())
      const answer = await giveSecondFactor(needs, await current(needs, phone), given, HOME)
      assert.ok(kept(phone, answer).ok)
      assert.equal((await current(needs, phone)).session.method, 'link+totp')
    })

    it('A24: a reset opens every way in that strangers have used up', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock, settings: { second_factor: 'off' } })
      const ada = await addUser(needs, 'ada')
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 10; i++)
          await tryPassword(needs, newBrowser(STRANGER), 'ada', 'rhubarb')
        clock.advance(HOUR)
      }
      assert.equal((await tryPassword(needs, newBrowser(), 'ada')).ok, false)
      await accept(needs, await link(needs, 'password_reset', ada.id))
      assert.equal((await tryPassword(needs, newBrowser(), 'ada', NEW_PASSWORD)).ok, true)
    })

    it('A24: tokens are not guessed: fifty from one address, then no more are looked at', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const ina = await addUser(needs, 'ina', { state: 'invited' })
      const token = await link(needs, 'invitation', ina.id)
      for (let i = 0; i < 50; i++)
        await assert.rejects(accept(needs, mintToken(systemEntropy), {}, STRANGER), dead)
      await assert.rejects(accept(needs, token, {}, STRANGER), { code: 'busy' })
      assert.equal((await accept(needs, token)).user.id, ina.id, 'elsewhere it works')
      const rows = await audited(needs)
      assert.equal(rows.filter((row) => row === 'link.use refused unknown').length, 50)
    })

    it('A23: the first administrator is set up once, whatever becomes of the users', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      assert.equal(await isSetUpOpen(store.tables), true)
      const token = await link(needs, 'first_administrator')
      const entered = await accept(needs, token, ROOT)
      assert.deepEqual([entered.user.role, entered.stage], ['administrator', 'set_up'])
      await store.tables.users.delete(entered.user.id)
      assert.equal(await isSetUpOpen(store.tables), false)
      await assert.rejects(link(needs, 'first_administrator'), { code: 'conflict' })
      await assert.rejects(accept(needs, token, ROOT), dead)
    })

    it('A23: of two links to the first administrator, and of two uses, one makes one', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const early = await link(needs, 'first_administrator')
      const token = await link(needs, 'first_administrator')
      await assert.rejects(accept(needs, early, ROOT), dead)
      const answers = await Promise.allSettled(
        ['eva', 'root'].map((name) => accept(needs, token, { name, email: `${name}@example.org` })),
      )
      assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1)
      const people = await store.db.selectFrom('user').selectAll().execute()
      assert.equal(people.length, 1)
    })

    it('A23: a first administrator is not made when recovery was faster', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      const token = await link(needs, 'first_administrator')
      const rescue = await link(needs, 'recover_administrator')
      const { hasher } = needs
      const slow = {
        ...needs,
        hasher: {
          verify: async () => false,
          needsRehash: () => false,
          hash: async (secret: Secret) => {
            await accept(needs, rescue, { name: 'rescue', email: 'rescue@example.org' })
            return await hasher.hash(secret)
          },
        },
      }
      await assert.rejects(accept(slow, token, ROOT), dead)
      const people = await store.db.selectFrom('user').select('name').execute()
      assert.deepEqual(
        people.map((row) => row.name),
        ['rescue'],
      )
    })

    it('A23: recovery makes a new administrator, never takes over a name that is there', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = identityOn(store, { clock })
      await addUser(needs, 'root', { role: 'administrator' })
      const token = await link(needs, 'recover_administrator')
      await assert.rejects(accept(needs, token, ROOT), { code: 'conflict' })
      await assert.rejects(accept(needs, token, { name: 'ROOT@example.org', email: 'x@y' }), {
        code: 'conflict',
      })
      await assert.rejects(accept(needs, token), { code: 'invalid' })
      const entered = await accept(needs, token, { name: 'rescue', email: 'rescue@example.org' })
      assert.deepEqual([entered.user.name, entered.user.role], ['rescue', 'administrator'])
      await assert.rejects(accept(needs, token, { name: 'other', email: 'o@example.org' }), dead)
    })
  })
})
