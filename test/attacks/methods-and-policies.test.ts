/**
 * A06: no method of signing in reaches what policy has not let it reach: all methods × all policies.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { DAY, fixedClock, HOUR, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { FACTOR_KINDS, type FactorKind } from '#domain/second-factor.ts'
import {
  FIRST,
  firstOf,
  secondOf,
  stageOf,
  withSecond,
  type SessionMethod,
  type Stage,
} from '#domain/sign-in-method.ts'
import { writeDown, eventOf } from '#identity/audited.ts'
import { beginCodes } from '#identity/factors/code-set-up.ts'
import { enter, prepareEntry } from '#identity/entrance.ts'
import { findDevice, rememberDevice } from '#identity/known-device.ts'
import { acceptLink } from '#identity/link-acceptance.ts'
import { makeLink } from '#identity/one-time-link.ts'
import { sendCode, type CodeMessage, type CodeNeeds } from '#identity/factors/sent-code.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import type { SoftKey } from '../support/authenticator.ts'
import {
  addUser,
  current,
  HOME,
  identityOn,
  kept,
  newBrowser,
  PASSWORD,
  setUpTotp,
  tryPassword,
  type App,
  type Browser,
} from '../support/identity.ts'
import { giveKey, setUpKey, signInByKey } from '../support/keys.ts'
import {
  inWords,
  METHODS,
  missing,
  RULES,
  subsetsOf,
  type Case,
  type Rules,
} from '../support/policy-cases.ts'
import { give } from '../support/second-step.ts'
import { openTestStore } from '../support/stores.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')

describe('all methods × all policies', () => {
  it('A06: the rule lets nobody in for whom something is missing, and asks in the right order', () => {
    let cases = 0
    for (const rules of RULES)
      for (const held of subsetsOf(FACTOR_KINDS))
        for (const method of METHODS)
          for (const again of [false, true]) {
            const one: Case = { method, rules, held, again }
            assert.equal(stageIn(one), missing(one)[0] ?? 'full', inWords(one))
            cases++
          }
    assert.equal(cases, 3 * 15 * 2 * 16 * 45 * 2)
  })

  it('A06: a session opens in one place, which asks that rule', () => {
    const src = join(import.meta.dirname, '../../src')
    const users = globSync('**/*.ts', { cwd: src }).filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        /\bopenSession\(|sessions\.insert\(/.test(readFileSync(join(src, file), 'utf8')),
    )
    assert.deepEqual(users.toSorted(), ['identity/browser-session.ts', 'identity/entrance.ts'])
  })
})

const stageIn = ({ method, rules, held, again }: Case): Stage =>
  stageOf({
    method,
    policy: rules,
    factors: held.map((kind) => ({ kind, confirmedAt: NOON })),
    againAt: again ? NOON + 1 : null,
  })

/** A person with factors of these kinds, and what gives each of them. */
type Person = {
  readonly user: User
  readonly held: readonly FactorKind[]
  readonly app: App | null
  readonly key: SoftKey | null
}

/** One store for all cases: policy is this node's alone, so that no case is in another's way. */
async function world(store: Store) {
  const clock = fixedClock(new Date(NOON).toISOString())
  const sent: CodeMessage[] = []
  const codes: CodeNeeds['codes'] = {
    kinds: async () => ['email', 'sms'],
    send: async (_, message) => sent.push(message) > 0,
  }
  const under = (rules: Partial<Rules>): CodeNeeds => ({
    ...identityOn(store, { clock, settings: rules }),
    codes,
  })
  const code = (): Secret => sent.at(-1)?.code ?? new Secret('')

  async function person(held: readonly FactorKind[]): Promise<Person> {
    const needs = under({})
    const user = await addUser(needs, `p-${held.join('-') || 'none'}`)
    const browser = newBrowser()
    await tryPassword(needs, browser, user.name)
    let app: App | null = null
    let key: SoftKey | null = null
    for (const kind of held)
      if (kind === 'totp') app = await setUpTotp(needs, browser)
      else if (kind === 'webauthn') key = await setUpKey(needs, browser)
      else {
        const to = kind === 'sms' ? `+3361${String(clock.now()).slice(-8)}` : undefined
        const wanted = { kind, to, name: undefined }
        const { id } = await beginCodes(needs, await current(needs, browser), wanted, HOME)
        const answer = { id, code: code(), attestation: null, deviceToken: null }
        assert.ok(
          kept(browser, await endSetUp(needs, await current(needs, browser), answer, HOME)).ok,
        )
        clock.advance(SECOND)
      }
    return { user, held, app, key }
  }
  return { clock, under, person, code }
}
type World = Awaited<ReturnType<typeof world>>

/** Signs in as each method does; null: refused. What a provider or directory proves is proven. */
async function signsIn(
  { under }: World,
  method: SessionMethod,
  rules: Rules,
  { user, key }: Person,
  browser: Browser,
): Promise<Stage | null> {
  const needs = under(rules)
  switch (firstOf(method)) {
    case 'password': {
      const answer = await tryPassword(needs, browser, user.name)
      return answer.ok ? answer.stage : null
    }
    case 'passkey': {
      const userVerified = secondOf(method) === 'user_verification'
      if (key === null) return null
      const answer = await signInByKey(needs, browser, key, { userVerified })
      return answer.ok ? answer.stage : null
    }
    case 'link': {
      const wanted = { kind: 'password_reset', userId: user.id, by: 'test' } as const
      const { token } = await needs.store.transaction((tables) => makeLink(needs, tables, wanted))
      const given = { token, password: new Secret(PASSWORD), sessionToken: browser.session }
      return kept(browser, { ok: true, ...(await acceptLink(needs, given, HOME)) }).stage
    }
    case 'directory':
    case 'provider': {
      const device = await findDevice(needs, browser.device)
      const entry = await prepareEntry(needs, user, method, device)
      await writeDown(needs, eventOf('session.create', user, HOME, null))
      const arrival = { device, sessionToken: browser.session, from: HOME }
      const entered = await needs.store.transaction((tables) =>
        enter(needs, tables, user.id, entry, arrival),
      )
      return kept(browser, { ok: true, ...entered }).stage
    }
  }
}

