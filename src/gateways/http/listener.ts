/**
 * The HTTP listener: one server for pages, API and drive, with its limits and its front door.
 */
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { Log } from '#base/log.ts'
import { networkOf, plainAddress } from '#base/network.ts'
import type { Certificates } from '#gateways/tls/certificates.ts'
import { frontDoor } from '#wire/http/front-door.ts'
import { originOf } from './client-address.ts'
import { routeFor, type Door, type Routes } from './door.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { Progress } from './progress.ts'
import { answerBadRequest, lastWord, refuse } from './refusal.ts'

export type ListenerNeeds = {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Without them the listener speaks plain HTTP. */
  readonly tls?: Certificates
  readonly routes: Routes
  readonly isTrustedProxy: (address: string) => boolean
  readonly log: Log
  readonly limits?: Partial<HttpLimits>
}

/** Two round trips and a slow processor. */
const HANDSHAKE_MS = 10_000

export class HttpListener implements AsyncDisposable {
  readonly #needs: ListenerNeeds
  readonly #limits: HttpLimits
  readonly #server: http.Server
  readonly #progress: Progress
  readonly #ofAddress = new Map<string, number>()
  /** The request under way on a connection, and connections after a refusal, which end. */
  readonly #latest = new WeakMap<Socket, ServerResponse>()
  readonly #refused = new WeakSet<Socket>()
  readonly #waiting = new WeakMap<Socket, number>()
  #stopping = false

  private constructor(needs: ListenerNeeds) {
    this.#needs = needs
    this.#limits = { ...HTTP_LIMITS, ...needs.limits }
    this.#progress = new Progress(this.#limits)
    this.#server = this.#create()
  }

  /** @throws the system's error when the address cannot be listened on */
  static async open(needs: ListenerNeeds): Promise<HttpListener> {
    const listener = new HttpListener(needs)
    listener.#server.listen(needs.port, needs.host)
    await once(listener.#server, 'listening')
    listener.#server.on('error', (cause) => needs.log.error('http.listener', { cause }))
    return listener
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Requests that are running now. */
  get running(): number {
    return this.#progress.running
  }

  #create(): http.Server {
    const { maxHeaderBytes, headersMs, keepAliveMs, maxConnections } = this.#limits
    const options: http.ServerOptions = {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersMs,
      requestTimeout: 0,
      // Ours says it, and ends the connection for good.
      requireHostHeader: false,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.min(headersMs, 5000),
      noDelay: true,
      keepAlive: true,
    }
    const { tls } = this.#needs
    const server = tls ? secureServer(options, tls) : http.createServer(options)
    server.maxConnections = maxConnections
    server.on('connection', (socket: Socket) => this.#count(socket))
    server.on('clientError', (cause: NodeJS.ErrnoException, socket: Socket) => {
      const latest = this.#latest.get(socket)
      // An answer that is on its way must not be followed, or cut through, by another.
      if (latest?.headersSent && !latest.closed) socket.destroySoon()
      else answerBadRequest(cause, socket)
      this.#refused.add(socket)
    })
    server.on('connect', (_req: IncomingMessage, socket: Socket) => lastWord(socket, 405))
    server.on('request', (req, res) => void this.#take(req, res, () => {}))
    server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
      let waits = true
      void this.#take(req, res, () => {
        if (waits && !res.headersSent) res.writeContinue()
        waits = false
      })
    })
    server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
      this.#refused.add(req.socket)
      refuse(res, 417, 'expectation')
    })
    return server
  }

  /** Nothing that happens in one request touches another. */
  async #take(req: IncomingMessage, res: ServerResponse, goOn: () => void): Promise<void> {
    const before = this.#latest.get(req.socket)
    this.#latest.set(req.socket, res)
    // A client that does not wait for answers gets them in order, and its changes made in order.
    if (before && !before.closed && !(await this.#waitFor(before, req.socket))) return
    // What follows a refused request may be a part of it: it is never read as a request.
    if (this.#refused.has(req.socket) || req.socket.destroyed) return
    this.#progress.watch(req, res)
    res.once('close', () => {
      if (this.#stopping) this.#server.closeIdleConnections()
    })
    req.on('error', () => {})
    res.on('error', () => {})
    try {
      if (this.#stopping) res.shouldKeepAlive = false
      const head = frontDoor(req)
      if (!head.pass) {
        this.#refused.add(req.socket)
        return refuse(res, head.status, head.why)
      }
      const peer = {
        address: req.socket.remoteAddress ?? '',
        tls: (req.socket as TLSSocket).encrypted,
      }
      const origin = originOf(peer, req.headers, this.#needs.isTrustedProxy)
      const { path, query, host } = head
      const door: Door = { ...origin, path, query, host, goOn }
      const route = routeFor(this.#needs.routes, req.method ?? '', path)
      if (!route) return refuse(res, 404, 'not_found')
      if (typeof route === 'function') {
        goOn()
        await route(req, res, door)
      } else await route.handler(req, res, door)
    } catch (cause) {
      this.#needs.log.error('http.request_failed', { method: req.method, cause })
      if (res.headersSent) res.destroy()
      else refuse(res, 500, 'broken')
    }
  }

  /** @returns false for a connection that sends more and more without waiting: it is cut off */
  async #waitFor(before: ServerResponse, socket: Socket): Promise<boolean> {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1
    if (waiting > this.#limits.maxPipelined) {
      socket.destroy()
      return false
    }
    this.#waiting.set(socket, waiting)
    await new Promise((resolve) => before.once('close', resolve))
    this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1)
    return true
  }

  #count(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    if (this.#needs.isTrustedProxy(address)) return
    const from = networkOf(address, 32, 64)
    const count = (this.#ofAddress.get(from) ?? 0) + 1
    if (count > this.#limits.maxConnectionsOfAddress) {
      socket.destroy()
      return
    }
    this.#ofAddress.set(from, count)
    socket.once('close', () => {
      const left = (this.#ofAddress.get(from) ?? 1) - 1
      if (left > 0) this.#ofAddress.set(from, left)
      else this.#ofAddress.delete(from)
    })
  }

  /** Takes no more, lets what runs end, and cuts what has not ended in time. */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeIdleConnections()
    const cut = setTimeout(() => this.#server.closeAllConnections(), this.#limits.stopMs)
    await closed
    clearTimeout(cut)
    this.#progress[Symbol.dispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

function secureServer(options: http.ServerOptions, certificates: Certificates): https.Server {
  const server = https.createServer({
    ...options,
    ...certificates.options,
    handshakeTimeout: HANDSHAKE_MS,
    ...(certificates.several && {
      SNICallback: (name: string, answer: (none: null, context: SecureContext) => void) =>
        answer(null, certificates.choose(name)),
    }),
  })
  certificates.onChange(() => server.setSecureContext(certificates.options))
  return server
}
