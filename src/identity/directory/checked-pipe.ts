/**
 * Between the socket and the LDAP library: whole messages that were checked, one at a time, and no
 * more bytes than an answer can need.
 *
 * The library collects what it gets without a bound, reads many messages in one nest of calls, and
 * waits inside an element for bytes that never come. Of what passes here nothing can bring it there.
 */
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { LdapAnswers, type Broken } from '#wire/ldap/answers.ts'

/** Of all answers to one request: a hundred people with all their groups have a tenth of it. */
const MAX_ANSWERS = 32 * 1024 * 1024

export class CheckedPipe extends Duplex {
  /** As the library looks for it on a socket that is connected already. */
  readonly readyState = 'open'
  readonly connecting = false
  readonly #socket: TLSSocket
  readonly #answers = new LdapAnswers()
  #received = 0
  #broken: Broken | null = null

  constructor(socket: TLSSocket) {
    // As objects: each message arrives by itself.
    super({ readableObjectMode: true, writableObjectMode: false })
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.once('close', () => this.destroy())
    this.on('error', () => {})
  }

  /** Why it ended, where what came was to blame. */
  get broken(): Broken | null {
    return this.#broken
  }

  #take(chunk: Buffer): void {
    this.#received += chunk.length
    const taken = this.#received > MAX_ANSWERS ? 'too_large' : this.#answers.take(chunk)
    if (typeof taken === 'string') {
      this.#broken = taken
      return void this.destroy()
    }
    for (const message of taken) this.push(message)
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#received = 0
    this.#socket.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}
