/**
 * Inlet: where the bytes of a socket come in, and who takes them at the moment.
 *
 * Sockets that we open read into one buffer of the process, so that an idle one holds none; those
 * that were accepted, or that TLS was put over, have `data` events and no other way.
 */
import type { OnReadOpts, Socket } from 'node:net'

export type Take = (bytes: Buffer) => void

export type Inlet = {
  /** The bytes stand in a buffer that is written over as soon as `take` returns. */
  readonly lent: boolean
  /** Who takes them from now on; null: nobody, and nothing is lost. The caller pauses the socket. */
  to(take: Take | null): void
}

/** What the kernel hands over at once; TLS gives records of at most 16 KiB one by one. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Node reads what `data` gives into new blocks. V8 does not see how large they are until there are
 * 64 MiB of them, and then goes through its whole heap, which costs as much as all the rest of passing
 * them on. To collect what is young is enough, and takes less than a millisecond.
 */
const SWEPT_EVERY = 16 * 1024 * 1024
let unswept = 0

export function dataInlet(socket: Socket): Inlet {
  let taker: Take | null = null
  return {
    lent: false,
    to: (take) => {
      if (taker) socket.off('data', taker)
      taker = take && swept(take)
      if (taker) socket.on('data', taker)
    },
  }
}

const swept =
  (take: Take): Take =>
  (bytes) => {
    take(bytes)
    unswept += bytes.length
    if (unswept < SWEPT_EVERY) return
    unswept = 0
    // Where Node was started without it (`./passerelle` has it), V8 does as it likes.
    globalThis.gc?.({ type: 'minor' })
  }

/** `onread` is for the options of `connect`. */
export function lentInlet(): Inlet & { readonly onread: OnReadOpts } {
  // TLS calls with each record that it has, also after the socket was paused.
  let early: Buffer[] = []
  let taker: Take | null = null
  return {
    lent: true,
    to: (take) => {
      taker = take
      if (!take) return
      const waited = early
      early = []
      for (const bytes of waited) take(bytes)
    },
    onread: {
      buffer: SHARED,
      callback: (size, buffer) => {
        const bytes = (buffer as Buffer).subarray(0, size)
        if (taker) taker(bytes)
        else early.push(Buffer.from(bytes))
        return true
      },
    },
  }
}
