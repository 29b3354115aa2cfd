/**
 * Two ends of a connection without a kernel between them: nothing arrives before it is taken, so
 * that every order of events can be tried. `lent` gives bytes as `onread` does, at its worst.
 */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { HandedOver } from '#gateways/mail/conversation.ts'
import type { Inlet, Take } from '#gateways/mail/inlet.ts'

/** What TLS gives at once. */
const RECORD = 16 * 1024

/** @returns our end, as a splice takes it, and the peer's */
export function memorySockets(lent: boolean, rest: Buffer): [HandedOver, Socket] {
  const [ours, peers] = [new End(), new End()]
  ours.other = peers
  peers.other = ours
  const [socket, peer] = [asSocket(ours), asSocket(peers)]
  return [{ socket, rest, inlet: lent ? lentFrom(socket) : byData(socket) }, peer]
}

/** Of a socket, a splice uses what a stream has, and `destroySoon`. */
const asSocket = (end: unknown): Socket => end as Socket

class End extends Duplex {
  other: End | null = null
  #coming: (() => void) | null = null
  #wants = false

  constructor() {
    super({ allowHalfOpen: true })
    this.on('error', () => {})
  }

  /** The bytes are looked at late: whoever uses them again before it is told shows. */
  override _write(bytes: Buffer, _: string, written: () => void): void {
    const { other } = this
    if (!other) return
    other.#coming = () => {
      other.push(Buffer.from(bytes))
      written()
    }
    other.#deliver()
  }

  override _read(): void {
    this.#wants = true
    this.#deliver()
  }

  #deliver(): void {
    if (!this.#wants || !this.#coming) return
    process.nextTick(this.#coming)
    this.#coming = null
    this.#wants = false
  }

  override _final(done: () => void): void {
    this.other?.push(null)
    done()
  }

  override _destroy(cause: Error | null, done: (cause: Error | null) => void): void {
    const whole = this.writableFinished && this.readableEnded
    if (!whole) process.nextTick(() => this.other?.destroy(new Error('It was cut.')))
    done(cause)
  }

  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }
}

const byData = (socket: Socket): Inlet => ({
  lent: false,
  to: (take) => {
    if (take) socket.on('data', take)
  },
})

/** Goes on calling after a pause, and writes over what it lent as soon as it has it back. */
function lentFrom(socket: Socket): Inlet {
  const buffer = Buffer.alloc(RECORD)
  const lend = (take: Take) => (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += RECORD) {
      const size = bytes.copy(buffer, 0, at)
      take(buffer.subarray(0, size))
      buffer.fill(0xee)
    }
  }
  return {
    lent: true,
    to: (take) => {
      if (take) socket.on('data', lend(take))
    },
  }
}
