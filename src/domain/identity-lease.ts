/**
 * The lease of an identity: how long what was last known of a person is good, and when it is asked
 * again. Times in milliseconds.
 */
import { SECOND } from '#base/clock.ts'
import type { FrozenReason } from './identity-provider.ts'

/** Of a provider's configuration what leases are made by; both kinds have it. */
export type LeaseTerms = { readonly intervalS: number; readonly graceS: number }

export type Lease = {
  readonly alive_at: number
  readonly alive_until: number
  readonly next_check_at: number | null
}

/**
 * @param at when the provider said that the person is there
 * @param asks whether there is anything to ask: without, only the next sign-in says so again, and
 *   the grace time begins at once
 * @param chance from 0 to 1: people who came together are not asked together for ever
 */
export function leaseOf(terms: LeaseTerms, at: number, asks: boolean, chance = 0.5): Lease {
  const { intervalS, graceS } = terms
  return {
    alive_at: at,
    alive_until: at + ((asks ? intervalS : 0) + graceS) * SECOND,
    next_check_at: asks ? nextCheck(terms, at, chance) : null,
  }
}

/** Early enough that the answer is there within the interval. */
export const nextCheck = ({ intervalS }: LeaseTerms, at: number, chance: number): number =>
  at + Math.floor(intervalS * SECOND * (0.65 + 0.2 * chance))

/** What passes at the provider without the person: it is asked on, and may say that it has passed. */
const MAY_PASS: ReadonlySet<string> = new Set<FrozenReason>([
  'disabled',
  'expired',
  'locked',
  'deleted',
  'inactive',
  'not_in_group',
])

/**
 * Whether the provider's word that the person is there ends it; otherwise the next sign-in does. A
 * directory knows nothing of sign-ins here: its word ends whatever it had said.
 */
export const mayPass = (kind: string, reason: string | null): boolean =>
  reason !== null && (kind === 'ldap' || MAY_PASS.has(reason))

/** Whether SCIM says that the person is gone: then nothing else says that they are there. */
export function heldByScim(identity: {
  readonly scim: string | null
  readonly scim_deleted_at: number | null
}): boolean {
  if (identity.scim_deleted_at !== null) return true
  if (identity.scim === null) return false
  return (JSON.parse(identity.scim) as { active?: boolean }).active === false
}
