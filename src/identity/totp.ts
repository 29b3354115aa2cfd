/**
 * Time-based one-time passwords (RFC 6238): setting an authenticator app up, and using its codes.
 */
import { Secret as OtpSecret, TOTP } from 'otpauth'
import { Problem } from '#base/problem.ts'
import { HOUR, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { AuditEvent } from '#domain/audit.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { factorName, MOST_FACTORS } from '#domain/second-factor.ts'
import { eventOf, Overtaken, writeDown } from './audited.ts'
import {
  methodWith,
  renewSession,
  type CurrentSession,
  type OpenedSession,
} from './browser-session.ts'
import { findDevice, rememberDevice } from './known-device.ts'
import type { From, IdentityNeeds } from './needs.ts'

/** RFC 4226 §4 R6: 160 bits. What every authenticator app takes: SHA-1, 6 digits, 30 seconds. */
const SECRET_BYTES = 20
const PARAMETERS = { issuer: 'Passerelle', algorithm: 'SHA1', digits: 6, period: 30 } as const
/** RFC 6238 §5.2: one step of delay; and one of a clock that is ahead. */
const WINDOW = [-1, 0, 1] as const
/** A key that was shown an hour ago and never used is forgotten. */
const SET_UP_WITHIN = HOUR
const DEFAULT_NAME = 'Authenticator'

/** What the page shows once: `uri` for the QR code, `secret` in base32 to type. */
export type TotpSetUp = { readonly id: string; readonly secret: Secret; readonly uri: Secret }

/**
 * Begins a set-up; one that was begun before is forgotten. It opens nothing until `finishTotp`.
 * @throws Problem `conflict` (policy has switched second factors off; too many), `invalid` (name)
 */
export async function beginTotp(
  { store, clock, entropy, newId, sealer }: IdentityNeeds,
  { user, factors, policy }: CurrentSession,
  typedName: string | undefined,
): Promise<TotpSetUp> {
  if (policy.second_factor === 'off')
    throw new Problem('conflict', 'Second factors are switched off.')
  if (factors.length >= MOST_FACTORS)
    throw new Problem('conflict', `Nobody can have more than ${MOST_FACTORS} second factors.`)
  const id = newId()
  const bytes = entropy(SECRET_BYTES)
  const row: SecondFactorRow = {
    id,
    user_id: user.id,
    kind: 'totp',
    name: factorName(typedName ?? DEFAULT_NAME),
    secret: sealer.seal(new Secret(bytes), placeOf(id)),
    confirmed_at: null,
    last_step: 0,
    last_used_at: null,
    created_at: clock.now(),
  }
  await store.transaction(async ({ secondFactors }) => {
    await secondFactors.deleteUnconfirmed(user.id)
    await secondFactors.insert(row)
  })
  const otp = otpOf(new Secret(bytes), user.name)
  return { id, secret: new Secret(otp.secret.base32), uri: new Secret(otp.toString()) }
}

/** The session has a new token; where the set-up was what it waited for, it is a full one now. */
export type TotpFinished =
  | ({ readonly ok: true; readonly deviceToken: Secret } & OpenedSession)
  | { readonly ok: false }

/**
 * Ends a set-up with a first code, which is used up by it. With the first factor all other sessions
 * of the person end: they were opened by the password alone.
 * @throws Problem `not_found` when no set-up with this id is under way
 */
export async function finishTotp(
  needs: IdentityNeeds,
  { session, user, policy }: CurrentSession,
  { id, code, deviceToken }: { id: string; code: Secret; deviceToken: Secret | null },
  from: From,
): Promise<TotpFinished> {
  const now = needs.clock.now()
  const row = await needs.store.tables.secondFactors.find(user.id, id)
  if (!row || row.confirmed_at !== null || row.created_at + SET_UP_WITHIN <= now)
    throw new Problem('not_found', 'There is no set-up of this second factor under way.')
  const target = { kind: 'second_factor', id, name: row.name }
  const event = (reason: string | null): AuditEvent =>
    eventOf('second_factor.create', user, from, reason, { as: user, target })
  const device = await findDevice(needs, deviceToken)
  const step = matchingStep(row, needs.sealer, code, now)
  try {
    if (step === null) throw new Overtaken('wrong_code')
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(event(null))
      const isFirst = (await tables.secondFactors.listOf(user.id)).length === 0
      // Who has only the password must not add a factor beside the one that they cannot give.
      if (session.stage !== 'full' && !isFirst) throw new Overtaken('factors_changed')
      if (!(await tables.secondFactors.takeStep(id, step, now))) throw new Overtaken('wrong_code')
      await tables.secondFactors.confirm(id, now)
      if (isFirst) await tables.sessions.deleteOf(user.id, { except: session.id })
      await tell(needs, tables, user.id, row)
      const opened = await renewSession(needs, tables, session, {
        stage: 'full',
        method: methodWith(session, 'totp'),
        policy,
        proves: session.stage === 'set_up',
      })
      if (!opened) throw new Overtaken('session_ended')
      const token = await rememberDevice(needs, tables, device, user.id)
      return { ok: true, ...opened, deviceToken: token }
    })
  } catch (thrown) {
    if (!(thrown instanceof Overtaken)) throw thrown
    await writeDown(needs, event(thrown.reason))
    return { ok: false }
  }
}

