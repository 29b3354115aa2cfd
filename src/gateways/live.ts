/**
 * Live connections: what is open for an application password, so that its end ends them too.
 *
 * Every node asks the store once a second which of the passwords in use here have died, however
 * they did: deleted, expired, their owner disabled, on this node or another.
 */
import { SECOND } from '#base/clock.ts'
import type { Log } from '#base/log.ts'

/** One request or connection. `close` cuts it at once. */
export type LiveConnection = {
  readonly appPasswordId: string
  readonly userId: string
  readonly gateway: string
  readonly ip: string
  readonly client: string
  readonly close: () => void
}

type Needs = {
  /** Which of these application passwords are no longer valid. */
  readonly dead: (ids: readonly string[]) => Promise<readonly string[]>
  readonly log: Log
  /** Milliseconds between two questions; the store is asked only while something is open. */
  readonly everyMs?: number
}

export class LiveConnections implements Disposable {
  readonly #needs: Needs
  readonly #open = new Set<LiveConnection>()
  #timer: NodeJS.Timeout | null = null

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Dispose what is returned when the connection has ended by itself. */
  open(connection: LiveConnection): Disposable {
    this.#open.add(connection)
    this.#timer ??= this.#start()
    return { [Symbol.dispose]: () => void this.#open.delete(connection) }
  }

  /** How many are open; of one person, when a person is named. */
  count(userId?: string): number {
    if (userId === undefined) return this.#open.size
    return [...this.#open].filter((one) => one.userId === userId).length
  }

  /** Cuts everything that is open for a password that is not valid any more. */
  async check(): Promise<void> {
    const ids = [...new Set([...this.#open].map((one) => one.appPasswordId))]
    if (ids.length === 0) return
    const dead = new Set(await this.#needs.dead(ids))
    for (const one of this.#open) {
      if (!dead.has(one.appPasswordId)) continue
      this.#open.delete(one)
      const { appPasswordId, userId, gateway, ip, client } = one
      this.#needs.log.info('gateway.cut', { appPasswordId, userId, gateway, ip, client })
      one.close()
    }
  }

  #start(): NodeJS.Timeout {
    let asking = false
    const timer = setInterval(() => {
      if (this.#open.size === 0) return this.#stop()
      if (asking) return
      asking = true
      this.check()
        .catch((cause: unknown) => this.#needs.log.warn('gateway.cut_not_checked', { cause }))
        .finally(() => (asking = false))
    }, this.#needs.everyMs ?? SECOND)
    return timer.unref()
  }

  #stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  [Symbol.dispose](): void {
    this.#stop()
    for (const one of this.#open) one.close()
    this.#open.clear()
  }
}
