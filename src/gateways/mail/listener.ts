/**
 * The listener of the mail gateways: one for all three protocols, with their bounds and their TLS.
 *
 * It brings a connection up to a session, and counts it until it is closed. What is said in between
 * is the protocol's.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Log } from '#base/log.ts'
import { plainAddress } from '#base/network.ts'
import { acceptTls } from '#gateways/tls/accept.ts'
import type { Certificates, TlsAge } from '#gateways/tls/certificates.ts'
import { Conversation } from './conversation.ts'
import { Crowd } from './crowd.ts'
import { Guest } from './guest.ts'
import { LISTENER_LIMITS, type ListenerLimits } from './limits.ts'
import { refuseProxyHeader, takeProxyHeader } from './proxy-header.ts'
import type { MailProtocol, Serve, Session } from './session.ts'

/** One address that is listened on. */
export type MailDoor = {
  /** Of its own: `imaps`, `old_smtp`. */
  readonly name: string
  readonly protocol: MailProtocol
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** `starttls`: when the client asks for it. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly age: TlsAge
  /** Whether a client at this address may send a password without TLS. */
  readonly mayBeClear: (ip: string) => boolean
  /** Others are closed without a word. */
  readonly admits: (ip: string) => boolean
  readonly serve: Serve
}

export type MailListenerNeeds = {
  readonly doors: readonly MailDoor[]
  readonly certificates: Certificates | null
  /** Whoever connects from there has to begin with a header of the PROXY protocol. */
  readonly isProxy: (address: string) => boolean
  /** Ends the live connections of these gateways, with the farewells of their protocols. */
  readonly endSignedIn: () => void
  readonly log: Log
  readonly limits?: Partial<ListenerLimits>
}

/**
 * RFC 7301, and the registry of IANA, which has names for two of them; `smtp` is what nginx and Exim
 * take.
 */
const ALPN: Readonly<Record<MailProtocol, readonly string[]>> = {
  imap: ['imap'],
  pop3: ['pop3'],
  smtp: ['smtp'],
}

export class MailListener implements AsyncDisposable {
  readonly #needs: MailListenerNeeds
  readonly #limits: ListenerLimits
  readonly #crowd: Crowd
  readonly #servers = new Map<string, Server>()
  readonly #guests = new Set<Guest>()
  #stopping = false

  private constructor(needs: MailListenerNeeds) {
    this.#needs = needs
    this.#limits = { ...LISTENER_LIMITS, ...needs.limits }
    this.#crowd = new Crowd(this.#limits)
  }

  /** @throws the system's error when an address cannot be listened on; none is then */
  static async open(needs: MailListenerNeeds): Promise<MailListener> {
    await using opened = new AsyncDisposableStack()
    const listener = opened.use(new MailListener(needs))
    for (const door of needs.doors) await listener.#listen(door)
    opened.move()
    return listener
  }

  /** @param name of a door; 0: there is none of that name */
  port(name: string): number {
    const address = this.#servers.get(name)?.address() as AddressInfo | undefined
    return address?.port ?? 0
  }

  /** Connections that are open, and those of them that have not signed in. */
  get open(): { readonly all: number; readonly beforeLogin: number } {
    return { all: this.#crowd.size, beforeLogin: this.#crowd.beforeLogin }
  }

  async #listen(door: MailDoor): Promise<void> {
    const { keepAliveMs } = this.#limits
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs }
    // A client may end its side and wait for the rest: the splice passes that on.
    const server = createServer({ ...options, allowHalfOpen: true }, (socket) => {
      socket.on('error', nothing)
      const guest = Guest.arrive(socket, this.#limits, this.#crowd)
      if (!guest) return
      this.#guests.add(guest)
      socket.once('close', () => this.#guests.delete(guest))
      this.#welcome(guest, door)
        .catch((cause: unknown) => {
          this.#needs.log.error('mail.session_failed', { listener: door.name, cause })
        })
        .finally(() => guest.dismiss())
    })
    this.#servers.set(door.name, server)
    server.listen(door.port, door.host)
    await once(server, 'listening')
    server.on('error', (cause) => {
      this.#needs.log.error('mail.listener', { listener: door.name, cause })
    })
  }

  async #welcome(guest: Guest, door: MailDoor): Promise<void> {
    const ip = await this.#addressOf(guest.socket)
    if (ip === null || !door.admits(ip) || !guest.from(ip)) {
      this.#needs.log.debug('mail.not_let_in', { listener: door.name, ip })
      return guest.cut()
    }
    if (door.security === 'tls' && !(await this.#secure(guest, guest.socket, door))) return
    const session = this.#session(guest, door, ip)
    if (door.security !== 'tls' && !this.#isProxy(guest.socket))
      refuseProxyHeader(guest.socket, () => {
        this.#needs.log.debug('mail.proxy_header_refused', { listener: door.name, ip })
      })
    if (session) await door.serve(session)
  }

  #isProxy(socket: Socket): boolean {
    return this.#needs.isProxy(plainAddress(socket.remoteAddress ?? ''))
  }

  /** @returns null: a proxy did not say for whom it speaks */
  async #addressOf(socket: Socket): Promise<string | null> {
    const own = plainAddress(socket.remoteAddress ?? '')
    if (!this.#isProxy(socket)) return own
    const header = await takeProxyHeader(socket, this.#limits.proxyHeaderMs)
    if (header?.is === 'client') return plainAddress(header.ip)
    return header ? own : null
  }

  /** @returns null: the handshake failed */
  async #secure(guest: Guest, plain: Socket, door: MailDoor): Promise<TLSSocket | null> {
    const { certificates } = this.#needs
    if (!certificates) return null
    const { handshakeMs } = this.#limits
    const offer = { certificates, age: door.age, alpn: ALPN[door.protocol], handshakeMs }
    const secure = await acceptTls(plain, offer)
    if (secure) guest.socket = secure
    return secure
  }

  /** @returns null: it has gone already */
  #session(guest: Guest, door: MailDoor, ip: string): Session | null {
    const { signal } = guest
    if (!signal || guest.socket.destroyed) return null
    const client = new Conversation(guest.socket)
    let tls = protocolOf(guest.socket)
    const startTls = async (): Promise<boolean> => {
      const secured = await client.startTls(async (plain) => {
        const secure = await this.#secure(guest, plain, door)
        if (!secure) throw new Error('The handshake failed.')
        return secure
      })
      tls = protocolOf(guest.socket)
      return secured
    }
    const offers = door.security === 'starttls' && this.#needs.certificates !== null
    return {
      protocol: door.protocol,
      get peer() {
        return { ip, tls, mayBeClear: door.mayBeClear(ip), old: door.age === 'old' }
      },
      client,
      get startTls() {
        return offers && tls === 'none' ? startTls : null
      },
      signal,
      signedIn: guest.signedIn,
    }
  }

  /** Takes no more, says goodbye to all, and cuts whoever has not gone in time. */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const closed = [...this.#servers.values()].map(async (server) => {
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    })
    for (const guest of this.#guests) guest.end('stopping')
    this.#needs.endSignedIn()
    const cut = setTimeout(() => {
      for (const guest of this.#guests) guest.cut()
    }, this.#limits.stopMs)
    await Promise.all(closed)
    clearTimeout(cut)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** `TLSv1.3`, or `none`. Node 26 ends the process when a socket is asked that closes: never ask it. */
const protocolOf = (socket: Socket | TLSSocket): string =>
  ('getProtocol' in socket && !socket.destroyed ? socket.getProtocol() : null) ?? 'none'

/** Whoever waits for the connection is told by its end. */
const nothing = (): void => {}
