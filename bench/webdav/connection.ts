/**
 * A client that costs little: one socket, one request at a time, answers counted and not kept.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Server } from './server.ts'

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = '0\r\n\r\n'

export class Connection {
  readonly #server: Server
  readonly #socket: Socket
  #start: Buffer = Buffer.alloc(0)
  #head = ''
  #left = Number.NaN
  #tail = ''
  #bytes = 0
  #done: ((answer: { status: number; bytes: number }) => void) | null = null

  private constructor(server: Server, socket: Socket) {
    this.#server = server
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  static async open(server: Server): Promise<Connection> {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Connection(server, socket)
  }

  /** Sends a request and reads its answer. @returns the bytes of the body, chunk heads included */
  async ask(
    method: string,
    name: string,
    body: Body = NOTHING,
    more = '',
  ): Promise<{ status: number; bytes: number }> {
    const { headers, path, port } = this.#server
    const head = `${method} ${path}${name} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}${more}Content-Length: ${body.bytes}\r\n\r\n`
    const answer = new Promise<{ status: number; bytes: number }>(
      (resolve) => (this.#done = resolve),
    )
    this.#socket.write(head)
    for (let sent = 0; sent < body.bytes; sent += body.chunk.length)
      if (!this.#socket.write(body.chunk) && sent + body.chunk.length < body.bytes)
        await once(this.#socket, 'drain')
    return await answer
  }

  #take(chunk: Buffer): void {
    if (!Number.isNaN(this.#left)) return this.#body(chunk)
    this.#start = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk])
    const end = this.#start.indexOf(HEAD_END)
    if (end === -1) return
    this.#head = this.#start.toString('latin1', 0, end)
    const rest = this.#start.subarray(end + 4)
    this.#start = Buffer.alloc(0)
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1]
    const chunked = /\r\ntransfer-encoding: chunked/i.test(this.#head)
    this.#left = length === undefined ? (chunked ? Number.POSITIVE_INFINITY : 0) : Number(length)
    this.#body(rest)
  }

  #body(chunk: Buffer): void {
    this.#left -= chunk.length
    this.#bytes += chunk.length
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - 5))).slice(-5)
    const chunked = this.#left === Number.POSITIVE_INFINITY
    if (chunked ? this.#tail !== LAST_CHUNK : this.#left > 0) return
    const answer = { status: Number(this.#head.slice(9, 12)), bytes: this.#bytes }
    this.#head = ''
    this.#left = Number.NaN
    this.#tail = ''
    this.#bytes = 0
    this.#done?.(answer)
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** The same chunk again and again, until so many bytes were sent. */
export type Body = { readonly chunk: Buffer; readonly bytes: number }
const NOTHING: Body = { chunk: Buffer.alloc(0), bytes: 0 }
