/**
 * Signing in with name and main password: one of this server, or that of a directory.
 *
 * Unknown, wrong, locked, disabled and invited take the same path: the same lookups, one counted
 * try, exactly one argon2, one audit row, one answer. Why it was refused is in the audit only. A
 * directory is asked while the argon2 is computed: it has that much time to answer unseen.
 */
import { hasControls } from '#base/bytes.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { nobodysAccount } from '#domain/throttle.ts'
import { userKey, type Language } from '#domain/user.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import type { Entered } from './browser-session.ts'
import { enterByDirectory, freezeRefused } from './directory/entrance.ts'
import { directoriesFor, numberOf, type DirectoryProof } from './directory/proof.ts'
import { enter, prepareEntry } from './entrance.ts'
import { checked, judgedThere } from './checked-password.ts'
import { deviceOf, findDevice, type KnownDevice } from './known-device.ts'
import { canonicalPassword } from './main-password.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { countTry, forgetFailures, type Try } from './throttled.ts'

export type SignInAttempt = {
  /** The user name or the e-mail address, in any case and width. */
  readonly name: string
  readonly password: Secret
  /** Of the page, for somebody who is made at this sign-in. */
  readonly language?: Language | null
  /** The cookies that came along. The session that was there ends when this one begins. */
  readonly deviceToken: Secret | null
  readonly sessionToken: Secret | null
}

/** Refused says no more than that. */
export type SignInAnswer = ({ readonly ok: true } & Entered) | { readonly ok: false }

type Refusal = 'unknown_user' | 'locked' | 'disabled' | 'invited' | 'wrong_password'

/** Shorter than any main password may be, so it cannot be one that was typed into the wrong field. */
const SHORT_ENOUGH_TO_WRITE_DOWN = 7

/** @throws Problem `busy` when too many sign in at once, `unavailable` when store or audit are away */
export async function signIn(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  from: From,
): Promise<SignInAnswer> {
  const key = nameKey(attempt.name)
  const user = await needs.store.tables.users.findByKey(key)
  const device = await findDevice(needs, attempt.deviceToken)
  const trier = {
    account: user?.id ?? nobodysAccount(numberOf(key)),
    ip: from.ip,
    device: deviceOf(device, user?.id),
  }
  const counted = await countTry(
    needs,
    'password',
    trier,
    refusalEvent(attempt, user, from, 'locked'),
  )
  const rows = await directoriesFor(needs, user, key)
  if (rows.length > 0) {
    const asked = { rows, key, counted, device, from, password: attempt.password }
    const proof = await judgedThere(needs, {
      ...asked,
      event: refusalEvent(attempt, user, from, 'locked'),
    })
    return await signInThere(needs, attempt, { user, proof, device, counted }, from)
  }
  const reason = await refusalOf(needs, user, attempt.password, counted)
  if (reason !== null || !user)
    return await refuse(needs, attempt, user, from, reason ?? 'unknown_user')
  try {
    return await enterByPassword(needs, attempt, user, device, counted, from)
  } catch (thrown) {
    if (thrown instanceof Overtaken) return await refuse(needs, attempt, user, from, thrown.reason)
    throw thrown
  }
}

/** Always one argon2: of the person's hash, or of nobody's when the result cannot matter. */
async function refusalOf(
  needs: IdentityNeeds,
  user: User | null,
  password: Secret,
  counted: Try,
): Promise<Refusal | null> {
  const stored = user?.state === 'active' && counted.allowed ? user.password_hash : null
  const fits = await checked(needs, stored, password, counted)
  if (!user) return 'unknown_user'
  if (user.state !== 'active') return user.state
  if (!counted.allowed) return 'locked'
  return fits ? null : 'wrong_password'
}

type There = {
  readonly user: User | null
  readonly proof: DirectoryProof
  readonly device: KnownDevice | null
  readonly counted: Try
}

async function signInThere(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  { user, proof, device, counted }: There,
  from: From,
): Promise<SignInAnswer> {
  const provider = proof.provider?.name ?? null
  const details = { provider }
  if (!proof.ok) {
    await freezeRefused(needs, proof)
    return await refuse(needs, attempt, user, from, proof.reason, details)
  }
  try {
    const arrival = { device, sessionToken: attempt.sessionToken, from }
    const language = attempt.language ?? needs.defaultLanguage
    return { ok: true, ...(await enterByDirectory(needs, proof, arrival, counted, language)) }
  } catch (thrown) {
    if (!(thrown instanceof Overtaken)) throw thrown
    return await refuse(needs, attempt, user, from, thrown.reason, details)
  }
}

async function enterByPassword(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  user: User,
  device: KnownDevice | null,
  counted: Try,
  from: From,
): Promise<SignInAnswer> {
  const fresh = await rehashed(needs, user.password_hash, attempt.password)
  const entry = await prepareEntry(needs, user, 'password', device)
  const { stage, method } = entry
  return await needs.store.transaction(async (tables) => {
    const details = { stage, method }
    await tables.audit.append(eventOf('session.create', user, from, null, { details }))
    const still = await tables.users.find(user.id)
    if (still?.password_changed_at !== user.password_changed_at)
      throw new Overtaken('wrong_password')
    await forgetFailures(tables, counted)
    const arrival = { device, sessionToken: attempt.sessionToken, from }
    const entered = await enter(needs, tables, user.id, entry, arrival)
    if (fresh !== null) await tables.users.update(user.id, { password_hash: fresh })
    return { ok: true, ...entered }
  })
}

async function refuse(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  user: User | null,
  from: From,
  reason: string,
  details: AuditEvent['details'] = {},
): Promise<SignInAnswer> {
  await writeDown(needs, { ...refusalEvent(attempt, user, from, reason), details })
  return { ok: false }
}

function refusalEvent(
  { name }: SignInAttempt,
  user: User | null,
  from: From,
  reason: string,
): AuditEvent {
  const target = { kind: 'user', id: user?.id ?? null, name: user?.name ?? harmless(name) }
  return eventOf('session.create', null, from, reason, { target })
}

/** null when the stored hash is as a new one would be, or when there is no time for it now. */
async function rehashed(
  { hasher }: IdentityNeeds,
  stored: string | null,
  password: Secret,
): Promise<string | null> {
  if (stored === null || !hasher.needsRehash(stored)) return null
  try {
    return await hasher.hash(canonicalPassword(password))
  } catch (thrown) {
    if (thrown instanceof Problem) return null
    throw thrown
  }
}

/** What no name can be is the name of nobody; the store never sees it. */
const nameKey = (typed: string): string =>
  hasControls(typed) || !typed.isWellFormed() ? '' : userKey(typed)

const harmless = (typed: string): string | null =>
  !hasControls(typed) && [...typed].length <= SHORT_ENOUGH_TO_WRITE_DOWN ? typed : null
