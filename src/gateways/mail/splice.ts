/**
 * Splice: the sockets of a client and of a provider's server become one pipe, and nothing that
 * passes is read as mail.
 *
 * What either had sent before goes first. An end on one side is an end on the other, when what was
 * queued has been written; each direction ends for itself.
 */
import type { Socket } from 'node:net'
import type { HandedOver } from './conversation.ts'
import { Lane, type Tap } from './lane.ts'
import { SPLICE_LIMITS } from './limits.ts'

export type { Tap } from './lane.ts'

export type SpliceOptions = {
  /** Said to the client when we end the connection: a line with its CRLF. */
  readonly farewell?: string
  /** Sees what the provider's server sends; when it fails, we end the connection. */
  readonly tap?: Tap | undefined
  /** Both sides are closed. Said once, never before the constructor has returned. */
  readonly ended?: () => void
  /** Instead of the one of SPLICE_LIMITS. */
  readonly stillMs?: number
}

/** Both sockets have to be `allowHalfOpen`, or what comes after an end is lost. */
export class Splice {
  readonly #client: Socket
  readonly #server: Socket
  readonly #up: Lane
  readonly #down: Lane
  readonly #farewell: string | undefined
  readonly #ended: (() => void) | undefined
  readonly #stillMs: number
  #open = 2
  #closing = false
  #timer: NodeJS.Timeout | null = null

  constructor(
    client: HandedOver,
    server: HandedOver,
    { farewell, tap, ended, stillMs = SPLICE_LIMITS.stillMs }: SpliceOptions = {},
  ) {
    this.#client = client.socket
    this.#server = server.socket
    this.#farewell = farewell
    this.#ended = ended
    this.#stillMs = stillMs
    this.#up = new Lane(this.#client, this.#server)
    this.#down = new Lane(
      this.#server,
      this.#client,
      tap && { look: tap, failed: () => this.close() },
    )
    this.#join(client, this.#up)
    this.#join(server, this.#down)
  }

  /** Bytes that the client has sent since the sign-in. */
  get fromClient(): number {
    return this.#up.bytes
  }

  /** Bytes that the provider's server has sent since the sign-in. */
  get fromServer(): number {
    return this.#down.bytes
  }

  /**
   * Nothing passes any more, and both sides are over within `closeMs`. The farewell is said where
   * the client has been told whole lines.
   */
  close(farewell = this.#farewell): void {
    if (this.#closing) return
    if (this.#open < 2) return this.#cut()
    this.#closing = true
    const says = farewell !== undefined && this.#down.atBoundary && this.#client.writable
    this.#up.stop()
    this.#down.stop()
    if (says) this.#client.write(farewell)
    this.#client.end()
    this.#server.destroySoon()
    this.#cutIn(SPLICE_LIMITS.closeMs)
  }

  #join({ socket, rest, inlet }: HandedOver, lane: Lane): void {
    socket.on('end', () => this.#halfClosed(lane))
    socket.on('close', () => this.#closed(socket))
    if (rest.length > 0) lane.take(rest)
    inlet.to(lane.take)
    socket.resume()
    if (socket.readableEnded) this.#halfClosed(lane)
    if (socket.closed) queueMicrotask(() => this.#closed(socket))
  }

  #halfClosed(lane: Lane): void {
    lane.end()
    this.#cutWhenStill()
  }

  /** What the closed side had sent still reaches the other. */
  #closed(socket: Socket): void {
    this.#open--
    if (this.#open === 0) {
      this.#cutIn(null)
      this.#ended?.()
      return
    }
    if (this.#closing) return
    const clientIsGone = socket === this.#client
    const [left, lane] = clientIsGone ? [this.#server, this.#up] : [this.#client, this.#down]
    ;(clientIsGone ? this.#down : this.#up).stop()
    lane.end()
    this.#cutWhenStill()
    const leave = (): void => {
      if (clientIsGone) this.#server.destroy()
      else this.#cutIn(SPLICE_LIMITS.lingerMs)
    }
    // Not destroySoon: that would end it before what is queued here has been written.
    if (left.writableFinished) leave()
    else left.once('finish', leave)
  }

  /** One side has ended; it may be that the other never does. */
  #cutWhenStill(): void {
    if (this.#timer) return
    const before = this.#up.moved + this.#down.moved
    this.#timer = setTimeout(() => {
      if (this.#up.moved + this.#down.moved === before) return this.#cut()
      this.#timer = null
      this.#cutWhenStill()
    }, this.#stillMs)
  }

  #cutIn(ms: number | null): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = ms === null ? null : setTimeout(this.#cut, ms)
  }

  readonly #cut = (): void => {
    this.#client.destroy()
    this.#server.destroy()
  }
}
