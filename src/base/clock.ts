/**
 * Time and chance as parameters, so that tests own both.
 */
import { randomBytes } from 'node:crypto'

/** Milliseconds since 1970, UTC. */
export type Clock = { now(): number }
export type Entropy = (bytes: number) => Buffer

export const systemClock: Clock = { now: () => Date.now() }
export const systemEntropy: Entropy = (bytes) => randomBytes(bytes)

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Clocks of nodes may differ by so much; what is further ahead was written by a wrong clock. */
export const SKEW = 5 * MINUTE

/** A clock that stands still until a test moves it. `at` is an ISO 8601 time. */
export function fixedClock(at: string): Clock & { advance(ms: number): void } {
  let now = Date.parse(at)
  return { now: () => now, advance: (ms) => void (now += ms) }
}
