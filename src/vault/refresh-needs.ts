/**
 * What the refresh is given, and the steps at which it can be watched.
 */
import type { Clock, Entropy } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import type { Store, Tables } from '#store/store.ts'
import type { OAuthClient } from './client.ts'
import type { KeptAnswer } from './kept-answer.ts'
import type { NodeName } from './node-name.ts'
import type { Outbound } from './outbound.ts'
import type { RefreshLimits } from './refresh-limits.ts'
import type { Sealer } from './seal.ts'
import type { Spool } from './spool.ts'
import type { SteadyClock, Ticks } from './steady-clock.ts'

/**
 * Between any two of these the process can die, or stand still for as long as it likes.
 * `asked`: the request is on its way; `answered`: its answer is here and nowhere else.
 */
export const STEPS = [
  'begin',
  'claim',
  'claimed',
  'ask',
  'asked',
  'answered',
  'read',
  'spool',
  'spooled',
  'store',
  'stored',
  'release',
  'released',
] as const
export type Step = (typeof STEPS)[number]

export type RefreshTables = Pick<
  Tables,
  'audit' | 'mailAccounts' | 'notices' | 'oauthApplications' | 'tokenGrants' | 'users'
>

/** What every part of the refresh shares. */
export type RefreshContext = RefreshNeeds & {
  readonly limits: RefreshLimits
  readonly steady: SteadyClock
  readonly name: NodeName
  readonly spool: Spool
  /** Leases of others that were seen to be over, and since when. */
  readonly seenOver: Map<string, { readonly generation: number; readonly since: number }>
  /** The last answers, in case the database forgets one. */
  readonly recent: Map<string, { readonly kept: KeptAnswer; readonly at: number }>
  /** Aborted when the process stops for good: nobody waits for a database any longer. */
  readonly closed: AbortSignal
  readonly reach: (step: Step, accountId: string) => Promise<void> | void
}

export type RefreshNeeds = {
  readonly store: {
    readonly tables: RefreshTables
    transaction: Store['transaction']
  }
  readonly sealer: Pick<Sealer, 'seal' | 'open'>
  readonly outbound: Outbound
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly newId: NewId
  readonly log: Log
  /** Of this node alone: its name, and the spool. */
  readonly dataDir: string
  readonly limits?: Partial<RefreshLimits>
  readonly ticks?: Ticks
  /** Told of each step of each refresh before it is taken. */
  readonly step?: (step: Step, accountId: string) => Promise<void> | void
}
