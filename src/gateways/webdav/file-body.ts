/**
 * A part of a file onto the wire: two buffers, one is read while the other is sent.
 */
import { read, readSync } from 'node:fs'
import type { ServerResponse } from 'node:http'

const BUFFER = 256 * 1024
/** TLS keeps a copy of what is queued in memory that is never given back. */
const TLS_BUFFER = 64 * 1024
/** Up to here a file is read in one go. */
export const SMALL_FILE = 64 * 1024

/** Pairs that are not in use; a busy server reuses them, an idle one keeps a few. */
const spare: [Buffer, Buffer][] = []
const MAX_SPARE = 8

/** `length` bytes from `start`, or fewer when the file has become shorter. */
export function readSmall(fd: number, start: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const bytes = readSync(fd, buffer, filled, length - filled, start + filled)
    if (bytes === 0) break
    filled += bytes
  }
  return buffer.subarray(0, filled)
}

/**
 * Writes `length` bytes of the file from `start`. Never more than one buffer is queued.
 * @throws the file system's error, or Error when client or file ended early: the answer is broken off
 */
export async function sendPart(
  res: ServerResponse,
  fd: number,
  { start, length, tls }: { start: number; length: number; tls: boolean },
): Promise<void> {
  const pair = spare.pop() ?? [Buffer.allocUnsafeSlow(BUFFER), Buffer.allocUnsafeSlow(BUFFER)]
  const size = tls ? TLS_BUFFER : BUFFER
  try {
    let at = start
    const end = start + length
    let turn = 0
    let filled = await fill(fd, pair[0], Math.min(size, end - at), at)
    while (at < end) {
      if (filled === 0) throw new Error('The file became shorter while it was sent.')
      at += filled
      const sent = write(res, pair[turn === 0 ? 0 : 1].subarray(0, filled))
      turn ^= 1
      const next = at < end ? fill(fd, pair[turn === 0 ? 0 : 1], Math.min(size, end - at), at) : 0
      // Both are waited for whatever happens: a buffer that is still in use must not be given back.
      const [read, written] = await Promise.allSettled([next, sent])
      if (written.status === 'rejected') throw written.reason
      if (read.status === 'rejected') throw read.reason
      filled = read.value
    }
  } finally {
    if (spare.length < MAX_SPARE) spare.push(pair)
  }
}

function fill(fd: number, buffer: Buffer, length: number, at: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  read(fd, buffer, 0, length, at, (cause, bytes) => (cause ? reject(cause) : resolve(bytes)))
  return promise
}

/** Ends when the bytes have left for the kernel, which is when the buffer is free again. */
function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const closed = (): void => reject(new Error('The client went away.'))
  if (res.destroyed || res.socket?.destroyed !== false) {
    closed()
    return promise
  }
  res.once('close', closed)
  res.write(bytes, (cause) => {
    res.off('close', closed)
    if (cause) reject(cause)
    else resolve()
  })
  return promise
}
