/**
 * Setting up a second factor of any kind: how it begins, and what becomes of it when it is proven.
 */
import { HOUR } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { factorName, MOST_APPS, MOST_FACTORS, type FactorKind } from '#domain/second-factor.ts'
import { withSecond, type SessionMethod } from '#domain/sign-in-method.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { eventOf, Overtaken, writeDown } from '../audited.ts'
import {
  renewSession,
  stageBy,
  type CurrentSession,
  type OpenedSession,
} from '../browser-session.ts'
import { findDevice, rememberDevice } from '../known-device.ts'
import type { From, IdentityNeeds } from '../needs.ts'

/** What was shown an hour ago and never used is forgotten. */
const SET_UP_WITHIN = HOUR

/** Where what must not be read stands: the key of an app, a public key, a destination. */
export const secretPlace = (row: string) =>
  ({ table: 'second_factor', column: 'secret', row }) as const

/** @throws Problem `conflict`: policy does not take this kind, or there are too many */
export function refuseKind(
  { policy, factors }: Pick<CurrentSession, 'policy' | 'factors'>,
  kind: FactorKind,
): void {
  if (policy.second_factor === 'off')
    throw new Problem('conflict', 'Second factors are switched off.')
  if (!policy.second_factor_kinds.includes(kind))
    throw new Problem('conflict', 'Second factors of this kind are not taken here.')
  const apps = factors.filter((one) => one.kind === 'totp').length
  if (factors.length >= MOST_FACTORS || (kind === 'totp' && apps >= MOST_APPS))
    throw new Problem('conflict', `Nobody can have more than ${MOST_FACTORS} second factors.`)
}

/**
 * Begins a set-up; one that was begun before is forgotten. It opens nothing until `finishSetUp`.
 * @throws Problem `conflict` (policy; too many), `invalid` (name)
 */
export async function beginSetUp(
  { store, clock, newId, sealer }: Pick<IdentityNeeds, 'store' | 'clock' | 'newId' | 'sealer'>,
  current: Pick<CurrentSession, 'user' | 'policy' | 'factors'>,
  wanted: { kind: FactorKind; name: string; secret: Secret; details?: object },
): Promise<SecondFactorRow> {
  refuseKind(current, wanted.kind)
  const id = newId()
  const row: SecondFactorRow = {
    id,
    user_id: current.user.id,
    kind: wanted.kind,
    name: factorName(wanted.name),
    secret: sealer.seal(wanted.secret, secretPlace(id)),
    confirmed_at: null,
    last_step: 0,
    last_used_at: null,
    credential_id: null,
    counter: 0,
    details: JSON.stringify(wanted.details ?? {}),
    created_at: clock.now(),
  }
  await store.transaction(async ({ secondFactors }) => {
    await secondFactors.deleteUnconfirmed(row.user_id)
    await secondFactors.insert(row)
  })
  return row
}

/** What shows that a factor is the person's: null when it does not; otherwise what uses it up. */
export type Proof = ((tables: Tables) => Promise<boolean>) | null

/** The session has a new token; where the set-up was what it waited for, it is a full one now. */
export type SetUpFinished =
  | ({ readonly ok: true; readonly deviceToken: Secret } & OpenedSession)
  | { readonly ok: false }

/** The set-up that is under way. @throws Problem `not_found` */
export async function setUpUnderWay(
  { store, clock }: Pick<IdentityNeeds, 'store' | 'clock'>,
  userId: string,
  id: string,
): Promise<SecondFactorRow> {
  const row = await store.tables.secondFactors.find(userId, id)
  if (!row || row.confirmed_at !== null || row.created_at + SET_UP_WITHIN <= clock.now())
    throw new Problem('not_found', 'There is no set-up of this second factor under way.')
  return row
}

/**
 * Ends a set-up with what proves it. With the first factor, and with one that takes the place of
 * those that no longer suffice, all other sessions of the person end: they were opened with less.
 */
export async function finishSetUp(
  needs: IdentityNeeds,
  current: CurrentSession,
  { row, proof, deviceToken }: { row: SecondFactorRow; proof: Proof; deviceToken: Secret | null },
  from: From,
): Promise<SetUpFinished> {
  const { session, user, policy } = current
  const target = { kind: 'second_factor', id: row.id, name: row.name }
  const details = { kind: row.kind }
  const event = (reason: string | null) =>
    eventOf('second_factor.create', user, from, reason, { as: user, target, details })
  const device = await findDevice(needs, deviceToken)
  const wrong = row.kind === 'webauthn' ? 'wrong_key' : 'wrong_code'
  try {
    if (proof === null) throw new Overtaken(wrong)
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const { before, againAt } = await asItIsNow(tables, current)
      if (!(await proof(tables))) throw new Overtaken(wrong)
      await tables.secondFactors.confirm(row.id, needs.clock.now())
      if (againAt !== null) await replaceOlder(needs, tables, row, againAt)
      if (before === 0 || againAt !== null)
        await tables.sessions.deleteOf(user.id, { except: session.id })
      await tell(needs, tables, user.id, 'second_factor_created', row)
      const method = withSecond(session.method as SessionMethod, row.kind as FactorKind)
      const factors = await tables.secondFactors.listOf(user.id)
      const opened = await renewSession(needs, tables, session, {
        stage: stageBy(method, { policy, user: { ...user, factors_again_at: null }, factors }),
        method,
        policy,
        proves: session.stage === 'set_up',
      })
      if (!opened) throw new Overtaken('session_ended')
      const token = await rememberDevice(needs, tables, device, user.id, from)
      return { ok: true, ...opened, deviceToken: token }
    })
  } catch (thrown) {
    if (!(thrown instanceof Overtaken)) throw thrown
    await writeDown(needs, event(thrown.reason))
    return { ok: false }
  }
}

/** Who has only the password must not add a factor beside those that they cannot give. */
async function asItIsNow(
  tables: Pick<Tables, 'secondFactors' | 'users'>,
  { session, user, policy }: CurrentSession,
): Promise<{ before: number; againAt: number | null }> {
  const still = await tables.users.find(user.id)
  if (still?.state !== 'active') throw new Overtaken('disabled')
  const factors = await tables.secondFactors.listOf(user.id)
  const stage = stageBy(session.method as SessionMethod, { policy, user: still, factors })
  if (stage === 'second_factor') throw new Overtaken('factors_changed')
  return { before: factors.length, againAt: still.factors_again_at }
}

/** Those that were asked for anew go, with their recovery codes and the browsers remembered by them. */
async function replaceOlder(
  needs: Pick<IdentityNeeds, 'clock' | 'newId'>,
  tables: Tables,
  row: SecondFactorRow,
  againAt: number,
): Promise<void> {
  const older = await tables.secondFactors.deleteOlder(row.user_id, againAt, row.id)
  await tables.devices.forgetRemembered(row.user_id)
  await tables.users.update(row.user_id, { factors_again_at: null })
  if (older > 0) await tell(needs, tables, row.user_id, 'second_factors_replaced', row)
}

async function tell(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  { notices }: Pick<Tables, 'notices'>,
  userId: string,
  kind: NoticeKind,
  { id, name }: Pick<SecondFactorRow, 'id' | 'name'>,
): Promise<void> {
  await notices.add(
    newId(),
    { userId, kind, onceKey: `${kind}:${id}`, params: { name } },
    clock.now(),
  )
}
