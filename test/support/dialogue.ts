/**
 * A client of a line protocol that does what a transcript says: sends the lines after `C: `, and
 * expects those after `S: `. In what is expected, `…` stands for anything within the line; the line
 * `S: <end>` is the other side closing the connection.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

/** Nothing that a test waits for takes so long; it fails with what it heard instead of hanging. */
const PATIENCE_MS = 10_000

export class Dialogue implements Disposable {
  #socket: Socket
  /** What came in and was not read; joined only when somebody looks into it. */
  #chunks: Buffer[] = []
  #length = 0
  #ended = false
  #wake: (() => void) | null = null
  /** Everything so far, as a transcript. */
  readonly said: string[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen(socket)
  }

  /** @param tls true, or options of the handshake: implicit TLS with localhost */
  static async open(
    port: number,
    { tls = false, from }: { tls?: boolean | ConnectionOptions; from?: string } = {},
  ): Promise<Dialogue> {
    const at = { port, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) }
    const socket = tls
      ? connectTls({ servername: 'localhost', ...at, ...(tls === true ? {} : tls) })
      : connect(at)
    const dialogue = new Dialogue(socket)
    await once(socket, tls ? 'secureConnect' : 'connect')
    return dialogue
  }

  get socket(): Socket {
    return this.#socket
  }

  get #received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }
  set #received(left: Buffer) {
    this.#chunks = [left]
    this.#length = left.length
  }

  #listen(socket: Socket): void {
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      this.#chunks.push(bytes)
      this.#length += bytes.length
      this.#wake?.()
    })
    for (const event of ['end', 'close', 'error'] as const)
      socket.on(event, () => {
        if (socket !== this.#socket) return
        this.#ended = true
        this.#wake?.()
      })
  }

  /** Exactly these bytes, in one write. */
  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** TLS on the connection as it is; whatever came before it and was not read is gone. */
  async startTls(options: ConnectionOptions = {}): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    this.#received = Buffer.alloc(0)
    const socket = connectTls({ socket: plain, servername: 'localhost', ...options })
    this.#socket = socket
    this.#listen(socket)
    await once(socket, 'secureConnect')
    this.#ended = false
  }

  /** The next line without its CRLF, or null when the other side has closed. */
  async line(): Promise<string | null> {
    for (;;) {
      const at = this.#received.indexOf('\r\n')
      if (at >= 0) {
        const line = this.#received.toString('utf8', 0, at)
        this.#received = this.#received.subarray(at + 2)
        this.said.push(`S: ${line}`)
        return line
      }
      if (this.#ended) return null
      await this.#more()
    }
  }

  /** Exactly so many bytes. @throws AssertionError when the other side closes before */
  async bytes(count: number): Promise<Buffer> {
    while (this.#length < count) {
      assert.ok(!this.#ended, `It closed after ${this.#length} of ${count} bytes.`)
      await this.#more()
    }
    const bytes = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(count)
    return bytes
  }

  /** Everything until the other side closes. */
  async rest(): Promise<string> {
    while (!this.#ended) await this.#more()
    return this.#received.toString('utf8')
  }

  async #more(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const heard = (): string => [...this.said, JSON.stringify(this.#received.toString())].join('\n')
    const timer = setTimeout(() => reject(new Error(`Nothing more came.\n${heard()}`)), PATIENCE_MS)
    this.#wake = resolve
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#wake = null
    }
  }

  /** @throws AssertionError that shows the dialogue up to where it went another way */
  async play(transcript: string): Promise<void> {
    for (const step of transcript.split('\n')) {
      const [, who, text = ''] = /^\s*([CS]): ?(.*)$/.exec(step) ?? []
      if (who === 'C') {
        this.said.push(`C: ${text}`)
        this.send(`${text}\r\n`)
      } else if (who === 'S') await this.expect(text)
      else assert.equal(step.trim(), '', 'A line of a transcript begins with C: or S:')
    }
  }

  async expect(pattern: string): Promise<string | null> {
    const line = await this.line()
    const fits = pattern === '<end>' ? line === null : line !== null && matches(pattern, line)
    if (!fits) assert.fail(`Expected: ${pattern}\n${this.said.join('\n')}${line ?? '\n<end>'}`)
    return line
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }
}

const matches = (pattern: string, line: string): boolean =>
  new RegExp(
    `^${pattern
      .split('…')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
    's',
  ).test(line)
