/**
 * Remembered browsers: marked when the factor is given, forgotten by their person, by a new password,
 * by the loss of a factor, and by policy.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY, fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { deleteSecondFactor } from '#changes/second-factors.ts'
import { forgetDevices, rememberedDevices } from '#changes/remembered-devices.ts'
import { resetSecondFactors } from '#changes/users.ts'
import type { Caller } from '#changes/door.ts'
import { INITIAL_SETTINGS, type Settings } from '#domain/policy.ts'
import { findSession } from '#identity/browser-session.ts'
import { enter, prepareEntry } from '#identity/entrance.ts'
import { findDevice } from '#identity/known-device.ts'
import { changeOwnPassword } from '#identity/main-password-change.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import type { Store } from '#store/store.ts'
import {
  current,
  HOME,
  identityOn,
  newBrowser,
  PASSWORD,
  recoveryCodes,
  setUpTotp,
  STRANGER,
  tryPassword,
  type App,
  type Browser,
} from '../support/identity.ts'
import { ada, give } from '../support/second-step.ts'
import { forEachStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND
const POLICY = INITIAL_SETTINGS

const callerOf = (id: string): Caller => ({
  actor: { kind: 'user', id, name: 'ada' },
  role: 'user',
  ip: HOME.ip,
  client: HOME.client,
  sessionId: null,
})
const ADMINISTRATOR: Caller = { ...callerOf('x'), role: 'administrator' }

type World = {
  readonly needs: IdentityNeeds
  readonly clock: ReturnType<typeof fixedClock>
  readonly app: App
  readonly id: string
  readonly laptop: Browser
}

/** Ada, who has marked this browser a moment ago, and signed out of it. */
async function marked(store: Store, settings: Partial<Settings> = {}): Promise<World> {
  const clock = fixedClock(NOON)
  const needs = identityOn(store, { clock, settings })
  const { laptop, app, id } = await ada(needs)
  clock.advance(STEP)
  await tryPassword(needs, laptop, 'ada')
  assert.equal((await give(needs, laptop, app.code(), 'totp', true)).ok, true)
  clock.advance(STEP)
  return { needs, clock, app, id, laptop }
}

/** How far the password alone leads in that browser now. */
async function stageIn(needs: IdentityNeeds, browser: Browser): Promise<string> {
  const answer = await tryPassword(needs, browser, 'ada')
  return answer.ok ? answer.stage : 'refused'
}

