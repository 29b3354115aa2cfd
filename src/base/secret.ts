/**
 * A value that must not reach a log, a URL, a JSON body, or `===`.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

const hidden = (): string => '[secret]'

export class Secret {
  readonly #bytes: Buffer
  readonly toString = hidden
  readonly toJSON = hidden
  readonly [inspect.custom] = hidden
  // reveal() and revealBytes() are the only ways out: grep for them and you have read every use of
  // a secret. equals() is the only comparison, and it takes the same time whatever the values are.
  constructor(value: string | Uint8Array) {
    this.#bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)
  }
  reveal(): string {
    return this.#bytes.toString('utf8')
  }
  revealBytes(): Buffer {
    return this.#bytes
  }
  /** Both sides are hashed first, so that even the length takes no part in the time. */
  equals(other: Secret): boolean {
    return timingSafeEqual(digest(this.#bytes), digest(other.#bytes))
  }
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
