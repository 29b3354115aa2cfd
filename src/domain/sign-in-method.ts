/**
 * How a person signed in on the web, and how far that reaches: the one rule for every method.
 *
 * Each sign-in begins with one of FIRST and may be followed by one of SECOND. `stageOf` is asked when
 * a session begins and at every use of it, so that what policy demands, or a factor that is set up
 * meanwhile, holds at once.
 */
import type { Policy } from './policy.ts'
import type { FactorKind } from './second-factor.ts'

/**
 * password: of this server. directory: LDAP. provider: OpenID Connect. passkey: WebAuthn alone. link:
 * a one-time link.
 */
export const FIRST = ['password', 'directory', 'provider', 'passkey', 'link'] as const
export type FirstMethod = (typeof FIRST)[number]

/**
 * provider: the provider says that it asked for a second factor, and the administrator trusts that.
 * user_verification: the passkey itself asked for a PIN or a fingerprint. remembered_device: this
 * browser gave a factor some days ago.
 */
export const SECOND = [
  'totp',
  'webauthn',
  'email',
  'sms',
  'recovery_code',
  'provider',
  'user_verification',
  'remembered_device',
] as const
export type SecondMethod = (typeof SECOND)[number]

/** As it stands in a session: `password`, `provider+totp`. */
export type SessionMethod = FirstMethod | `${FirstMethod}+${SecondMethod}`

/** second_factor: one is awaited. set_up: one has to be set up first. full: signed in. */
export type Stage = 'second_factor' | 'set_up' | 'full'

/** A factor that a person has set up, as far as the rule needs it. */
export type HeldFactor = { readonly kind: FactorKind; readonly confirmedAt: number }

export const firstOf = (method: SessionMethod): FirstMethod => {
  const [first = ''] = method.split('+')
  return FIRST.find((one) => one === first) ?? 'password'
}

export const secondOf = (method: SessionMethod): SecondMethod | null => {
  const [, second] = method.split('+')
  return SECOND.find((one) => one === second) ?? null
}

export const withSecond = (method: SessionMethod, second: SecondMethod): SessionMethod =>
  `${firstOf(method)}+${second}`

type Asked = {
  readonly policy: Pick<Policy, 'second_factor' | 'second_factor_kinds' | 'passkey_sign_in'>
  readonly againAt: number | null
}

/** @param againAt factors from before this moment (ms) no longer suffice; null: all do */
const sufficient = <T extends HeldFactor>(
  factors: readonly T[],
  { policy, againAt }: Asked,
): readonly T[] =>
  factors.filter(
    ({ kind, confirmedAt }) =>
      policy.second_factor_kinds.includes(kind) && confirmedAt > (againAt ?? -Infinity),
  )

/**
 * The factors that can be given: those that suffice. A person who has none such gives one that they
 * have, because whoever has the password alone never gets to set up another.
 */
export function givable<T extends HeldFactor>(factors: readonly T[], asked: Asked): readonly T[] {
  const suffice = sufficient(factors, asked)
  return suffice.length > 0 ? suffice : factors
}

/** Whether policy lets a passkey alone prove two factors. */
export const passkeySuffices = (policy: Asked['policy']): boolean =>
  policy.passkey_sign_in && policy.second_factor_kinds.includes('webauthn')

/** How far a sign-in reaches. A factor that the person has is asked for before what is missing. */
export function stageOf(
  given: Asked & { readonly method: SessionMethod; readonly factors: readonly HeldFactor[] },
): Stage {
  const { policy, factors, againAt } = given
  if (policy.second_factor === 'off') return 'full'
  const second = secondOf(given.method)
  // Given by the sign-in itself: the person needs no factor of their own here.
  const ofItself =
    second === 'provider' || (second === 'user_verification' && passkeySuffices(policy))
  const proven =
    ofItself || factors.length === 0 || isGiven(second, givable(factors, given), policy)
  if (!proven) return 'second_factor'
  if (sufficient(factors, given).length > 0) return 'full'
  if (againAt !== null) return 'set_up'
  return policy.second_factor === 'required' && !ofItself ? 'set_up' : 'full'
}

function isGiven(
  second: SecondMethod | null,
  asked: readonly HeldFactor[],
  policy: Asked['policy'],
): boolean {
  if (second === 'recovery_code' || second === 'remembered_device') return true
  // Of a kind that is taken, even if that very factor was removed since.
  const taken = [...policy.second_factor_kinds, ...asked.map(({ kind }) => kind)]
  return taken.some((kind) => kind === second)
}

/**
 * Whether a sign-in proves enough for a sensitive action: a browser that is only remembered has not
 * shown the factor now.
 */
export const provesNow = (method: SessionMethod): boolean =>
  secondOf(method) !== 'remembered_device'
