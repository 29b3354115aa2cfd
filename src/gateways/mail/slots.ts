/**
 * Slots: so many connections of one mailbox at once as its provider takes. The others wait in line,
 * for a bounded time.
 *
 * Who holds the fewest goes first, and between equals who came first: a program with ten connections
 * does not keep the telephone waiting.
 */

/** How many wait for one mailbox, and how long. */
export type SlotLimits = {
  readonly maxWaiting: number
  readonly waitMs: number
}

export type Wanted = {
  /** At once, of one key. */
  readonly most: number
  /** Whose connection it is: the application password. */
  readonly asker: string
  readonly signal: AbortSignal
}

/** Dispose a slot when the connection has ended. `busy`: no room in the line, or none in time. */
export type Taken =
  | { readonly got: 'granted'; readonly slot: Disposable }
  | { readonly got: 'busy' }

/** @returns what keeps it from happening */
export type Later = (ms: number, act: () => void) => () => void

type Waiting = { readonly asker: string; readonly go: (granted: boolean) => void }
type Line = { readonly holders: string[]; waiting: Waiting[] }

const byTimer: Later = (ms, act) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

export class MailboxSlots {
  readonly #limits: SlotLimits
  readonly #later: Later
  readonly #lines = new Map<string, Line>()

  constructor(limits: SlotLimits, later: Later = byTimer) {
    this.#limits = limits
    this.#later = later
  }

  /** Mailboxes that somebody has a connection to. */
  get size(): number {
    return this.#lines.size
  }

  /** @param key mailbox and family of protocols */
  async take(key: string, { most, asker, signal }: Wanted): Promise<Taken> {
    if (signal.aborted || most < 1) return { got: 'busy' }
    const line = this.#lines.getOrInsertComputed(key, () => ({ holders: [], waiting: [] }))
    if (line.holders.length < most) line.holders.push(asker)
    else if (!this.#hasRoom(line, asker) || !(await this.#wait(line, asker, signal)))
      return { got: 'busy' }
    let held = true
    const give = (): void => {
      if (held) this.#giveBack(key, line, asker)
      held = false
    }
    return { got: 'granted', slot: { [Symbol.dispose]: give } }
  }

  /** In a full line the last of those who are most makes room for who is fewer. */
  #hasRoom({ waiting }: Line, asker: string): boolean {
    if (waiting.length < this.#limits.maxWaiting) return true
    const count = (who: string): number => waiting.filter((one) => one.asker === who).length
    const last = waiting.findLast((one) => count(one.asker) > count(asker) + 1)
    last?.go(false)
    return last !== undefined
  }

  async #wait(line: Line, asker: string, signal: AbortSignal): Promise<boolean> {
    return await new Promise((resolve) => {
      const leave = (): void => waiting.go(false)
      const stay = this.#later(this.#limits.waitMs, leave)
      const waiting: Waiting = {
        asker,
        go: (granted) => {
          stay()
          signal.removeEventListener('abort', leave)
          line.waiting = line.waiting.filter((one) => one !== waiting)
          resolve(granted)
        },
      }
      signal.addEventListener('abort', leave)
      line.waiting.push(waiting)
    })
  }

  #giveBack(key: string, line: Line, asker: string): void {
    line.holders.splice(line.holders.indexOf(asker), 1)
    const holds = (who: string): number => line.holders.filter((one) => one === who).length
    const [next] = line.waiting.toSorted((a, b) => holds(a.asker) - holds(b.asker))
    if (next) line.holders.push(next.asker)
    else if (line.holders.length === 0) this.#lines.delete(key)
    next?.go(true)
  }
}
