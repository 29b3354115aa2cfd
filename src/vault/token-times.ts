/**
 * When a token is fresh, when it is refreshed, and when its refresh token ends. Pure rules.
 */
import { DAY, SECOND, SKEW } from '#base/clock.ts'
import type { AccessTokenRow, MailAccountRow } from '#store/schema.ts'
import type { Provider } from './providers.ts'
import type { RefreshLimits } from './refresh-limits.ts'

type Times = Pick<AccessTokenRow, 'received_at' | 'expires_at'>

/** Jitter is at most this part of the lead. */
const JITTER = 0.5

/** The last moment at which a token is handed out. One from the future has a wrong clock's times. */
export function handedOutUntil(
  { received_at, expires_at }: Times,
  now: number,
  { marginMs }: RefreshLimits,
): number {
  if (received_at > now + SKEW) return 0
  return expires_at - Math.min(marginMs, (expires_at - received_at) / 10)
}

/** From then on it is refreshed in the background while it is still handed out. */
export function earlyFrom({ received_at, expires_at }: Times, { earlyMs }: RefreshLimits): number {
  const life = expires_at - received_at
  // A life of a few minutes has no five to spare.
  const lead = Math.min(Math.max(earlyMs, life / 5), life / 2)
  return expires_at - lead
}

/** As above, a little earlier by chance, so that tokens that were born together part. */
export function earlyWithJitter(times: Times, limits: RefreshLimits, chance: number): number {
  const from = earlyFrom(times, limits)
  return Math.floor(from - (times.expires_at - from) * JITTER * chance)
}

/** Whether it is time for a token that is in use, for one that `earlyWithJitter` could have meant. */
export function isEarly(times: Times, now: number, limits: RefreshLimits): boolean {
  return now >= earlyWithJitter(times, limits, 1)
}

/** When an idle account is refreshed to keep it alive: weekly, or halfway to the known end. */
export function keepAliveAt(
  now: number,
  refreshExpiresAt: number | null,
  { keepAliveMs }: RefreshLimits,
  chance: number,
): number {
  const most = refreshExpiresAt === null ? keepAliveMs : (refreshExpiresAt - now) / 2
  return Math.floor(now + Math.max(0, Math.min(keepAliveMs, most)) * (0.9 + 0.1 * chance))
}

/** Given by the provider, or modelled from what it is known to do; null: not known to end. */
export function refreshExpiry(
  now: number,
  givenS: number | null,
  provider: Pick<Provider, 'refreshToken'>,
  account: Pick<MailAccountRow, 'initialised_at'>,
): { at: number | null; given: boolean } {
  if (givenS !== null) return { at: now + givenS * SECOND, given: true }
  const { idleDays, absoluteDays } = provider.refreshToken
  const ends = [
    ...(idleDays === null ? [] : [now + idleDays * DAY]),
    ...(absoluteDays === null ? [] : [(account.initialised_at ?? now) + absoluteDays * DAY]),
  ]
  return { at: ends.length === 0 ? null : Math.min(...ends), given: false }
}

/** The pause after so many failures in a row: doubled each time, spread by chance. */
export function backOff(failures: number, firstMs: number, mostMs: number, chance: number): number {
  return Math.floor(Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20)) * (0.5 + chance))
}
