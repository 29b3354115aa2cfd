/**
 * Browser sessions: an opaque cookie, its keyed hash in the store, and how far the person has come.
 *
 * second_factor: the password was given. set_up: a second factor has to be made first. full: signed
 * in. Every step gets a new token; the old one is worth nothing from then on.
 */
import { MINUTE, SECOND, SKEW } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Policy } from '#domain/policy.ts'
import { FACTOR_KINDS, type FactorKind, type SecondKind } from '#domain/second-factor.ts'
import {
  givable,
  provesNow,
  stageOf,
  type HeldFactor,
  type SessionMethod,
} from '#domain/sign-in-method.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Session, SessionStage } from '#store/sessions.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { eventOf } from './audited.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { mintToken, tokenHashes } from './opaque-token.ts'

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

/** What the rule of stages needs to know of a person's factors. */
export const heldFactors = (rows: readonly SecondFactorRow[]): HeldFactor[] =>
  rows.flatMap(({ kind, confirmed_at }) => {
    const known = FACTOR_KINDS.find((one) => one === kind)
    return known && confirmed_at !== null ? [{ kind: known, confirmedAt: confirmed_at }] : []
  })

/** How far a session reaches by this method, as things are now. */
export const stageBy = (
  method: SessionMethod,
  { policy, user, factors }: Pick<CurrentSession, 'policy' | 'user' | 'factors'>,
): SessionStage =>
  stageOf({ method, policy, factors: heldFactors(factors), againAt: user.factors_again_at })

/** Inside the transaction of `enter`, which alone calls it. The token leaves the server once, in the cookie. */
export async function openSession(
  { clock, entropy, keyring, newId }: IdentityNeeds,
  tables: Pick<Tables, 'sessions'>,
  {
    userId,
    stage,
    method,
    policy,
    providerId,
    providerSid,
    provenAt,
    from,
  }: {
    userId: string
    stage: SessionStage
    method: SessionMethod
    policy: Policy
    providerId: string | null
    providerSid: string | null
    provenAt: number | null
    from: From
  },
): Promise<OpenedSession> {
  const now = clock.now()
  const token = mintToken(entropy)
  const session: Session = {
    id: newId(),
    hash: keyring.hash('session', token),
    user_id: userId,
    stage,
    method,
    // So long ago that it is not recent: how much longer makes no difference.
    authenticated_at: Math.min(now, Math.max(now - RECENT, provenAt ?? now)),
    last_seen_at: now,
    expires_at: endOf(stage, policy, now),
    ip: from.ip,
    client: from.client,
    provider_id: providerId,
    provider_sid: providerSid,
    created_at: now,
  }
  await tables.sessions.insert(session)
  return { session, token }
}

/**
 * A new token for a session, and where the person proved who they are, a new beginning and end.
 * @param change.proves false: the time of the sign-in stays as it is
 * @param change.there the provider, and its session, by which they did; left out: as it was
 * @returns null when the session was ended or renewed meanwhile
 */
export async function renewSession(
  { clock, entropy, keyring }: Pick<IdentityNeeds, 'clock' | 'entropy' | 'keyring'>,
  tables: Pick<Tables, 'sessions'>,
  session: Session,
  change: {
    stage: SessionStage
    method?: SessionMethod
    policy: Policy
    proves: boolean
    there?: Pick<Session, 'provider_id' | 'provider_sid'>
  },
): Promise<OpenedSession | null> {
  const now = clock.now()
  const token = mintToken(entropy)
  const renewed = {
    hash: keyring.hash('session', token),
    stage: change.stage,
    method: change.method ?? session.method,
    last_seen_at: now,
    ...change.there,
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
  const policy = await needs.policyOf(session.user_id)
  const now = needs.clock.now()
  if (!isAlive(session, policy, now)) return null
  const user = await tables.users.find(session.user_id)
  if (user?.state !== 'active') return null
  const factors = await tables.secondFactors.listOf(user.id)
  // Written once a minute at the most; a clock that was set back is followed as well.
  if (Math.abs(now - session.last_seen_at) >= SEEN_EVERY)
    await tables.sessions.update(session.id, { last_seen_at: now })
  const stage = stageNow(session, { policy, user, factors })
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

/** The kinds that are asked for now, the last used first; a recovery code stands in for any of them. */
export function kindsAsked({
  factors,
  policy,
  user,
}: Pick<CurrentSession, 'factors' | 'policy' | 'user'>): readonly FactorKind[] {
  const asked = givable(heldFactors(factors), { policy, againAt: user.factors_again_at })
  return [...new Set(asked.map(({ kind }) => kind))]
}

/** What this person can give now, the last used first. */
export async function methodsOf(
  tables: Pick<Tables, 'secondFactors'>,
  current: Pick<CurrentSession, 'user' | 'factors' | 'policy'>,
): Promise<SecondKind[]> {
  const kinds = kindsAsked(current)
  if (kinds.length === 0) return []
  const codes = await tables.secondFactors.recoveryCodesOf(current.user.id)
  return codes.length > 0 ? [...kinds, 'recovery_code'] : [...kinds]
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
 * How far a session reaches now. A session from before a factor was set up, or before policy asked
 * for one, cannot go around it.
 */
const stageNow = (
  session: Session,
  current: Pick<CurrentSession, 'policy' | 'user' | 'factors'>,
): SessionStage =>
  session.stage === 'second_factor'
    ? 'second_factor'
    : stageBy(session.method as SessionMethod, current)

function recentUntil({ authenticated_at: at, method }: Session, now: number): number | null {
  if (!provesNow(method as SessionMethod)) return null
  return at - SKEW <= now && now < at + RECENT ? at + RECENT : null
}
