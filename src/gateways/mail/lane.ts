/**
 * Lane: one direction of a splice. What one socket sends is gathered while it arrives, and written
 * to the other in pieces of at most 64 KiB, one at a time.
 *
 * TLS delivers records of 16 KiB. To gather four of them costs less than three more writes, and a
 * socket that never has more than one piece queued keeps little memory when it is idle again.
 */
import type { Socket } from 'node:net'

/**
 * Looks at what the provider's server sent, before it is passed on. A promise holds it back, with
 * all that comes after it, until it has resolved. When it is rejected nothing passes any more.
 */
export type Tap = (bytes: Buffer) => Promise<void> | undefined
type Tapped = { readonly look: Tap; readonly failed: () => void }

const PIECE = 64 * 1024
const LF = 10
/** Pieces that have been written, for the next ones: a busy process allocates nothing. */
const SPARE: Buffer[] = []
const MAX_SPARE = 32

/** Lanes with something to write at the end of this turn of the event loop. */
let due: Lane[] = []
const writeDue = (): void => {
  const lanes = due
  due = []
  for (const lane of lanes) lane.write()
}

export class Lane {
  /** Bytes that came in. */
  bytes = 0
  #passed = 0
  readonly #from: Socket
  readonly #to: Socket
  readonly #tap: Tapped | undefined
  /** What the tap has not let pass. */
  #held: Buffer[] = []
  #holding = false
  #piece: Buffer | null = null
  #filled = 0
  /** Full pieces: what still came in after the source was paused. */
  readonly #full: Buffer[] = []
  #writing: Buffer | null = null
  #due = false
  #paused = false
  #lineEnded = true
  #state: 'open' | 'ending' | 'over' = 'open'

  constructor(from: Socket, to: Socket, tap?: Tapped) {
    this.#from = from
    this.#to = to
    this.#tap = tap
  }

  /** The last byte that was passed on ended a line, and no other is waiting to be. */
  get atBoundary(): boolean {
    return this.#lineEnded && this.#filled === 0 && this.#full.length === 0
  }

  /** Changes with every byte that comes in, and with every piece that has gone out. */
  get moved(): number {
    return this.bytes + this.#passed
  }

  /** The bytes are copied before it returns. */
  readonly take = (bytes: Buffer): void => {
    if (this.#state !== 'open') return
    this.bytes += bytes.length
    if (!this.#tap) return this.#gather(bytes)
    this.#held.push(Buffer.from(bytes))
    this.#pass(this.#tap)
  }

  /** Nothing more comes in. What is here is written, and then the end is passed on. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.write()
  }

  /** Nothing more is passed on; what comes in is read and dropped. */
  stop(): void {
    this.#state = 'over'
    this.#held = []
    this.#full.length = 0
    this.#piece = null
    this.#filled = 0
    this.#resume()
  }

  /** One piece, unless one is on its way. */
  write(): void {
    this.#due = false
    if (this.#writing || this.#state === 'over') return
    const bytes = this.#full.shift() ?? this.#cutPiece()
    if (bytes) {
      this.#writing = bytes
      this.#lineEnded = bytes[bytes.length - 1] === LF
      this.#to.write(bytes, this.#written)
    } else if (this.#state === 'ending' && this.#held.length === 0) {
      this.#state = 'over'
      this.#to.end()
    }
  }

  /** Until then the socket may read the bytes; after an error nobody knows. */
  readonly #written = (error?: Error | null): void => {
    const written = this.#writing
    this.#writing = null
    if (error || !written) return
    this.#passed += written.length
    if (SPARE.length < MAX_SPARE) SPARE.push(Buffer.from(written.buffer))
    this.write()
    if (this.#full.length === 0 && !this.#holding) this.#resume()
  }

  #gather(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      this.#piece ??= SPARE.pop() ?? Buffer.allocUnsafeSlow(PIECE)
      const copied = bytes.copy(this.#piece, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled === PIECE) this.#fullPiece(this.#piece)
    }
    if (this.#filled === 0 || this.#writing || this.#due) return
    this.#due = true
    if (due.push(this) === 1) setImmediate(writeDue)
  }

  #fullPiece(piece: Buffer): void {
    this.#full.push(piece)
    this.#piece = null
    this.#filled = 0
    if (this.#writing) this.#pause()
    else this.write()
  }

  #cutPiece(): Buffer | null {
    const bytes = this.#piece?.subarray(0, this.#filled) ?? null
    this.#piece = null
    this.#filled = 0
    return bytes
  }

  #pass(tap: Tapped): void {
    while (!this.#holding) {
      const [bytes] = this.#held
      if (!bytes) return
      const until = tap.look(bytes)
      if (until) return this.#holdBack(tap, until)
      this.#held.shift()
      this.#gather(bytes)
    }
  }

  #holdBack(tap: Tapped, until: Promise<void>): void {
    this.#holding = true
    this.#pause()
    until.then(
      () => {
        this.#holding = false
        const bytes = this.#held.shift()
        if (bytes) this.#gather(bytes)
        this.#pass(tap)
        if (!this.#holding) this.#resume()
        this.write()
      },
      () => tap.failed(),
    )
  }

  #pause(): void {
    if (!this.#paused) this.#from.pause()
    this.#paused = true
  }

  #resume(): void {
    if (this.#paused) this.#from.resume()
    this.#paused = false
  }
}
