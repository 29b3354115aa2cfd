/**
 * Receiving: the body of a request into a file of Incoming, in large writes, with flat memory.
 */
import { closeSync, fdatasync, futimesSync, openSync, writev, writevSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { MAX_COLLECTED, SYNC_SIZE, WRITE_SIZE } from './limits.ts'

const dataSync = promisify(fdatasync)

/** A client that sends a byte a chunk must not make a million buffers. */
const MAX_CHUNKS = 512

export type Received = { ok: true; bytes: number } | { ok: false; why: 'no_room' | 'cut_off' } // the client went away, or the body broke off

/**
 * Writes and syncs what arrives. One write is under way at any time; meanwhile up to 2 MiB collect.
 * @param room asked before each write whether so many bytes more may be kept
 * @param time seconds, becomes the file's time of modification
 * @throws the file system's error; the caller removes the file whatever happened
 */
export async function receive(
  body: Readable,
  file: string,
  { room, time }: { room: (bytes: number) => Promise<boolean>; time: number },
): Promise<Received> {
  const fd = openSync(file, 'wx', 0o640)
  const early = new EarlySync(fd)
  try {
    const received = await collected(body, fd, room, early)
    if (received.ok) {
      const failure = await early.ended()
      if (failure !== null) throw failure
      futimesSync(fd, time, time)
      await dataSync(fd)
    }
    return received
  } finally {
    await early.ended()
    closeSync(fd)
  }
}

/** A small body that is there already: written in one go. Parameters as above. */
export async function store(chunks: readonly Buffer[], file: string, time: number): Promise<void> {
  const fd = openSync(file, 'wx', 0o640)
  try {
    writeAllSync(fd, chunks)
    futimesSync(fd, time, time)
    await dataSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Brings a file to the disk while it still grows, so that little is left to wait for at its end. The
 * system tells of a failed write once only, so a failure is kept for whoever waits in the end.
 */
class EarlySync {
  readonly #fd: number
  #since = 0
  #running: Promise<void> | null = null
  #failure: unknown = null

  constructor(fd: number) {
    this.#fd = fd
  }

  wrote(bytes: number): void {
    this.#since += bytes
    if (this.#since < SYNC_SIZE || this.#running) return
    this.#since = 0
    this.#running = dataSync(this.#fd)
      .catch((cause: unknown) => void (this.#failure = cause))
      .finally(() => (this.#running = null))
  }

  /** Ends when none is under way; the file may be closed then. @returns what went wrong, or null */
  async ended(): Promise<unknown> {
    await this.#running
    return this.#failure
  }
}

function collected(
  body: Readable,
  fd: number,
  room: (bytes: number) => Promise<boolean>,
  early: EarlySync,
): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>()
  let chunks: Buffer[] = []
  let waiting = 0
  let total = 0
  let writing = false
  let ended = false

  const finish = (received: Received): void => {
    body.off('data', take).off('end', end).off('close', cut).off('error', cut)
    body.on('error', () => {})
    resolve(received)
  }
  const isDue = (): boolean =>
    waiting >= WRITE_SIZE || chunks.length >= MAX_CHUNKS || (ended && waiting > 0)
  const write = async (): Promise<void> => {
    writing = true
    while (isDue()) {
      const [now, bytes] = [chunks, waiting]
      chunks = []
      waiting = 0
      if (body.isPaused()) body.resume()
      if (!(await room(bytes))) return finish({ ok: false, why: 'no_room' })
      await writeAll(fd, now, bytes)
      total += bytes
      early.wrote(bytes)
    }
    writing = false
    if (ended) finish({ ok: true, bytes: total })
  }
  const writeOn = (): void => {
    if (!writing) write().catch((cause: unknown) => reject(cause as Error))
  }
  const take = (chunk: Buffer): void => {
    chunks.push(chunk)
    waiting += chunk.length
    if (waiting >= WRITE_SIZE || chunks.length >= MAX_CHUNKS) writeOn()
    if (waiting >= MAX_COLLECTED || chunks.length >= 2 * MAX_CHUNKS) body.pause()
  }
  const end = (): void => {
    ended = true
    writeOn()
  }
  const cut = (): void => {
    if (!ended) finish({ ok: false, why: 'cut_off' })
  }
  if (body.destroyed && !body.readableEnded) return Promise.resolve({ ok: false, why: 'cut_off' })
  body.on('data', take).on('end', end).on('close', cut).on('error', cut)
  return promise
}

/** A disk that fills up takes a part first, and says so only at the next write. */
async function writeAll(fd: number, chunks: Buffer[], bytes: number): Promise<void> {
  let [left, rest] = [bytes, chunks]
  for (;;) {
    const written = await writeSome(fd, rest)
    left -= written
    if (left <= 0) return
    rest = [Buffer.concat(rest).subarray(written)]
  }
}

function writeSome(fd: number, chunks: Buffer[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  writev(fd, chunks, (cause, written) => (cause ? reject(cause) : resolve(written)))
  return promise
}

function writeAllSync(fd: number, chunks: readonly Buffer[]): void {
  let rest = chunks
  for (let left = rest.reduce((sum, one) => sum + one.length, 0); left > 0;) {
    const written = writevSync(fd, rest)
    left -= written
    if (left > 0) rest = [Buffer.concat(rest).subarray(written)]
  }
}
