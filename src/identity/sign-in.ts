/**
 * Signing in with name and main password.
 *
 * Unknown, wrong, locked, disabled and invited take the same path: the same lookups, one counted
 * try, exactly one argon2, one audit row, one answer. Why it was refused is in the audit only.
 */
import { createHash } from 'node:crypto'
import { hasControls } from '#base/bytes.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { policyFor } from '#domain/policy.ts'
import { nobodysAccount } from '#domain/throttle.ts'
import { userKey } from '#domain/user.ts'
import type { User } from '#store/users.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import { openSession, stageAfterPassword, type Entered } from './browser-session.ts'
import { deviceOf, findDevice, rememberDevice, type KnownDevice } from './known-device.ts'
import { canonicalPassword } from './main-password.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { tokenHashes } from './opaque-token.ts'
import { countTry, forgetFailures, takeBackTry, type Try } from './throttled.ts'

export type SignInAttempt = {
  /** The user name or the e-mail address, in any case and width. */
  readonly name: string
  readonly password: Secret
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
  const reason = await refusalOf(needs, user, attempt.password, counted)
  if (reason !== null || !user)
    return await refuse(needs, attempt, user, from, reason ?? 'unknown_user')
  try {
    return await enter(needs, attempt, user, device, counted, from)
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

/** Checks a password after its try was counted; what could not be checked was no failure. */
export async function checked(
  needs: IdentityNeeds,
  stored: string | null,
  password: Secret,
  counted: Try,
): Promise<boolean> {
  try {
    return await needs.hasher.verify(stored, canonicalPassword(password))
  } catch (thrown) {
    await takeBackTry(needs, counted)
    throw thrown
  }
}

async function enter(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  user: User,
  device: KnownDevice | null,
  counted: Try,
  from: From,
): Promise<SignInAnswer> {
  const policy = policyFor(await needs.settings())
  const fresh = await rehashed(needs, user.password_hash, attempt.password)
  const factors = await needs.store.tables.secondFactors.listOf(user.id)
  const stage = stageAfterPassword(policy, factors.length)
  return await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('session.create', user, from, null, { details: { stage } }))
    const still = await tables.users.find(user.id)
    const now = await tables.secondFactors.listOf(user.id)
    if (stageAfterPassword(policy, now.length) !== stage) throw new Overtaken('factors_changed')
    if (still?.state !== 'active') throw new Overtaken('disabled')
    if (still.password_changed_at !== user.password_changed_at)
      throw new Overtaken('wrong_password')
    await forgetFailures(tables, counted)
    const before = tokenHashes(needs.keyring, 'session', attempt.sessionToken)
    if (before.length > 0) await tables.sessions.deleteByHash(before)
    const opened = await openSession(needs, tables, {
      userId: user.id,
      stage,
      method: 'password',
      policy,
      from,
    })
    const complete = stage !== 'second_factor'
    const deviceToken = complete ? await rememberDevice(needs, tables, device, user.id) : null
    if (fresh !== null) await tables.users.update(user.id, { password_hash: fresh })
    if (complete) await tables.users.update(user.id, { last_sign_in_at: needs.clock.now() })
    return { ok: true, ...opened, user, stage, deviceToken }
  })
}

async function refuse(
  needs: IdentityNeeds,
  attempt: SignInAttempt,
  user: User | null,
  from: From,
  reason: string,
): Promise<SignInAnswer> {
  await writeDown(needs, refusalEvent(attempt, user, from, reason))
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

const numberOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE(0)
