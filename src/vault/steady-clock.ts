/**
 * A clock that goes on as time does: it starts at the store's time, and no jump of a wall clock
 * moves it. Time that the machine slept counts.
 */
import { uptime } from 'node:os'
import { performance } from 'node:perf_hooks'
import { SECOND, type Clock } from '#base/clock.ts'

/** Monotonic milliseconds. `asleep`: what they missed while the machine was suspended. */
export type Ticks = { now(): number; asleep(): number }

/** uptime() has a resolution of 10 ms and more; less than this is no sleep. */
const LEAST_SLEEP_MS = 2 * SECOND
const offset = uptime() * SECOND - performance.now()

export const systemTicks: Ticks = {
  now: () => performance.now(),
  asleep: () => {
    const missed = uptime() * SECOND - performance.now() - offset
    return missed < LEAST_SLEEP_MS ? 0 : missed
  },
}

export class SteadyClock implements Clock {
  readonly #ticks: Ticks
  readonly #start: number
  #asleep: number
  constructor(storeNow: number, ticks: Ticks) {
    this.#ticks = ticks
    this.#start = storeNow - ticks.now() - ticks.asleep()
    this.#asleep = ticks.asleep()
  }

  /** Milliseconds since 1970, UTC, in the time of the store at the start. */
  now(): number {
    return Math.floor(this.#start + this.#asleep + this.#ticks.now())
  }

  /** Looks whether the machine slept; now() is on the way of every hand-out and only adds. */
  noticeSleep(): void {
    this.#asleep = this.#ticks.asleep()
  }
}
