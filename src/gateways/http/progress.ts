/**
 * Progress: requests that stand still because of their client are cut off.
 *
 * A slow link is served for as long as it takes; one byte now and then is not a link. Time in which
 * the server works, or waits for its disk, does not count.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpLimits } from './limits.ts'

type Watched = {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly socket: Socket
  moved: number
  looks: number
}

/** Looks in one window; a request that becomes the client's turn is given at least a whole one. */
const LOOKS = 2

export class Progress implements Disposable {
  readonly #limits: Pick<HttpLimits, 'progressMs' | 'progressBytes'>
  readonly #watched = new Set<Watched>()
  readonly #timer: NodeJS.Timeout

  constructor(limits: Pick<HttpLimits, 'progressMs' | 'progressBytes'>) {
    this.#limits = limits
    this.#timer = setInterval(() => this.#look(), limits.progressMs / LOOKS)
    this.#timer.unref()
  }

  watch(req: IncomingMessage, res: ServerResponse): void {
    const watched = { req, res, socket: req.socket, moved: bytesMoved(req.socket), looks: 0 }
    this.#watched.add(watched)
    res.once('close', () => this.#watched.delete(watched))
  }

  /** Requests that are running. */
  get running(): number {
    return this.#watched.size
  }

  #look(): void {
    for (const one of this.#watched) {
      const moved = bytesMoved(one.socket)
      if (!isClientsTurn(one) || moved - one.moved >= this.#limits.progressBytes) {
        one.moved = moved
        one.looks = 0
      } else if (++one.looks > LOOKS) one.socket.destroy()
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

/** What has arrived, and what has left for the network; not what waits to leave. */
const bytesMoved = (socket: Socket): number =>
  socket.bytesRead + socket.bytesWritten - socket.writableLength

const isClientsTurn = ({ req, res, socket }: Watched): boolean =>
  (!req.complete && !req.isPaused() && req.readableFlowing === true) ||
  res.writableLength > 0 ||
  socket.writableLength > 0
