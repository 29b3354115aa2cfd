/**
 * A01–A06 once more, for every method of signing in: a password here or of a directory, a provider,
 * a link, a passkey.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { SessionMethod } from '#domain/sign-in-method.ts'
import { eventOf, writeDown } from '#identity/audited.ts'
import { findSession } from '#identity/browser-session.ts'
import { enter, prepareEntry } from '#identity/entrance.ts'
import { acceptLink } from '#identity/link-acceptance.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { makeLink } from '#identity/one-time-link.ts'
import type { Store } from '#store/store.ts'
import { SoftKey } from '../support/authenticator.ts'
import { directoryRow, slapdConfig, testDirectories } from '../support/directory/provider.ts'
import { LDAP_PASSWORD, openSlapd, PEOPLE, POLICY, type Slapd } from '../support/directory/slapd.ts'
import {
  addUser,
  audited,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  ORIGIN,
  PASSWORD,
  recoveryCodes,
  setUpTotp,
  STRANGER,
  tryPassword,
  watched,
  type Browser,
} from '../support/identity.ts'
import { setUpKey, signInByKey } from '../support/keys.ts'
import { give } from '../support/second-step.ts'
import { forEachStore, newPlace, openTestStore } from '../support/stores.ts'

const NOON = '2026-11-20T12:00:00Z'
const STEP = 30 * SECOND
const WRONG = 'rhubarb tractor sidewalk'

let slapd: Slapd
before(async () => {
  slapd = await openSlapd()
  // It does not lock anybody by itself: what holds is what holds here.
  await slapd.set(POLICY, 'pwdMaxFailure', ['0'])
  for (const uid of ['ada', 'bob', 'lola', 'dora']) await slapd.person(uid)
})
after(async () => await slapd[Symbol.asyncDispose]())

/** How a browser begins to sign in; the person is there already. */
type Begin = (needs: IdentityNeeds, browser: Browser, name: string) => Promise<void>

const byPassword =
  (password: string): Begin =>
  async (needs, browser, name) =>
    assert.ok((await tryPassword(needs, browser, name, password)).ok)

const byProvider =
  (method: SessionMethod): Begin =>
  async (needs, browser, name) => {
    const user = (await needs.store.tables.users.findByKey(name))!
    const entry = await prepareEntry(needs, user, method, null)
    await writeDown(needs, eventOf('session.create', user, browser.from, null))
    const arrival = { device: null, sessionToken: browser.session, from: browser.from }
    const entered = await needs.store.transaction((tables) =>
      enter(needs, tables, user.id, entry, arrival),
    )
    kept(browser, { ok: true, ...entered })
  }

const byLink: Begin = async (needs, browser, name) => {
  const user = (await needs.store.tables.users.findByKey(name))!
  const wanted = { kind: 'password_reset', userId: user.id, by: 'test' } as const
  const { token } = await needs.store.transaction((tables) => makeLink(needs, tables, wanted))
  const given = { token, password: new Secret(PASSWORD), sessionToken: browser.session }
  kept(browser, { ok: true, ...(await acceptLink(needs, given, browser.from)) })
}

const METHODS: Readonly<Record<string, { begin: Begin; directory?: true }>> = {
  password: { begin: byPassword(PASSWORD) },
  directory: { begin: byPassword(LDAP_PASSWORD), directory: true },
  provider: { begin: byProvider('provider') },
  link: { begin: byLink },
}

/** A node; with a directory that makes people where a person comes from one. */
function nodeOn(store: Store, clock: ReturnType<typeof fixedClock>): IdentityNeeds {
  return identityOn(store, { clock, directories: testDirectories(clock) })
}
const addDirectory = async (store: Store): Promise<void> =>
  await store.tables.identityProviders.insert(directoryRow(slapdConfig(slapd)))

