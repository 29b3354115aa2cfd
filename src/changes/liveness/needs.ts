/**
 * What asking about people is given.
 */
import type { Entropy } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { FrozenReason } from '#domain/identity-provider.ts'
import type { Policy } from '#domain/policy.ts'
import type { ExternalGroup } from '#store/groups.ts'
import type { IdentityProviderRow, OAuthApplicationRow } from '#store/schema.ts'
import type { OAuthClient } from '#vault/client.ts'
import type { Outbound } from '#vault/outbound.ts'
import type { TokenRefresher } from '#vault/refresh.ts'
import type { Sealer } from '#vault/seal.ts'
import type { DoorNeeds } from '../door.ts'
import type { LivenessLimits } from './limits.ts'

/** How a person stands in a directory. `passwordSetAt` in milliseconds; null: it does not say. */
export type StandsThere = {
  readonly state: 'alive' | FrozenReason
  readonly passwordSetAt: number | null
  /** null: groups are not asked for. */
  readonly groups: readonly ExternalGroup[] | null
}

export type LivenessNeeds = DoorNeeds & {
  /**
   * By subject; who is not in the answer is not there any more.
   * @throws Problem `unavailable` when the directory does not answer, or not about all of them
   */
  accountStates(
    provider: IdentityProviderRow,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, StandsThere>>
  /** A word for what kept the directory from answering; null: something else was thrown. */
  whyAway(thrown: unknown): string | null
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  readonly outbound: Outbound
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  readonly tokens: Pick<TokenRefresher, 'refreshNow'>
  policyOf(userId: string): Policy | Promise<Policy>
  readonly entropy: Entropy
  readonly log: Log
  readonly limits?: Partial<LivenessLimits>
}

/** One node's asking: under its own name, and within limits. */
export type Asking = Omit<LivenessNeeds, 'limits'> & {
  readonly checker: string
  readonly limits: LivenessLimits
  readonly stopping: AbortSignal
  /** Until when a provider wants not to be asked (429, Retry-After), by its id. */
  readonly pauses: Map<string, number>
}
