/**
 * The messages that a provider takes from one mailbox in a minute, counted over all connections of
 * this node. A message begins when the provider's server says 354: that answer is held back until
 * the message has its turn. Nobody overtakes, and nobody waits without end.
 */
import { setTimeout as after } from 'node:timers/promises'
import { MINUTE, type Clock } from '#base/clock.ts'
import { QUEUE_LIMITS } from '../mail/limits.ts'
import type { SplicedMailbox } from '../mail/mailbox.ts'
import type { Tap } from '../mail/lane.ts'
import { dataReplies } from './data-replies.ts'

type Needs = {
  readonly clock: Clock
  /** Whoever would wait longer gets no turn. */
  readonly maxWaitMs?: number
  readonly wait?: (ms: number) => Promise<void>
}

export class MessageRate {
  readonly #clock: Clock
  readonly #maxWaitMs: number
  readonly #wait: (ms: number) => Promise<void>
  /** When messages of a mailbox went on, or will; the oldest first. */
  readonly #turns = new Map<string, number[]>()

  constructor({ clock, maxWaitMs = QUEUE_LIMITS.messageWaitMs, wait = quietly }: Needs) {
    this.#clock = clock
    this.#maxWaitMs = maxWaitMs
    this.#wait = wait
  }

  /** For one connection: rejects when the connection has to end. */
  readonly tap = ({ id, limits: { messagesPerMinute } }: SplicedMailbox): Tap | undefined => {
    if (messagesPerMinute === null) return undefined
    const count = dataReplies()
    return (bytes) => {
      let wait: number | null = 0
      for (let left = count(bytes); left > 0 && wait !== null; left--)
        wait = this.turn(id, messagesPerMinute)
      if (wait === 0) return undefined
      return wait === null
        ? Promise.reject(new Error('Too many messages of one mailbox wait.'))
        : this.#wait(wait)
    }
  }

  /** @returns milliseconds until the turn that is taken by this; null: too many wait already */
  turn(mailbox: string, perMinute: number): number | null {
    const now = this.#clock.now()
    // A turn further ahead than anybody waits was taken before the clock was set back.
    const turns = (this.#turns.get(mailbox) ?? []).filter(
      (at) => at > now - MINUTE && at <= now + this.#maxWaitMs,
    )
    this.#turns.set(mailbox, turns)
    const full = turns.at(-perMinute)
    const at = full === undefined ? now : Math.max(now, full + MINUTE)
    if (at - now > this.#maxWaitMs) return null
    turns.push(at)
    return at - now
  }
}

/** Nothing stays alive for it: who waits may go. */
const quietly = async (ms: number): Promise<void> => await after(ms, undefined, { ref: false })