describe('every method of signing in', () => {
  forEachStore((kind, open) => {
    for (const [method, { begin, directory = false }] of Object.entries(METHODS)) {
      const people = async (needs: IdentityNeeds, store: Store): Promise<void> => {
        if (directory) await addDirectory(store)
        else for (const name of ['ada', 'bob']) await addUser(needs, name)
      }
      const began = async (needs: IdentityNeeds, name: string, from = HOME): Promise<Browser> => {
        const browser = newBrowser(from)
        await begin(needs, browser, name)
        return browser
      }

      it(`A04 A05: ${method}: a code, and a recovery code, counts once on two nodes`, async () => {
        const clock = fixedClock(NOON)
        await using place = await newPlace(kind)
        await using one = await openTestStore(kind, { clock, at: place.address })
        await using two = await openTestStore(kind, { clock, at: place.address })
        const nodes = [nodeOn(one, clock), nodeOn(two, clock)] as const
        await people(nodes[0], one)
        const laptop = await began(nodes[0], 'ada')
        const app = await setUpTotp(nodes[0], laptop)
        const [recovery = new Secret('')] = await recoveryCodes(nodes[0], laptop)
        for (const [what, step] of [
          ['totp', STEP],
          ['recovery_code', 16 * MINUTE], // the tries of codes before have been forgotten
        ] as const) {
          clock.advance(step)
          const browsers: Browser[] = []
          for (let i = 0; i < 8; i++) browsers.push(await began(nodes[i % 2 === 0 ? 0 : 1], 'ada'))
          // A link ends the sessions before it: the last browser is the one that counts there.
          const code = what === 'totp' ? app.code() : recovery
          const live = []
          for (const browser of browsers)
            if (await findSession(nodes[0], browser.session)) live.push(browser)
          const tries = live.flatMap((browser) => [{ ...browser }, { ...browser }])
          const answers = await Promise.all(
            tries.map(async (browser, i) => {
              const node = nodes[i % 2 === 0 ? 0 : 1]
              return await give(node, browser, code, what).catch(() => ({ ok: false }))
            }),
          )
          assert.equal(answers.filter(({ ok }) => ok).length, 1, what)
        }
      })

      it(`A06: ${method}: the step belongs to who began it, and opens nothing by itself`, async () => {
        const clock = fixedClock(NOON)
        await using store = await open({ clock })
        const needs = nodeOn(store, clock)
        await people(needs, store)
        const app = await setUpTotp(needs, await began(needs, 'ada'))
        const own = await setUpTotp(needs, await began(needs, 'bob'))
        clock.advance(STEP)
        const thief = await began(needs, 'ada', STRANGER)
        assert.equal((await current(needs, thief)).session.stage, 'second_factor')
        assert.equal((await give(needs, thief, own.code())).ok, false, "bob's code")
        const before = thief.session
        await begin(needs, thief, 'bob')
        assert.equal(await findSession(needs, before), null, "ada's step has ended")
        assert.equal((await give(needs, thief, app.code())).ok, false, "ada's code for bob")
        assert.equal((await give(needs, thief, own.code())).ok, true)
        assert.equal((await current(needs, thief)).user.name, 'bob')
        const late = await began(needs, 'ada')
        clock.advance(10 * MINUTE)
        await assert.rejects(give(needs, late, app.code()), /has no session/)
      })
    }

    it('A01: directory: unknown here or there, wrong, locked and disabled are one answer and one argon2', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const { needs, calls } = watched(nodeOn(store, clock))
      await addDirectory(store)
      await addUser(needs, 'local')
      for (const name of ['lola', 'dora'])
        await tryPassword(needs, newBrowser(), name, LDAP_PASSWORD)
      const dora = await store.tables.users.findByKey('dora')
      await store.tables.users.update(dora?.id ?? '', { state: 'disabled' })
      for (let i = 0; i < 10; i++) await tryPassword(needs, newBrowser(STRANGER), 'lola', WRONG)
      const cases = {
        'unknown everywhere': ['nemo', WRONG],
        'of the directory, never here': ['ada', WRONG],
        'of the directory, known here': ['lola', LDAP_PASSWORD],
        'disabled here': ['dora', LDAP_PASSWORD],
        'of this server': ['local', WRONG],
      } as const
      for (const [what, [name, password]] of Object.entries(cases)) {
        calls.length = 0
        const answer = await tryPassword(needs, newBrowser(STRANGER), name, password)
        assert.deepEqual(answer, { ok: false }, what)
        const hashed = calls.filter((call) => call.startsWith('hasher.'))
        assert.deepEqual(hashed, ['hasher.verify'], what)
      }
    })

    it('A02 A03: directory: ten wrong passwords reach it, not the hundredth, and its person comes in', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = nodeOn(store, clock)
      await addDirectory(store)
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'bob', LDAP_PASSWORD)
      const dn = `BIND dn="uid=bob,${PEOPLE}"`
      const binds = (): number => readFileSync(slapd.logFile, 'utf8').split(dn).length - 1
      const before = binds()
      const names = ['bob', 'BOB', 'bob@example.org']
      for (let i = 0; i < 100; i++) {
        const from = { ...STRANGER, ip: `203.0.${i}.7` }
        await tryPassword(needs, newBrowser(from), names[i % 3]!, WRONG)
      }
      // What it logs of each is one line when it asks, and one with the result where it was right.
      assert.ok(binds() - before <= 20, `${binds() - before} lines`)
      const reasons = (await audited(needs)).slice(-100)
      assert.equal(reasons.filter((one) => one.endsWith('wrong_password')).length, 10)
      const stranger = await tryPassword(needs, newBrowser(STRANGER), 'bob', LDAP_PASSWORD)
      assert.equal(stranger.ok, false, 'strangers have used theirs up')
      assert.equal((await tryPassword(needs, laptop, 'bob', LDAP_PASSWORD)).ok, true)
    })

    it('A02: passkey: keys that nobody has are counted by place, and a known browser goes on', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = nodeOn(store, clock)
      await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      const key = await setUpKey(needs, laptop)
      const invented = new SoftKey({ origin: ORIGIN })
      const tries: string[] = []
      for (let i = 0; i < 60; i++)
        tries.push(
          await signInByKey(needs, newBrowser(), invented).then(
            ({ ok }) => (ok ? 'in' : 'refused'),
            (thrown) => (thrown instanceof Problem ? thrown.code : String(thrown)),
          ),
        )
      assert.deepEqual([...new Set(tries)], ['refused', 'busy'])
      assert.equal(tries.indexOf('busy'), 50)
      assert.equal((await signInByKey(needs, laptop, key)).ok, true, 'the same address, known')
      assert.equal((await signInByKey(needs, newBrowser(STRANGER), key)).ok, true, 'another one')
      assert.equal((await tryPassword(needs, newBrowser(), 'ada')).ok, true, 'and by password')
    })

    it('A03: passkey: whoever has used up all passwords and codes of a person does not stop it', async () => {
      const clock = fixedClock(NOON)
      await using store = await open({ clock })
      const needs = nodeOn(store, clock)
      await addUser(needs, 'ada')
      const laptop = newBrowser()
      await tryPassword(needs, laptop, 'ada')
      const key = await setUpKey(needs, laptop)
      const app = await setUpTotp(needs, laptop)
      const thief = newBrowser(STRANGER)
      await tryPassword(needs, thief, 'ada')
      for (let i = 0; i < 12; i++) await give(needs, thief, app.code(50 + i))
      for (let i = 0; i < 12; i++) await tryPassword(needs, newBrowser(STRANGER), 'ada', WRONG)
      const phone = newBrowser({ ...HOME, ip: '192.0.2.77' })
      assert.equal((await tryPassword(needs, phone, 'ada')).ok, false, 'the password is held up')
      assert.equal((await signInByKey(needs, phone, key)).ok, true)
      assert.equal((await current(needs, phone)).session.stage, 'full')
    })
  })
})
