/**
 * When tokens, secrets and certificates end, and when somebody is told of it.
 */
import { DAY } from '#base/clock.ts'

export type Ending = {
  readonly what: 'refresh_token' | 'client_secret' | 'certificate' | 'consent'
  /** Of the mail account, or of the application. */
  readonly id: string
  readonly identifier: string
  /** Milliseconds UTC. For `consent`: since when it is over. */
  readonly endsAt: number
  /** Since when it lives; null: not known. */
  readonly since: number | null
  /** Somebody said so; otherwise it is modelled. */
  readonly given: boolean
}

/** Days before the end on which it is told, the last first. */
export const TOLD_AHEAD = [1, 7, 14, 30] as const

/**
 * How many days ahead it is told now; null: it is not yet time, or too late. Nobody hears "in 30
 * days" of what was made for less.
 */
export function toldNow({ endsAt, since }: Ending, now: number): number | null {
  if (endsAt <= now) return null
  const days = TOLD_AHEAD.find((one) => endsAt - now <= one * DAY)
  if (days === undefined) return null
  return since !== null && endsAt - since <= days * DAY ? null : days
}
