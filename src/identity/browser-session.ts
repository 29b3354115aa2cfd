/**
 * Browser sessions: an opaque cookie, its keyed hash in the store, and how far the person has come.
 *
 * second_factor: the password was given. set_up: a second factor has to be made first. full: signed
 * in. Every step gets a new token; the old one is worth nothing from then on.
 */
import { MINUTE, SECOND, SKEW } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import { policyFor, type Policy } from '#domain/policy.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Session, SessionStage } from '#store/sessions.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf } from './audited.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { mintToken, tokenHashes } from './opaque-token.ts'

/** How a session began, and what was given besides. */
export type SessionMethod =
  | 'password'
  | 'link'
  | `${'password' | 'link'}+${'totp' | 'recovery_code'}`

/** Who has only given the password has this long for the second factor. */
const SECOND_FACTOR_WITHIN = 10 * MINUTE
/** A sensitive action needs a sign-in, or a confirmation, not older than this. */
export const RECENT = 10 * MINUTE
const SEEN_EVERY = MINUTE

/** A session that is alive, with its person and the factors that the person has set up. */
export type CurrentSession = {
  readonly session: Session
  readonly user: User
  /** Confirmed ones, the last used first. */
  readonly factors: readonly SecondFactorRow[]
  readonly policy: Policy
  /** Until then sensitive actions need no confirmation; null when they need one now. */
  readonly recentUntil: number | null
}

/** A session with the token for its cookie. */
export type OpenedSession = { readonly session: Session; readonly token: Secret }

/** What a sign-in leads to: how far, and the cookies. `deviceToken` null: not complete, no cookie. */
export type Entered = OpenedSession & {
  readonly user: User
  readonly stage: SessionStage
  readonly deviceToken: Secret | null
}

/** The method of a session once a second factor was given. */
export const methodWith = (session: Session, kind: 'totp' | 'recovery_code'): SessionMethod =>
  `${session.method.startsWith('link') ? 'link' : 'password'}+${kind}`

/** What the password alone opens. Policy decides, and what the person has set up. */
export function stageAfterPassword(policy: Policy, confirmedFactors: number): SessionStage {
  if (policy.second_factor === 'off') return 'full'
  if (confirmedFactors > 0) return 'second_factor'
  return policy.second_factor === 'required' ? 'set_up' : 'full'
}

/** Inside the transaction of a sign-in. The token leaves the server once, in the cookie. */
export async function openSession(
  { clock, entropy, keyring, newId }: IdentityNeeds,
  tables: Pick<Tables, 'sessions'>,
  {
    userId,
    stage,
    method,
    policy,
    from,
  }: { userId: string; stage: SessionStage; method: SessionMethod; policy: Policy; from: From },
): Promise<OpenedSession> {
  const now = clock.now()
  const token = mintToken(entropy)
  const session: Session = {
    id: newId(),
    hash: keyring.hash('session', token),
    user_id: userId,
    stage,
    method,
    authenticated_at: now,
    last_seen_at: now,
    expires_at: endOf(stage, policy, now),
    ip: from.ip,
    client: from.client,
    created_at: now,
  }
  await tables.sessions.insert(session)
  return { session, token }
}

/**
 * A new token for a session, and where the person proved who they are, a new beginning and end.
 * @param change.proves false: the time of the sign-in stays as it is
 * @returns null when the session was ended or renewed meanwhile
 */
export async function renewSession(
  { clock, entropy, keyring }: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring'>,
  tables: Pick<Tables, 'sessions'>,
  session: Session,
  change: { stage: SessionStage; method?: SessionMethod; policy: Policy; proves: boolean },
): Promise<OpenedSession | null> {
  const now = clock.now()
  const token = mintToken(entropy)
  const renewed = {
    hash: keyring.hash('session', token),
    stage: change.stage,
    method: change.method ?? session.method,
    last_seen_at: now,
    ...(change.proves
      ? { authenticated_at: now, expires_at: endOf(change.stage, change.policy, now) }
      : {}),
  }
  const alive = await tables.sessions.replace(session.id, session.hash, renewed)
  return alive ? { session: { ...session, ...renewed }, token } : null
}

/**
 * The session of a cookie, or null: unknown, ended, idle for too long, or its person is disabled.
 * Policy is asked at every use: what it shortens or demands holds at once.
 */
export async function findSession(
  needs: IdentityNeeds,
  token: Secret | null,
): Promise<CurrentSession | null> {
  const { tables } = needs.store
  const hashes = tokenHashes(needs.keyring, 'session', token)
  const session = hashes.length === 0 ? null : await tables.sessions.find(hashes)
  if (!session) return null
  const policy = policyFor(await needs.settings())
  const now = needs.clock.now()
  if (!isAlive(session, policy, now)) return null
  const user = await tables.users.find(session.user_id)
  if (user?.state !== 'active') return null
  const factors = await tables.secondFactors.listOf(user.id)
  // Written once a minute at the most; a clock that was set back is followed as well.
  if (Math.abs(now - session.last_seen_at) >= SEEN_EVERY)
    await tables.sessions.update(session.id, { last_seen_at: now })
  const stage = stageNow(session, policy, factors.length)
  return {
    session: { ...session, stage },
    user,
    factors,
    policy,
    recentUntil: recentUntil(session, now),
  }
}

/** Ends the session, which is written down. */
export async function signOut(
  needs: Pick<IdentityNeeds, 'store'>,
  { session, user }: Pick<CurrentSession, 'session' | 'user'>,
  from: From,
): Promise<void> {
  await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf('session.end', user, from, null))
    await tables.sessions.delete(session.id)
  })
}

/** Second factors that this person can give, the last used first. */
export async function methodsOf(
  tables: Pick<Tables, 'secondFactors'>,
  { user, factors }: Pick<CurrentSession, 'user' | 'factors'>,
): Promise<('totp' | 'recovery_code')[]> {
  if (factors.length === 0) return []
  const codes = await tables.secondFactors.recoveryCodesOf(user.id)
  return codes.length > 0 ? ['totp', 'recovery_code'] : ['totp']
}

function endOf(stage: SessionStage, policy: Policy, now: number): number {
  const longest = now + policy.session_max * SECOND
  return stage === 'second_factor' ? Math.min(longest, now + SECOND_FACTOR_WITHIN) : longest
}

function isAlive(session: Session, policy: Policy, now: number): boolean {
  const longest = policy.session_max * SECOND
  return (
    now < session.expires_at &&
    // Not longer after the sign-in, nor before it: a clock that was days ahead made this one.
    Math.abs(now - session.authenticated_at) < longest &&
    now < session.last_seen_at + policy.session_idle * SECOND
  )
}

/**
 * How far a session reaches now. Who has given no second factor reaches as far as a password does
 * today: a session from before the factor, or before policy asked for it, cannot go around it.
 */
function stageNow(session: Session, policy: Policy, factors: number): SessionStage {
  if (session.stage === 'second_factor') return 'second_factor'
  const byPassword = stageAfterPassword(policy, factors)
  const given = session.method.includes('+')
  return given && byPassword === 'second_factor' ? 'full' : byPassword
}

function recentUntil({ authenticated_at: at }: Session, now: number): number | null {
  return at - SKEW <= now && now < at + RECENT ? at + RECENT : null
}
