/** Signing in here with the password of a directory: a real slapd, both databases. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fixedClock, MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { grouped, mintAppPassword } from '#domain/app-password.ts'
import { systemEntropy } from '#base/clock.ts'
import { confirm } from '#identity/step-up.ts'
import type { Store } from '#store/store.ts'
import {
  directoryRow,
  slapdConfig,
  testDirectories,
  type Wanted,
} from '../support/directory/provider.ts'
import { GROUPS, LDAP_PASSWORD, openSlapd, PEOPLE, type Slapd } from '../support/directory/slapd.ts'
import {
  addUser,
  audited,
  current,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  setUpTotp,
  tryPassword,
  watched,
} from '../support/identity.ts'
import { forEachStore } from '../support/stores.ts'

let slapd: Slapd
before(async () => {
  slapd = await openSlapd()
  for (const uid of ['ada', 'grace', 'linus', 'margaret', 'nomail', 'named'])
    await slapd.person(uid, { displayName: `${uid} of the directory` })
  await slapd.set(`uid=nomail,${PEOPLE}`, 'mail', [])
  await slapd.group('staff', [`uid=ada,${PEOPLE}`])
})
after(async () => await slapd[Symbol.asyncDispose]())

const offered = { second_factor: 'offered' } as const

async function bench(store: Store, more: Wanted = {}) {
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const needs = identityOn(store, {
    clock,
    settings: offered,
    directories: testDirectories(clock),
  })
  const row = directoryRow(slapdConfig(slapd, { groupBaseDn: GROUPS, ...more }))
  await store.tables.identityProviders.insert(row)
  const browser = newBrowser()
  const last = async (): Promise<string | undefined> => (await audited(needs)).at(-1)
  return { clock, needs, row, browser, last }
}

describe('signing in with the password of a directory', () => {
  forEachStore((_, open) => {
    it('makes the person at the first sign-in, and knows them at the next', async () => {
      await using store = await open()
      const { needs, browser, row } = await bench(store)
      const first = await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      assert.ok(first.ok)
      const { user, session } = first
      assert.deepEqual(
        [user.name, user.display_name, user.email, user.email_verified, user.source, user.state],
        ['ada', 'ada of the directory', 'ada@example.org', 0, row.id, 'active'],
      )
      assert.deepEqual([session.method, session.provider_id], ['directory', row.id])
      const identity = await store.tables.identities.ofUser(user.id)
      assert.equal(identity?.state, 'alive')
      assert.ok(identity.next_check_at !== null)
      const groups = await store.tables.groups.ofUser(user.id)
      assert.deepEqual(
        groups.map(({ name }) => name),
        ['staff'],
      )
      const again = await tryPassword(needs, newBrowser(), 'ada@example.org', LDAP_PASSWORD)
      assert.ok(again.ok)
      assert.equal(again.user.id, user.id)
      assert.deepEqual(await audited(needs), [
        'session.create ok',
        'user.create ok',
        'identity.create ok',
        'session.create ok',
      ])
    })

    it('asks for the second factor of this server like any other sign-in', async () => {
      await using store = await open()
      const { needs, browser } = await bench(store)
      await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      await setUpTotp(needs, browser)
      const next = await tryPassword(needs, newBrowser(), 'ada', LDAP_PASSWORD)
      assert.ok(next.ok && next.stage === 'second_factor')
    })

    it('follows the person when the name changes hands', async () => {
      await using store = await open()
      const { needs, browser, last } = await bench(store)
      const dn = await slapd.person('before')
      const first = await tryPassword(needs, browser, 'before', LDAP_PASSWORD)
      assert.ok(first.ok)
      await slapd.manager.modifyDN(dn, `uid=later,${PEOPLE}`)
      await slapd.set(`uid=later,${PEOPLE}`, 'mail', ['later@example.org'])
      const other = await slapd.person('before')
      const renamed = await tryPassword(needs, browser, 'later', LDAP_PASSWORD)
      assert.ok(renamed.ok && renamed.user.id === first.user.id)
      const heir = await tryPassword(needs, newBrowser(), 'before', LDAP_PASSWORD)
      assert.deepEqual(
        [heir.ok, await last()],
        [false, 'session.create refused name_or_email_taken'],
      )
      for (const one of [`uid=later,${PEOPLE}`, other]) await slapd.manager.del(one)
    })

    it('never looks for a local person there, nor for one of the directory here', async () => {
      await using store = await open()
      const { needs, browser, last } = await bench(store)
      const local = await addUser(needs, 'grace')
      assert.equal((await tryPassword(needs, browser, 'grace', LDAP_PASSWORD)).ok, false)
      assert.equal(await last(), 'session.create refused wrong_password')
      assert.ok((await tryPassword(needs, browser, 'grace', PASSWORD)).ok)
      await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      const ada = await store.tables.users.findByKey('ada')
      const { password_hash } = local
      await store.tables.users.update(ada?.id ?? '', { password_hash })
      assert.equal((await tryPassword(needs, newBrowser(), 'ada', PASSWORD)).ok, false)
    })

    it('lets in only whom an administrator named, where that is set', async () => {
      await using store = await open()
      const { needs, browser, row, last } = await bench(store, { provisioning: 'invited' })
      assert.equal((await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)).ok, false)
      assert.equal(await last(), 'session.create refused not_invited')
      const named = await addUser(needs, 'Named', { state: 'invited' })
      assert.equal((await tryPassword(needs, browser, 'named', LDAP_PASSWORD)).ok, false)
      await store.tables.users.update(named.id, { source: row.id })
      assert.equal((await tryPassword(needs, browser, 'named', 'wrong')).ok, false)
      const entered = await tryPassword(needs, browser, 'named', LDAP_PASSWORD)
      assert.ok(entered.ok && entered.user.id === named.id && entered.user.state === 'active')
    })

    it('keeps out who has no address, who is disabled here, and a directory that is off', async () => {
      await using store = await open()
      const { needs, browser, row, last } = await bench(store)
      await tryPassword(needs, browser, 'nomail', LDAP_PASSWORD)
      assert.equal(await last(), 'session.create refused no_email')
      const entered = await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      assert.ok(entered.ok)
      await store.tables.users.update(entered.user.id, { state: 'disabled' })
      assert.equal((await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)).ok, false)
      assert.equal(await last(), 'session.create refused disabled')
      await store.tables.users.update(entered.user.id, { state: 'active' })
      await store.tables.identityProviders.update(row.id, { enabled: 0 })
      assert.equal((await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)).ok, false)
    })

    it('thaws who was frozen: the person is there', async () => {
      await using store = await open()
      const { needs, browser } = await bench(store)
      const first = await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      assert.ok(first.ok)
      const { id } = (await store.tables.identities.ofUser(first.user.id))!
      await store.tables.identities.update(id, { state: 'frozen', reason: 'disabled' })
      assert.ok((await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)).ok)
      assert.equal((await store.tables.identities.find(id))?.state, 'alive')
    })

    it('freezes at once who is disabled there, and leaves a lock to the round', async () => {
      await using store = await open()
      const { needs, browser, last } = await bench(store)
      const dn = `uid=margaret,${PEOPLE}`
      const first = await tryPassword(needs, browser, 'margaret', LDAP_PASSWORD)
      assert.ok(first.ok)
      const standing = async (): Promise<string | undefined> => {
        const identity = await store.tables.identities.ofUser(first.user.id)
        return identity?.reason ?? identity?.state
      }
      const cases: [string, string, string][] = [
        ['20261120000000Z', 'locked_there', 'alive'],
        ['000001010000Z', 'disabled_there', 'disabled'],
      ]
      for (const [lockedAt, why, stands] of cases) {
        await slapd.set(dn, 'pwdAccountLockedTime', [lockedAt])
        assert.equal((await tryPassword(needs, browser, 'margaret', LDAP_PASSWORD)).ok, false)
        assert.deepEqual(
          [await last(), await standing()],
          [`session.create refused ${why}`, stands],
        )
      }
      assert.equal((await store.tables.sessions.listOf(first.user.id, needs.clock.now())).length, 0)
      await slapd.set(dn, 'pwdAccountLockedTime', [])
      assert.ok((await tryPassword(needs, browser, 'margaret', LDAP_PASSWORD)).ok)
      assert.equal(await standing(), 'alive')
    })

    it('A01: costs one argon2 and sounds the same, whoever it is and whatever was typed', async () => {
      await using store = await open()
      const scene = await bench(store)
      await addUser(scene.needs, 'grace')
      await tryPassword(scene.needs, scene.browser, 'ada', LDAP_PASSWORD)
      const { needs, calls } = watched(scene.needs)
      const tried: [string, string, boolean][] = [
        ['ada', LDAP_PASSWORD, true],
        ['ada', 'wrong', false],
        ['ada', '', false],
        ['nobody', LDAP_PASSWORD, false],
        ['grace', 'wrong', false],
        ['linus', 'wrong', false],
      ]
      for (const [name, password, comesIn] of tried) {
        calls.length = 0
        const answer = await tryPassword(needs, newBrowser(), name, password)
        assert.equal(answer.ok, comesIn, name)
        if (!answer.ok) assert.deepEqual(answer, { ok: false })
        assert.deepEqual(
          calls.filter((call) => call.startsWith('hasher.')),
          ['hasher.verify'],
        )
      }
    })

    it('asks the directory of the domain that was typed, and no other', async () => {
      await using store = await open()
      const { needs, browser } = await bench(store, { domains: ['elsewhere.example'] })
      const config = slapdConfig(slapd, { domains: ['example.org'] })
      const home = directoryRow(config, { id: 'home', position: 2 })
      await store.tables.identityProviders.insert(home)
      const asked: string[] = []
      const watching = {
        ...needs,
        directories: {
          visit: async (...given: Parameters<typeof needs.directories.visit>) => {
            asked.push(given[0].id)
            return await needs.directories.visit(...given)
          },
        },
      }
      const entered = await tryPassword(watching, browser, 'Ada@Example.org', LDAP_PASSWORD)
      assert.ok(entered.ok && entered.user.source === 'home')
      assert.deepEqual(asked, ['home'])
      await tryPassword(watching, browser, 'nobody', 'wrong')
      assert.deepEqual(asked.slice(1), ['directory', 'home'])
    })

    it('confirms by the directory too', async () => {
      await using store = await open()
      const { needs, browser, clock } = await bench(store)
      await tryPassword(needs, browser, 'ada', LDAP_PASSWORD)
      clock.advance(11 * MINUTE)
      const given = (password: string) => ({
        password: new Secret(password),
        second: null,
        deviceToken: browser.device,
      })
      const session = await current(needs, browser)
      assert.equal(session.recentUntil, null)
      const wrong = await confirm(needs, session, given('wrong'), browser.from)
      assert.equal(wrong.ok, false)
      kept(browser, await confirm(needs, session, given(LDAP_PASSWORD), browser.from))
      assert.ok((await current(needs, browser)).recentUntil)
    })

    it('A11: never tells the directory an application password', async () => {
      await using store = await open()
      const { needs, browser, last } = await bench(store)
      const password = mintAppPassword(systemEntropy)
      const asked: string[] = []
      const watching = {
        ...needs,
        directories: {
          visit: async (...given: Parameters<typeof needs.directories.visit>) => {
            asked.push(given[1])
            return await needs.directories.visit(...given)
          },
        },
      }
      for (const typed of [password.reveal(), grouped(password), grouped(password).toUpperCase()]) {
        assert.equal((await tryPassword(watching, browser, 'ada', typed)).ok, false)
        assert.equal(await last(), 'session.create refused app_password')
      }
      assert.deepEqual(asked, [])
    })
  })
})
