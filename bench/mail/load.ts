/**
 * The mail programs of the bench, in a process of their own: connections over TLS that sign in, move
 * bytes, stay, and ask how long one command takes.
 */
import { once } from 'node:events'
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { answering } from './child.ts'
import type { Login } from './peer.ts'

export type AskLoad =
  /** Opens connections and keeps them. */
  | { ask: 'open'; port: number; count: number; parallel: number; logins: readonly Login[] }
  /** So many bytes over each that is kept. @returns seconds */
  | { ask: 'move'; way: 'XDOWN' | 'XUP'; bytes: number; parallel: number }
  /** Signs in and out again. @returns seconds */
  | { ask: 'logins'; port: number; count: number; parallel: number; logins: readonly Login[] }
  /** One after the other over the first that is kept. @returns the median, in microseconds */
  | { ask: 'noop'; times: number }
  | { ask: 'close' }

const CHUNK = Buffer.alloc(64 * 1024, 'x')
// The group that all peers know, so that all make the same handshake.
const secureContext = createSecureContext({ ecdhCurve: 'X25519' })
const kept: Session[] = []

class Session {
  readonly #socket: TLSSocket
  #pending: { until: string; resolve: () => void; reject: (cause: Error) => void } | null = null
  #tail = ''

  private constructor(socket: TLSSocket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#pending?.reject(new Error(`It closed after ${this.#tail}`)))
  }

  static async open(port: number, { user, password, from }: Login): Promise<Session> {
    const where = { port, host: '127.0.0.1', localAddress: from, noDelay: true }
    const socket = connect({ ...where, secureContext, rejectUnauthorized: false })
    const session = new Session(socket)
    await session.#until('\r\n')
    await session.ask(`LOGIN "${user}" "${password}"`)
    return session
  }

  /** Until the tagged answer. */
  async ask(command: string, bytes = 0): Promise<void> {
    const answered = this.#until('a OK')
    this.#socket.write(`a ${command}\r\n`)
    for (let left = bytes; left > 0; left -= CHUNK.length)
      if (!this.#socket.write(CHUNK.subarray(0, Math.min(left, CHUNK.length))))
        await once(this.#socket, 'drain')
    await answered
  }

  #until(until: string): Promise<void> {
    return new Promise((resolve, reject) => (this.#pending = { until, resolve, reject }))
  }

  #take(bytes: Buffer): void {
    this.#tail = (this.#tail + bytes.toString('latin1', Math.max(0, bytes.length - 300))).slice(
      -300,
    )
    const { until, resolve, reject } = this.#pending ?? {}
    if (until === undefined || !this.#tail.endsWith('\r\n')) return
    if (/^a (NO|BAD)/m.test(this.#tail)) return reject?.(new Error(this.#tail))
    if (until !== '\r\n' && !/^a OK.*\r\n$/m.test(this.#tail)) return
    this.#tail = ''
    this.#pending = null
    resolve?.()
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** So many at once of so many. */
async function each(
  count: number,
  parallel: number,
  act: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++)
  }
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker))
}

async function timed(act: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await act()
  return (performance.now() - begun) / 1000
}

const login = (logins: readonly Login[], i: number): Login => logins[i % logins.length]!

answering(async (asked: AskLoad): Promise<unknown> => {
  switch (asked.ask) {
    case 'open': {
      const { port, logins } = asked
      return await each(asked.count, asked.parallel, async (i) => {
        kept.push(await Session.open(port, login(logins, i)))
      })
    }
    case 'move': {
      const { way, bytes } = asked
      return await timed(() =>
        each(kept.length, asked.parallel, async (i) => {
          await kept[i]!.ask(`${way} ${bytes}`, way === 'XUP' ? bytes : 0)
        }),
      )
    }
    case 'logins': {
      const { port, logins } = asked
      return await timed(() =>
        each(asked.count, asked.parallel, async (i) => {
          const session = await Session.open(port, login(logins, i))
          await session.ask('LOGOUT')
          session.close()
        }),
      )
    }
    case 'noop': {
      const times: number[] = []
      for (let i = 0; i < asked.times; i++)
        times.push((await timed(async () => await kept[0]!.ask('NOOP'))) * 1e6)
      return times.toSorted((a, b) => a - b)[times.length >> 1]
    }
    case 'close':
      for (const session of kept.splice(0)) session.close()
      return null
  }
})