async function tell(
  { clock, newId }: Pick<IdentityNeeds, 'clock' | 'newId'>,
  { notices }: Pick<Tables, 'notices'>,
  userId: string,
  { id, name }: Pick<SecondFactorRow, 'id' | 'name'>,
): Promise<void> {
  const onceKey = `second_factor_created:${id}`
  const notice = { userId, kind: 'second_factor_created', onceKey, params: { name } } as const
  await notices.add(newId(), notice, clock.now())
}

/** Uses a code up: true when it fits a factor of this person and no such or later one was used. */
export async function takeTotp(
  { sealer, clock }: Pick<IdentityNeeds, 'sealer' | 'clock'>,
  { secondFactors }: Pick<Tables, 'secondFactors'>,
  userId: string,
  code: Secret,
): Promise<boolean> {
  const now = clock.now()
  for (const row of await secondFactors.listOf(userId)) {
    const step = row.kind === 'totp' ? matchingStep(row, sealer, code, now) : null
    if (step !== null && (await secondFactors.takeStep(row.id, step, now))) return true
  }
  return false
}

/** The time step whose code this is, within the window and later than the last used one; or null. */
function matchingStep(
  row: Pick<SecondFactorRow, 'id' | 'secret' | 'last_step'>,
  sealer: IdentityNeeds['sealer'],
  typed: Secret,
  now: number,
): number | null {
  const code = canonicalCode(typed.reveal())
  if (code === null) return null
  const otp = otpOf(sealer.open(row.secret, placeOf(row.id)), '')
  const current = Math.floor(now / SECOND / PARAMETERS.period)
  let found: number | null = null
  for (const step of WINDOW.map((offset) => current + offset)) {
    const expected = otp.generate({ timestamp: step * PARAMETERS.period * SECOND })
    const fits = new Secret(expected).equals(new Secret(code))
    if (fits && step > row.last_step) found ??= step
  }
  return found
}

/** Six digits in any script, with spaces anywhere; null for everything else. */
export function canonicalCode(typed: string): string | null {
  const digits = typed.normalize('NFKC').replaceAll(/[\p{White_Space}\p{Cf}-]/gu, '')
  if (!/^\p{Nd}{6}$/u.test(digits)) return null
  return Array.from(digits, digitValue).join('')
}

/** Every script's digits stand in a row from 0 to 9 (Unicode §4.6, property Nd). */
function digitValue(digit: string): number {
  const at = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(at - value - 1))) value++
  return value
}

function otpOf(secret: Secret, label: string): TOTP {
  const bytes = secret.revealBytes()
  return new TOTP({
    ...PARAMETERS,
    label,
    secret: new OtpSecret({ buffer: new Uint8Array(bytes).buffer }),
  })
}

const placeOf = (row: string) => ({ table: 'second_factor', column: 'secret', row }) as const
