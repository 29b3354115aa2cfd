/**
 * Bytes that say where they belong: each four are a number of their own for 16 GiB. A byte that is
 * lost, doubled, swapped or of another connection shows at its first position.
 */

/** Odd, so that no two positions have the same number. */
const SPREAD = 2_654_435_761

/** @param salt another one for each direction and connection */
export function patternAt(position: number, length: number, salt = 0): Buffer {
  const first = Math.floor(position / 4)
  const words = new Uint32Array(Math.ceil((position + length) / 4) - first)
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(first + i, SPREAD) ^ salt
  return Buffer.from(words.buffer, position - first * 4, length)
}

/** Compares all that comes with what has to come. */
export class PatternCheck {
  readonly #salt: number
  position = 0
  /** The first position that was wrong. */
  wrongAt: number | null = null

  constructor(salt = 0) {
    this.#salt = salt
  }

  see(bytes: Buffer): void {
    const expected = patternAt(this.position, bytes.length, this.#salt)
    if (this.wrongAt === null && !expected.equals(bytes))
      this.wrongAt = this.position + bytes.findIndex((byte, at) => byte !== expected[at])
    this.position += bytes.length
  }
}

/** Reproducible chance (xorshift32): whole numbers below `below`. */
export function seeded(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}
