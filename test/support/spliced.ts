/**
 * Two peers with a splice between them, over real sockets: what one sends the other receives.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer, TLSSocket } from 'node:tls'
import { Conversation } from '#gateways/mail/conversation.ts'
import { lentInlet } from '#gateways/mail/inlet.ts'
import { Splice, type SpliceOptions } from '#gateways/mail/splice.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { connectUpstream } from '#gateways/mail/upstream.ts'
import { localhostTls } from './tls.ts'

export const FRONTS = ['plain', 'tls'] as const
export const BACKS = ['plain', 'tls', 'starttls'] as const
export type Joint = {
  readonly front: (typeof FRONTS)[number]
  readonly back: (typeof BACKS)[number]
}
export const JOINTS: readonly Joint[] = FRONTS.flatMap((front) =>
  BACKS.map((back) => ({ front, back })),
)

export type Spliced = {
  /** Of the client, and of the provider's server: their own ends. */
  readonly client: Socket
  readonly server: Socket
  readonly splice: Splice
  /** The splice's two sockets. */
  readonly inner: readonly [Socket, Socket]
  readonly ended: Promise<void>
}
export type SpliceHow = Omit<SpliceOptions, 'ended'> & {
  /** What the peers say before they are spliced: a line, which is read, and what comes after it. */
  readonly clientSays?: Buffer
  readonly serverSays?: Buffer
  /** Done when both lines have been read. */
  readonly meanwhile?: (client: Socket, server: Socket) => Promise<void>
}

const LINE = Buffer.from('hello\r\n')
const WANTED = { allowHalfOpen: true, noDelay: true }

/** Servers for any number of splices. */
export class SpliceStand implements AsyncDisposable {
  readonly #tls = new UpstreamTls()
  readonly #signal = new AbortController().signal
  readonly #servers: Record<'plain' | 'tls', Server> = {
    plain: createServer(WANTED),
    tls: createTlsServer({ ...WANTED, ...localhostTls() }),
  }
  readonly #sockets = new Set<Socket>()

  static async open(): Promise<SpliceStand> {
    const stand = new SpliceStand()
    for (const server of Object.values(stand.#servers)) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    return stand
  }

  async splice(
    { front, back }: Joint,
    { clientSays = LINE, serverSays = LINE, meanwhile, ...options }: SpliceHow = {},
  ): Promise<Spliced> {
    const [client, inFront] = await this.#pair(front)
    const [behind, server] = await this.#behind(back)
    const before = new Conversation(inFront)
    client.write(clientSays)
    server.write(serverSays)
    await Promise.all([before.line(100), behind.line(100)])
    await meanwhile?.(client, server)
    const ended = Promise.withResolvers<void>()
    const [near, far] = [before.handOver(), behind.handOver()]
    const splice = new Splice(near, far, { ...options, ended: ended.resolve })
    return { client, server, splice, inner: [near.socket, far.socket], ended: ended.promise }
  }

  /** @returns the ends of one connection: who connects, and who accepts */
  async #pair(kind: 'plain' | 'tls'): Promise<[Socket, Socket]> {
    const wanted = { ...WANTED, host: '127.0.0.1', port: this.#port(kind) }
    const there = this.#accepted(kind)
    const here =
      kind === 'tls' ? connectTls({ ...wanted, servername: 'localhost' }) : connect(wanted)
    this.#keep(here)
    await once(here, kind === 'tls' ? 'secureConnect' : 'connect')
    return [here, await there]
  }

  async #behind(back: Joint['back']): Promise<[Conversation, Socket]> {
    if (back === 'plain') {
      const { onread, ...inlet } = lentInlet()
      const there = this.#accepted('plain')
      const here = connect({ ...WANTED, host: '127.0.0.1', port: this.#port('plain'), onread })
      this.#keep(here)
      await once(here, 'connect')
      return [new Conversation(here, inlet), await there]
    }
    const kind = back === 'tls' ? 'tls' : 'plain'
    const accepted = this.#accepted(kind)
    const server = {
      host: 'localhost',
      port: this.#port(kind),
      security: back,
      addressOf: async () => await Promise.resolve('127.0.0.1'),
    }
    const how = { tls: this.#tls, signal: this.#signal, timeoutMs: 30_000 }
    const connected = await connectUpstream(server, how)
    if (!connected.ok) throw new Error(connected.said)
    const { conversation, startTls } = connected.upstream
    const there = await accepted
    if (!startTls) return [conversation, there]
    const secured = this.#keep(new TLSSocket(there, { isServer: true, ...localhostTls() }))
    if (!(await startTls())) throw new Error('No TLS.')
    return [conversation, secured]
  }

  #port(kind: 'plain' | 'tls'): number {
    return (this.#servers[kind].address() as AddressInfo).port
  }

  async #accepted(kind: 'plain' | 'tls'): Promise<Socket> {
    const arrives = kind === 'tls' ? 'secureConnection' : 'connection'
    const [socket] = (await once(this.#servers[kind], arrives)) as [Socket]
    return this.#keep(socket)
  }

  #keep<T extends Socket>(socket: T): T {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    for (const server of Object.values(this.#servers)) {
      server.close()
      await once(server, 'close')
    }
  }
}
