/**
 * Conversation: a socket that is spoken to in lines, before it becomes one side of a splice.
 *
 * What it holds is bounded, and a peer that sends without being read is paused. It is used towards
 * the client and towards the provider's server.
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { dataInlet, type Inlet } from './inlet.ts'

export type Line =
  /** Without its CRLF. */
  | { readonly read: 'line'; readonly bytes: Buffer }
  /** Longer than asked for. What is left of it is passed over when the next one is read. */
  | { readonly read: 'too_long' }
  /** A CR or an LF that stands alone, or a NUL. */
  | { readonly read: 'bare' }
  /** The peer has ended its side, or the connection is over. */
  | { readonly read: 'end' }

/** A socket without listeners, paused. */
export type HandedOver = {
  readonly socket: Socket
  /** What came in and was not read. */
  readonly rest: Buffer
  /** Where the next bytes come in. */
  readonly inlet: Inlet
}

/** Bytes that may come before anybody asks: a login with what a client sends right after it. */
const READ_AHEAD = 8 * 1024
const [NUL, LF, CR] = [0, 10, 13]
const NOTHING = Buffer.alloc(0)

export class Conversation {
  #socket: Socket
  #inlet: Inlet
  #held: Buffer = NOTHING
  /** Bytes of `#held` in which there is no LF. */
  #seen = 0
  #passingOver = false
  #ended = false
  #wake: (() => void) | null = null

  constructor(socket: Socket, inlet: Inlet = dataInlet(socket)) {
    this.#socket = socket
    this.#inlet = inlet
    this.#attach()
  }

  /** Bytes that have been received and not been read. */
  get pipelined(): number {
    return this.#held.length + this.#socket.readableLength
  }

  /** @param max bytes of a line, without its CRLF */
  async line(max: number): Promise<Line> {
    for (;;) {
      const line = this.#nextLine(max)
      if (line) return line
      if (this.#ended) return { read: 'end' }
      await this.#more()
    }
  }

  /** Exactly so many; null: the peer ended before. */
  async bytes(count: number): Promise<Buffer | null> {
    while (this.#held.length < count) {
      if (this.#ended) return null
      await this.#more()
    }
    return this.#take(count)
  }

  /** To a peer that has gone: nothing happens. */
  write(text: string | Buffer): void {
    if (this.#socket.writable) this.#socket.write(text)
  }

  /** Nothing is written after this; the peer may still send. */
  end(lastWord?: string): void {
    if (!this.#socket.writable) return
    if (lastWord === undefined) this.#socket.end()
    else this.#socket.end(lastWord)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /**
   * TLS over this connection; the caller has said that it begins. Whatever came in the clear before
   * ends the connection: it could be meant to be taken for what came under TLS (CVE-2011-0411,
   * CVE-2021-38371). What comes from here on is a handshake, or fails as one.
   * @param wrap resolves when the handshake is done
   * @returns false: the connection is over
   */
  async startTls(wrap: (plain: Socket) => Promise<TLSSocket>): Promise<boolean> {
    const plain = this.#socket
    const early = this.pipelined > 0
    this.#detach()
    if (early || this.#ended) return this.#refuse()
    await new Promise((done) => plain.write('', done))
    try {
      this.#socket = await wrap(plain)
    } catch {
      return this.#refuse()
    }
    this.#inlet = dataInlet(this.#socket)
    this.#attach()
    return true
  }

  /** For the splice. The conversation is over, and nothing of it is held on to. */
  handOver(): HandedOver {
    this.#detach()
    return { socket: this.#socket, rest: this.#take(this.#held.length), inlet: this.#inlet }
  }

  /** What came early is not read by anybody. */
  #refuse(): false {
    this.#socket.destroy()
    this.#held = NOTHING
    this.#ended = true
    return false
  }

  #nextLine(max: number): Line | null {
    const end = this.#held.indexOf(LF, this.#seen)
    if (end < 0) {
      this.#seen = this.#held.length
      const tooLong = !this.#passingOver && this.#held.length > max + 1
      if (!tooLong && !this.#passingOver) return null
      this.#passingOver = true
      this.#take(this.#held.length)
      return tooLong ? { read: 'too_long' } : null
    }
    const bytes = this.#take(end + 1).subarray(0, -1)
    if (this.#passingOver) {
      this.#passingOver = false
      return this.#nextLine(max)
    }
    if (bytes.length > max + 1) return { read: 'too_long' }
    const proper = bytes.indexOf(CR) === bytes.length - 1 && !bytes.includes(NUL)
    return proper && bytes.length > 0
      ? { read: 'line', bytes: bytes.subarray(0, -1) }
      : { read: 'bare' }
  }

  #take(count: number): Buffer {
    const taken = this.#held.subarray(0, count)
    this.#held = count === this.#held.length ? NOTHING : this.#held.subarray(count)
    this.#seen = 0
    return taken
  }

  /** Until there may be more to read. Who does not take our answers is not heard. */
  async #more(): Promise<void> {
    const socket = this.#socket
    if (socket.writableNeedDrain && !socket.destroyed)
      return await new Promise((done) => void socket.once('drain', done).once('close', done))
    await new Promise<void>((wake) => {
      this.#wake = wake
      socket.resume()
    })
    this.#wake = null
  }

  readonly #receive = (bytes: Buffer): void => {
    if (this.#held.length > 0) this.#held = Buffer.concat([this.#held, bytes])
    else this.#held = this.#inlet.lent ? Buffer.from(bytes) : bytes
    if (!this.#wake && this.#held.length >= READ_AHEAD) this.#socket.pause()
    this.#wake?.()
  }

  readonly #end = (): void => {
    this.#ended = true
    this.#wake?.()
  }

  #attach(): void {
    // Stays for as long as the socket: an error between two owners must not end the process.
    this.#socket.on('error', quiet)
    this.#socket.on('end', this.#end)
    this.#socket.on('close', this.#end)
    this.#inlet.to(this.#receive)
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#end()
  }

  #detach(): void {
    this.#socket.pause()
    this.#inlet.to(null)
    this.#socket.off('end', this.#end)
    this.#socket.off('close', this.#end)
  }
}

const quiet = (): void => {}
