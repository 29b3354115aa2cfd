/**
 * Time-based one-time passwords (RFC 6238): setting an authenticator app up, and using its codes.
 */
import { Secret as OtpSecret, TOTP } from 'otpauth'
import { SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { SecondFactorRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { CurrentSession } from '../browser-session.ts'
import { beginSetUp, secretPlace } from './factor-set-up.ts'
import type { IdentityNeeds } from '../needs.ts'
import { canonicalDigits } from './typed-digits.ts'

/** RFC 4226 §4 R6: 160 bits. What every authenticator app takes: SHA-1, 6 digits, 30 seconds. */
const SECRET_BYTES = 20
const PARAMETERS = { issuer: 'Passerelle', algorithm: 'SHA1', digits: 6, period: 30 } as const
/** RFC 6238 §5.2: one step of delay; and one of a clock that is ahead. */
const WINDOW = [-1, 0, 1] as const
const DEFAULT_NAME = 'Authenticator'

/** What the page shows once: `uri` for the QR code, `secret` in base32 to type. */
export type TotpSetUp = { readonly id: string; readonly secret: Secret; readonly uri: Secret }

/**
 * Begins a set-up; one that was begun before is forgotten. It opens nothing until `finishSetUp`.
 * @throws Problem `conflict` (policy; too many), `invalid` (name)
 */
export async function beginTotp(
  needs: IdentityNeeds,
  current: CurrentSession,
  typedName: string | undefined,
): Promise<TotpSetUp> {
  const bytes = needs.entropy(SECRET_BYTES)
  const { id } = await beginSetUp(needs, current, {
    kind: 'totp',
    name: typedName ?? DEFAULT_NAME,
    secret: new Secret(bytes),
  })
  const otp = otpOf(new Secret(bytes), current.user.name)
  return { id, secret: new Secret(otp.secret.base32), uri: new Secret(otp.toString()) }
}

/**
 * The step whose code was typed, for the end of a set-up.
 * @returns null when it is no code of now
 */
export const firstStep = (
  { sealer, clock }: Pick<IdentityNeeds, 'sealer' | 'clock'>,
  row: SecondFactorRow,
  code: Secret,
): number | null => matchingStep(row, sealer, code, clock.now())

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
  const otp = otpOf(sealer.open(row.secret, secretPlace(row.id)), '')
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
export const canonicalCode = (typed: string): string | null =>
  canonicalDigits(typed, PARAMETERS.digits)

function otpOf(secret: Secret, label: string): TOTP {
  const bytes = secret.revealBytes()
  return new TOTP({
    ...PARAMETERS,
    label,
    secret: new OtpSecret({ buffer: new Uint8Array(bytes).buffer }),
  })
}
