/**
 * A stream of bytes from a directory → whole messages, each checked and bounded.
 */
import { elementAt } from './ber.ts'
import { isAnswer } from './answer.ts'

/** An entry with some thousand groups has a few hundred KiB. */
export const MAX_MESSAGE = 4 * 1024 * 1024

/** Every message begins with it. */
const SEQUENCE = 0x30

export type Broken = 'malformed' | 'too_large'

export class LdapAnswers {
  #chunks: Buffer[] = []
  #bytes = 0
  /** So many bytes there must be before it is worth looking again. */
  #needed = 2
  #broken: Broken | null = null

  /** Bytes that are there and make no whole message yet. */
  get pending(): number {
    return this.#bytes
  }

  /** @returns the messages that became whole, or why no more can be read; that stays so */
  take(chunk: Buffer): readonly Buffer[] | Broken {
    if (this.#broken) return this.#broken
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    const whole: Buffer[] = []
    while (this.#bytes >= this.#needed) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
      this.#chunks = [all]
      const element = elementAt(all, 0, all.length)
      if (element === 'malformed' || (element && element.tag !== SEQUENCE))
        return (this.#broken = 'malformed')
      if (element === null) {
        this.#needed = all.length + 1
        break
      }
      if (element.to > MAX_MESSAGE) return (this.#broken = 'too_large')
      this.#needed = element.to
      if (all.length < element.to) break
      const message = all.subarray(0, element.to)
      if (!isAnswer(message)) return (this.#broken = 'malformed')
      whole.push(message)
      this.#chunks = [all.subarray(element.to)]
      this.#bytes -= element.to
      this.#needed = 2
    }
    return whole
  }
}
