/**
 * Work that comes round: each piece at its own pace, one at a time, on every node.
 */
import type { Log } from '#base/log.ts'

/** `run` is safe to run on several nodes at once, and again after it failed. */
export type Round = { readonly name: string; readonly everyMs: number; run(): Promise<unknown> }

export class Rounds implements AsyncDisposable {
  readonly #timers: NodeJS.Timeout[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #log: Log

  /** Each runs once at start, then at its pace; one that still runs is not started again. */
  constructor(rounds: readonly Round[], log: Log) {
    this.#log = log
    for (const round of rounds) {
      let current: Promise<void> | null = null
      const turn = (): void => {
        if (current) return
        current = this.#once(round).finally(() => (current = null))
      }
      this.#timers.push(setInterval(turn, round.everyMs).unref())
      turn()
    }
  }

  async #once(round: Round): Promise<void> {
    const work = round
      .run()
      .then(() => {})
      .catch((cause: unknown) => this.#log.error('round.failed', { round: round.name, cause }))
    this.#running.add(work)
    await work
    this.#running.delete(work)
  }

  /** What runs is waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all(this.#running)
  }
}