/** Gives a factor of that kind. */
async function gives(
  { under, clock, code }: World,
  kind: FactorKind,
  rules: Rules,
  { app, key }: Person,
  browser: Browser,
): Promise<boolean> {
  const needs = under(rules)
  if (kind === 'webauthn') return key !== null && (await giveKey(needs, browser, key)).ok
  if (kind === 'totp') {
    clock.advance(30 * SECOND)
    return (await give(needs, browser, app?.code() ?? new Secret('000000'))).ok
  }
  const session = await current(needs, browser)
  const factor = session.factors.find((one) => one.kind === kind)
  if (factor) await sendCode(needs, session, { ...factor, kind }, 'sign_in', HOME)
  return (await give(needs, browser, factor ? code() : new Secret('00000000'), kind)).ok
}

const BEGINNINGS: readonly SessionMethod[] = [
  'password',
  'directory',
  'provider',
  'provider+provider',
  'passkey+user_verification',
  'passkey', // a key that did not ask for PIN or finger
  'link',
]
const HELD: readonly FactorKind[][] = [
  [],
  ['totp'],
  ['webauthn'],
  ['email'],
  ['sms', 'email'],
  ['totp', 'webauthn'],
  ['totp', 'email'],
]
const KINDS: readonly FactorKind[][] = [[...FACTOR_KINDS], ['totp'], ['webauthn'], ['email', 'sms']]

describe('signing in, by every method under every policy', () => {
  assert.deepEqual(new Set(BEGINNINGS.map(firstOf)), new Set(FIRST), 'a method is not tested')

  // The rule itself knows no database, and every dialogue here is tested on both elsewhere.
  for (const held of HELD)
    it(`A06: with ${held.join(' and ') || 'no factor'}: nobody gets further than policy lets them`, async () => {
      await using store = await openTestStore('sqlite')
      const w = await world(store)
      const person = await w.person(held)
      const rules = (['off', 'offered', 'required'] as const).flatMap((second_factor) =>
        KINDS.flatMap((second_factor_kinds) =>
          [true, false].map((passkey_sign_in) => ({
            second_factor,
            second_factor_kinds,
            passkey_sign_in,
          })),
        ),
      )
      for (const rule of rules)
        for (const method of BEGINNINGS)
          for (const again of [false, true])
            for (const remembered of [false, true])
              await goesAsFarAs(store, w, person, { method, rules: rule, held, again }, remembered)
    })
})

/** Signs in, goes on with each factor that there is, and compares how far that led. */
async function goesAsFarAs(
  store: Store,
  w: World,
  person: Person,
  one: Case,
  remembered: boolean,
): Promise<void> {
  const { method, rules, held, again } = one
  const words = `${inWords(one)}${remembered ? ', remembered' : ''}`
  const needs = w.under(rules)
  const againAt = again ? w.clock.now() + DAY : null
  await store.tables.users.update(person.user.id, { factors_again_at: againAt })
  const user = { ...person.user, factors_again_at: againAt }
  for (const kind of ['none', ...held] as const) {
    await store.db.deleteFrom('throttle').execute() // so many sign-ins are no attack here
    await store.db.deleteFrom('device').execute()
    const browser = newBrowser()
    if (remembered)
      browser.device = await rememberDevice(needs, store.tables, null, user.id, HOME, {
        marks: true,
      })
    const stage = await signsIn(w, method, rules, { ...person, user }, browser)
    if (firstOf(method) === 'passkey' && !isLetIn(one)) {
      assert.equal(stage, null, words)
      return
    }
    const counts = remembered && held.length > 0 && !again && rules.second_factor !== 'off'
    const memory = counts && secondOf(method) === null && firstOf(method) !== 'link'
    const whole = memory ? withSecond(method, 'remembered_device') : method
    assert.equal(stage, missing({ ...one, method: whole })[0] ?? 'full', words)
    assert.equal((await current(needs, browser)).session.stage, stage, `at its next use: ${words}`)
    if (kind === 'none' || stage !== 'second_factor') continue
    const taken = !missing({ ...one, method: withSecond(method, kind) }).includes('second_factor')
    assert.equal(await gives(w, kind, rules, person, browser), taken, `${kind}: ${words}`)
    const after = (await current(needs, browser)).session
    const then = taken
      ? (missing({ ...one, method: withSecond(method, kind) })[0] ?? 'full')
      : stage
    assert.equal(after.stage, then, `${kind} given: ${words}`)
    w.clock.advance(HOUR / 60)
  }
}

/** A passkey alone is a sign-in only where policy says so, and if it asked for PIN or finger. */
const isLetIn = ({ method, rules, held }: Case): boolean =>
  held.includes('webauthn') &&
  secondOf(method) === 'user_verification' &&
  rules.passkey_sign_in &&
  rules.second_factor_kinds.includes('webauthn')
