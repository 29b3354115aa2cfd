/**
 * Where every sign-in ends: the one place that opens a browser session.
 *
 * However a person showed who they are, the session reaches as far as `stageOf` says. Before the
 * transaction `prepareEntry` says what it will be, so that it can be written down first; inside it
 * `enter` makes sure that this still holds.
 */
import type { Secret } from '#base/secret.ts'
import { livenessRefusal } from '#domain/identity-provider.ts'
import type { Policy } from '#domain/policy.ts'
import {
  firstOf,
  secondOf,
  stageOf,
  withSecond,
  type FirstMethod,
  type SessionMethod,
  type Stage,
} from '#domain/sign-in-method.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { Overtaken } from './audited.ts'
import { heldFactors, openSession, type Entered } from './browser-session.ts'
import { rememberDevice, stillRemembered, type KnownDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'
import { tokenHashes } from './opaque-token.ts'

/** What came with the request. The session that was there ends when this one begins. */
export type Arrival = {
  readonly device: KnownDevice | null
  readonly sessionToken: Secret | null
  readonly from: From
}

/** What the sign-in will be. `provider…`: where the person signed in, unless here. */
export type Entry = {
  readonly method: SessionMethod
  readonly stage: Stage
  readonly policy: Policy
  readonly providerId: string | null
  readonly providerSid: string | null
  /** When the person showed who they are, where that was before now. */
  readonly provenAt: number | null
}

/**
 * @param method as it was proven; a remembered device is added here and nowhere else
 * @param user as it is, or as it will be made in the transaction that follows
 */
export async function prepareEntry(
  needs: Pick<IdentityNeeds, 'store' | 'clock' | 'policyOf'>,
  user: Pick<User, 'id' | 'factors_again_at'>,
  method: SessionMethod,
  device: KnownDevice | null,
  at: Pick<Entry, 'providerId' | 'providerSid' | 'provenAt'> | null = null,
): Promise<Entry> {
  const policy = await needs.policyOf(user.id)
  const factors = await needs.store.tables.secondFactors.listOf(user.id)
  const remembered = isRemembered(device, user, policy, factors.length, needs.clock.now())
  const whole =
    remembered && secondOf(method) === null ? withSecond(method, 'remembered_device') : method
  return {
    method: whole,
    stage: stageFor(whole, policy, factors, user),
    policy,
    providerId: at?.providerId ?? null,
    providerSid: at?.providerSid ?? null,
    provenAt: at?.provenAt ?? null,
  }
}

/** Whom a provider or directory has to vouch for at this very sign-in, or has just vouched for. */
const VOUCHED: readonly FirstMethod[] = ['provider', 'directory']

/**
 * Inside the transaction of a sign-in, after its audit row: opens the session, and ends the one that
 * was there.
 * @throws Overtaken when the person, their identity or their factors are no longer as they were
 */
export async function enter(
  needs: IdentityNeeds,
  tables: Tables,
  userId: string,
  entry: Entry,
  { device, sessionToken, from }: Arrival,
): Promise<Entered> {
  const user = await tables.users.find(userId)
  if (user?.state !== 'active') throw new Overtaken('disabled')
  if (user.source !== 'local' && !VOUCHED.includes(firstOf(entry.method))) {
    const identity = await tables.identities.ofUser(userId)
    const liveness = identity && {
      state: identity.state === 'alive' ? ('alive' as const) : ('frozen' as const),
      aliveUntil: identity.alive_until,
    }
    const refusal = livenessRefusal(user.source, liveness, needs.clock.now())
    if (refusal) throw new Overtaken(refusal)
  }
  const { method, stage, policy } = entry
  // Forgotten meanwhile, on another node: it is not remembered any more.
  if (secondOf(method) === 'remembered_device') {
    const still = device && (await tables.devices.find([device.row.hash]))
    if (!still || !stillRemembered(still, policy, needs.clock.now()))
      throw new Overtaken('factors_changed')
  }
  const factors = await tables.secondFactors.listOf(userId)
  if (stageFor(method, policy, factors, user) !== stage) throw new Overtaken('factors_changed')
  const before = tokenHashes(needs.keyring, 'session', sessionToken)
  if (before.length > 0) await tables.sessions.deleteByHash(before)
  const opened = await openSession(needs, tables, { userId, ...entry, from })
  if (stage === 'second_factor') return { ...opened, user, stage, deviceToken: null }
  await tables.users.update(userId, { last_sign_in_at: needs.clock.now() })
  const deviceToken = await rememberDevice(needs, tables, device, userId, from)
  return { ...opened, user, stage, deviceToken }
}

const stageFor = (
  method: SessionMethod,
  policy: Policy,
  factors: readonly SecondFactorRow[],
  user: Pick<User, 'factors_again_at'>,
): Stage =>
  stageOf({ method, policy, factors: heldFactors(factors), againAt: user.factors_again_at })

function isRemembered(
  device: KnownDevice | null,
  user: Pick<User, 'id' | 'factors_again_at'>,
  policy: Policy,
  factors: number,
  now: number,
): boolean {
  return (
    device?.row.user_id === user.id &&
    stillRemembered(device.row, policy, now) &&
    policy.second_factor !== 'off' &&
    user.factors_again_at === null &&
    factors > 0
  )
}
