/**
 * What a provider's answer to a refresh says about the person.
 *
 * Only what it says about this person freezes them. An outage, an application that it refuses, or
 * an answer that is strange says nothing about anybody.
 */
import type { FrozenReason } from '#domain/identity-provider.ts'
import { CAUSES, type Cause } from '#vault/cause.ts'
import { diagnosisOf, reasonOf, type Diagnosis } from '#vault/diagnosis.ts'

export type Verdict =
  | { readonly is: 'alive' }
  | { readonly is: 'dead'; readonly reason: FrozenReason }
  /** The grant ended with the password. */
  | { readonly is: 'password_changed' }
  /** Of this person nothing is known. */
  | { readonly is: 'unclear'; readonly why: string }
  /** Of nobody anything is known. `forAll`: it will be the same for the next. */
  | {
      readonly is: 'away'
      readonly why: string
      readonly forAll: boolean
      readonly retryAfterMs: number | null
    }

const DEAD: Readonly<Partial<Record<Cause, FrozenReason>>> = {
  user_disabled: 'disabled',
  user_unknown: 'deleted',
  user_locked: 'locked',
  password_expired: 'expired',
  user_not_assigned: 'not_in_group',
  // Until the next sign-in.
  grant_over: 'refused',
  token_expired: 'refused',
  sign_in_frequency: 'refused',
  second_factor_needed: 'refused',
}

/** Of this person, and nothing that ends anything. */
const UNCLEAR: ReadonlySet<Cause> = new Set<Cause>([
  'interaction_needed',
  'policy_blocks',
  'wrong_password',
  'declined',
  'other_person',
  'possibly_lost',
])

export function verdictOf({ cause, kind, code, retryAfterMs }: Diagnosis): Verdict {
  const why = reasonOf({ cause, code })
  // A grant is over only by the provider's own `invalid_grant`; diagnosis.ts sees to that.
  const said = kind === 'definite' || CAUSES[cause].kind !== 'definite'
  if (said && cause === 'grant_revoked') return { is: 'password_changed' }
  const reason = DEAD[cause]
  if (said && reason !== undefined) return { is: 'dead', reason }
  if (UNCLEAR.has(cause) || DEAD[cause] !== undefined) return { is: 'unclear', why }
  const forAll = CAUSES[cause].kind === 'application' || cause === 'throttled'
  return { is: 'away', why, forAll, retryAfterMs }
}

/** The same for a reason that was stored with a mail account. */
export function verdictOfReason(reason: string): Verdict {
  const diagnosis = diagnosisOf(reason)
  return diagnosis ? verdictOf(diagnosis) : { is: 'unclear', why: reason }
}