describe('remembered browsers', () => {
  forEachStore((_, open) => {
    it('need no second factor for 30 days, and are not recent', async () => {
      await using store = await open()
      const { needs, clock, laptop, id } = await marked(store)
      assert.equal(await stageIn(needs, laptop), 'full')
      const found = await current(needs, laptop)
      assert.equal(found.session.method, 'password+remembered_device')
      assert.equal(found.recentUntil, null, 'a sensitive action asks for the factor')
      clock.advance(30 * DAY - MINUTE)
      assert.equal(await stageIn(needs, laptop), 'full')
      clock.advance(MINUTE)
      assert.equal(await stageIn(needs, laptop), 'second_factor')
      const notices = await store.tables.notices.listOf(id)
      assert.equal(notices.filter(({ kind }) => kind === 'device_remembered').length, 1)
    })

    it('are only those that the person has marked, of that person, with our own cookie', async () => {
      await using store = await open()
      const { needs, app, clock, laptop } = await marked(store)
      const other = newBrowser()
      await tryPassword(needs, other, 'ada')
      assert.equal((await give(needs, other, app.code())).ok, true)
      assert.equal(await stageIn(needs, other), 'second_factor', 'known, and not marked')
      const invented = { ...newBrowser(STRANGER), device: new Secret('A'.repeat(43)) }
      assert.equal(await stageIn(needs, invented), 'second_factor')
      clock.advance(STEP)
      await tryPassword(needs, laptop, 'ada', 'wrong')
      assert.equal(await stageIn(needs, newBrowser()), 'second_factor')
    })

    it('are as policy says at the moment: switched off, for a shorter time, or for longer', async () => {
      await using store = await open()
      const { clock, laptop } = await marked(store)
      const under = (remembered_device_ttl: number) =>
        identityOn(store, { clock, settings: { remembered_device_ttl } })
      clock.advance(2 * DAY)
      assert.equal(await stageIn(under(0), laptop), 'second_factor')
      assert.equal(await stageIn(under(DAY / SECOND), laptop), 'second_factor')
      assert.equal(await stageIn(under((3 * DAY) / SECOND), laptop), 'full')
    })

    it('a recovery code marks none', async () => {
      await using store = await open()
      const clock = fixedClock(NOON)
      const needs = identityOn(store, { clock })
      const { laptop } = await ada(needs)
      const [code = new Secret('')] = await recoveryCodes(needs, laptop)
      const browser = newBrowser()
      await tryPassword(needs, browser, 'ada')
      assert.equal((await give(needs, browser, code, 'recovery_code', true)).ok, true)
      assert.equal(await stageIn(needs, browser), 'second_factor')
    })

    it('are listed and forgotten, one or all; sessions that began without the factor end', async () => {
      await using store = await open()
      const { needs, app, clock, laptop, id } = await marked(store)
      const phone = newBrowser(STRANGER)
      await tryPassword(needs, phone, 'ada')
      assert.equal((await give(needs, phone, app.code(), 'totp', true)).ok, true)
      clock.advance(STEP)
      const listed = await rememberedDevices(needs, id, POLICY)
      assert.deepEqual(
        listed.map(({ ip, client }) => [ip, client]),
        [STRANGER, HOME].map(({ ip, client }) => [ip, client]),
      )
      assert.equal(await stageIn(needs, laptop), 'full')
      const byLaptop = laptop.session
      const hex = Buffer.from(listed[1]!.hash).toString('hex', 0, 16)
      const owner = { id, name: 'ada' }
      await forgetDevices(needs, callerOf(id), owner, POLICY, hex)
      assert.equal(await findSession(needs, byLaptop), null)
      assert.equal(await stageIn(needs, laptop), 'second_factor')
      assert.equal(await stageIn(needs, phone), 'full')
      await assert.rejects(forgetDevices(needs, callerOf(id), owner, POLICY, hex), {
        code: 'not_found',
      })
      await assert.rejects(forgetDevices(needs, callerOf('other'), owner, POLICY), {
        code: 'forbidden',
      })
      await forgetDevices(needs, callerOf(id), owner, POLICY)
      assert.equal(await stageIn(needs, phone), 'second_factor')
      assert.deepEqual(await rememberedDevices(needs, id, POLICY), [])
    })

    it('are asked about again where the session opens: one that was forgotten meanwhile is not', async () => {
      await using store = await open()
      const { needs, laptop, id } = await marked(store)
      const device = await findDevice(needs, laptop.device)
      const user = (await store.tables.users.find(id))!
      const entry = await prepareEntry(needs, user, 'password', device)
      assert.equal(entry.method, 'password+remembered_device')
      const arrival = { device, sessionToken: null, from: HOME }
      const opens = async () =>
        await store.transaction((tables) => enter(needs, tables, id, entry, arrival))
      assert.equal((await opens()).stage, 'full')
      await store.tables.devices.forgetRemembered(id)
      await assert.rejects(opens, { name: 'Overtaken' })
    })

    it('are forgotten with a new main password', async () => {
      await using store = await open()
      const { needs, laptop } = await marked(store)
      assert.equal(await stageIn(needs, laptop), 'full')
      const given = {
        current: new Secret(PASSWORD),
        password: new Secret('rhubarb ladder umbrella 7'),
        deviceToken: laptop.device,
      }
      const changed = await changeOwnPassword(needs, await current(needs, laptop), given, HOME)
      assert.equal(changed.ok, true)
      const again = await tryPassword(needs, laptop, 'ada', 'rhubarb ladder umbrella 7')
      assert.equal(again.ok && again.stage, 'second_factor')
    })

    it('are forgotten when a factor is removed, and when an administrator resets all', async () => {
      await using store = await open()
      const { needs, laptop, id, app, clock } = await marked(store, { second_factor: 'offered' })
      const second = await setUpTotp(needs, laptop)
      const owner = { id, name: 'ada' }
      const { policy } = await current(needs, laptop)
      await deleteSecondFactor(needs, callerOf(id), owner, app.id, policy)
      assert.equal(await stageIn(needs, laptop), 'second_factor')
      clock.advance(STEP)
      assert.equal((await give(needs, laptop, second.code(), 'totp', true)).ok, true)
      const before = laptop.session
      await resetSecondFactors(needs, ADMINISTRATOR, id)
      assert.equal(await findSession(needs, before), null)
      const rows = await store.db.selectFrom('device').select('remembered_at').execute()
      assert.equal(
        rows.every(({ remembered_at }) => remembered_at === null),
        true,
      )
      const kinds = (await store.tables.notices.listOf(id)).map(({ kind }) => kind)
      assert.equal(kinds.filter((kind) => kind === 'second_factor_deleted').length, 2)
    })

    it('do not outlive a clock that was a year ahead', async () => {
      await using store = await open()
      const { needs, laptop, clock } = await marked(store)
      clock.advance(365 * DAY)
      assert.equal(await stageIn(needs, laptop), 'second_factor')
      clock.advance(-366 * DAY)
      assert.equal(await stageIn(needs, laptop), 'second_factor', 'marked in the future')
    })
  })
})
