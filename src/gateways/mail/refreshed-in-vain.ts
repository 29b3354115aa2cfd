/**
 * Mailboxes whose server refused a token that had just been refreshed: another refresh would change
 * nothing, however often a client tries.
 */
import { MINUTE, type Clock } from '#base/clock.ts'

/** A server that was mended is noticed by the next sign-in anyhow, which needs no refresh. */
const LASTS_MS = 5 * MINUTE
const MOST = 10_000

export class RefreshedInVain {
  readonly #clock: Clock
  readonly #at = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param key account and protocol */
  has(key: string): boolean {
    const age = this.#clock.now() - (this.#at.get(key) ?? -Infinity)
    return age >= 0 && age < LASTS_MS
  }

  add(key: string): void {
    if (this.#at.size >= MOST) this.#at.clear() // costs one refresh each
    this.#at.set(key, this.#clock.now())
  }

  delete(key: string): void {
    this.#at.delete(key)
  }
}
