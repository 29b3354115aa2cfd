/**
 * Identity over a real store: people who can sign in, and the authenticator apps that they carry.
 */
import { systemEntropy, type Clock } from '#base/clock.ts'
import { idsFrom } from '#base/id.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { INITIAL_SETTINGS, type Settings } from '#domain/policy.ts'
import { userKey, type Role, type UserState } from '#domain/user.ts'
import { findSession, type CurrentSession } from '#identity/browser-session.ts'
import type { From, IdentityNeeds } from '#identity/needs.ts'
import { PasswordHasher } from '#identity/password-hash.ts'
import { makeRecoveryCodes } from '#identity/factors/recovery-codes.ts'
import { signIn, type SignInAnswer } from '#identity/sign-in.ts'
import { endSetUp } from '#identity/factors/set-up-end.ts'
import { beginTotp } from '#identity/factors/totp.ts'
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { Sealer } from '#vault/seal.ts'
import { TOTP } from 'otpauth'
import assert from 'node:assert/strict'
import { TEST_KEYS } from './stores.ts'

export const PASSWORD = 'plum tractor sidewalk 42'
export const ORIGIN = 'https://files.example.org'
export const HOME: From = { ip: '192.0.2.10', client: 'Firefox on Linux' }
export const STRANGER: From = { ip: '198.51.100.7', client: 'curl' }

/** So cheap that a test can hash thousands of times; the product's own cost is in password-hash.ts. */
const CHEAP = { m: 8, t: 1, p: 1 }

type Options = {
  readonly clock: Clock
  readonly settings?: Partial<Settings>
  /** Without, there is no directory to be asked. */
  readonly directories?: IdentityNeeds['directories']
}

const NO_DIRECTORIES: IdentityNeeds['directories'] = {
  visit: () => assert.fail('no directory is to be asked'),
}

/** A node of its own over a store that others may share. */
export function identityOn(
  store: Store,
  { clock, settings = {}, directories = NO_DIRECTORIES }: Options,
): IdentityNeeds {
  const world = { clock, entropy: systemEntropy, keyring: TEST_KEYS, log: silentLog }
  return {
    ...world,
    store,
    newId: idsFrom(clock, systemEntropy),
    sealer: new Sealer(TEST_KEYS, systemEntropy),
    hasher: new PasswordHasher({ ...world, cost: CHEAP }),
    policyOf: () => ({ ...INITIAL_SETTINGS, ...settings }),
    directories,
    defaultLanguage: 'en',
    host: 'files.example.org',
    origin: ORIGIN,
  }
}

/** A person with `PASSWORD`; who was only invited has none. */
export async function addUser(
  needs: IdentityNeeds,
  name: string,
  { role = 'user', state = 'active' }: { role?: Role; state?: UserState } = {},
): Promise<User> {
  const now = needs.clock.now()
  const user: User = {
    id: needs.newId(),
    name,
    name_key: userKey(name),
    email: `${name}@example.org`,
    email_key: userKey(`${name}@example.org`),
    email_verified: 1,
    display_name: name,
    role,
    state,
    language: 'en',
    source: 'local',
    password_hash: state === 'invited' ? null : await needs.hasher.hash(new Secret(PASSWORD)),
    password_changed_at: state === 'invited' ? null : now,
    quota_bytes: null,
    factors_again_at: null,
    last_sign_in_at: null,
    created_at: now,
    created_by: 'test',
    updated_at: now,
    updated_by: 'test',
  }
  await needs.store.tables.users.insert(user)
  return user
}

/** A browser: its cookies, and where it is. */
export type Browser = { session: Secret | null; device: Secret | null; from: From }
export const newBrowser = (from: From = HOME): Browser => ({ session: null, device: null, from })

/** Signs in with name and password; the browser keeps the cookies that it is given. */
export async function tryPassword(
  needs: IdentityNeeds,
  browser: Browser,
  name: string,
  password: string = PASSWORD,
): Promise<SignInAnswer> {
  const { session: sessionToken, device: deviceToken, from } = browser
  const typed = { name, password: new Secret(password), deviceToken, sessionToken }
  return kept(browser, await signIn(needs, typed, from))
}

/** The browser keeps the cookies of an answer. */
export function kept<
  T extends { ok: boolean; token?: Secret; deviceToken?: Secret | null } | SignInAnswer,
>(browser: Browser, answer: T): T {
  if (!answer.ok || !('token' in answer) || !answer.token) return answer
  browser.session = answer.token
  browser.device = answer.deviceToken ?? browser.device
  return answer
}

/** The session that the browser's cookie opens now. */
export async function current(needs: IdentityNeeds, browser: Browser): Promise<CurrentSession> {
  const found = await findSession(needs, browser.session)
  assert.ok(found, 'the browser has no session')
  return found
}

/** An authenticator app. `code(steps)`: what it shows now, or so many steps of 30 s later. */
export type App = { code(steps?: number): Secret; readonly id: string }

/** Sets up an authenticator app in the browser's session; its first code is used up by that. */
export async function setUpTotp(needs: IdentityNeeds, browser: Browser): Promise<App> {
  const { id, secret } = await beginTotp(needs, await current(needs, browser), undefined)
  const app = new TOTP({ secret: secret.reveal() })
  const code = (steps = 0): Secret =>
    new Secret(app.generate({ timestamp: needs.clock.now() + steps * 30_000 }))
  const { session: _, device: deviceToken, from } = browser
  const given = { id, code: code(), attestation: null, deviceToken }
  const finished = await endSetUp(needs, await current(needs, browser), given, from)
  assert.ok(finished.ok)
  kept(browser, finished)
  return { id, code }
}

export async function recoveryCodes(needs: IdentityNeeds, browser: Browser): Promise<Secret[]> {
  return await makeRecoveryCodes(needs, await current(needs, browser), browser.from)
}

/** What the audit says, oldest first: `action outcome reason`. */
export async function audited(needs: IdentityNeeds): Promise<string[]> {
  const rows = await needs.store.tables.audit.list({}, 1000)
  return rows
    .toReversed()
    .map((row) => [row.action, row.outcome, row.reason].filter(Boolean).join(' '))
}

type Calls = string[]

/** The same node, writing down every call to the store and the hasher, in order. */
export function watched(needs: IdentityNeeds): { needs: IdentityNeeds; calls: Calls } {
  const calls: Calls = []
  const watch = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(owner, key) {
        const value: unknown = Reflect.get(owner, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]): unknown => {
          calls.push(`${name}.${String(key)}`)
          return value.apply(owner, args)
        }
      },
    })
  const watchAll = <T extends object>(tables: T): T =>
    Object.fromEntries(
      Object.entries(tables).map(([name, table]) => [name, watch(name, table as object)]),
    ) as T
  const { store } = needs
  return {
    calls,
    needs: {
      ...needs,
      hasher: watch('hasher', needs.hasher),
      store: {
        tables: watchAll(store.tables),
        transaction: async (act) => {
          calls.push('transaction')
          return await store.transaction((tables, db) => act(watchAll(tables), db))
        },
      },
    },
  }
}
