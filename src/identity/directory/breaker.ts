/**
 * The breaker of a server: one that did not answer is left alone for a while, so that nobody waits
 * for it again and again; then one tries.
 */
import { MINUTE, SECOND, type Clock } from '#base/clock.ts'

const FIRST_MS = 5 * SECOND
const LONGEST_MS = MINUTE

type Kept = { failures: number; closedUntil: number }

/** In memory: every node finds out by itself, and nothing is lost by a start. */
export class Breaker {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Of all that come when the time is over one goes ahead, and moves the time on for the others. */
  mayAsk(server: string): boolean {
    const kept = this.#kept.get(server)
    if (!kept) return true
    const now = this.#clock.now()
    // Further ahead than it could be: the clock was set back.
    if (kept.closedUntil > now && kept.closedUntil - now <= LONGEST_MS) return false
    kept.closedUntil = now + waitAfter(kept.failures)
    return true
  }

  works(server: string): void {
    this.#kept.delete(server)
  }

  failed(server: string): void {
    const failures = (this.#kept.get(server)?.failures ?? 0) + 1
    this.#kept.set(server, { failures, closedUntil: this.#clock.now() + waitAfter(failures) })
  }
}

const waitAfter = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
