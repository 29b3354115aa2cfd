/**
 * A token endpoint of the tests' own, over HTTP: it speaks every class of refresh token, counts, and
 * answers whatever it is told to. What it knows of a grant outlives the processes that ask it.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  request as httpRequest,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TokenClass } from '#domain/mail-account.ts'
import { OutboundError, type Outbound } from '#vault/outbound.ts'
import { patientTimeout } from '#vault/patient-timeout.ts'
import { localhostTls } from './tls.ts'

/** What is answered in place of a token: a whole answer, silence, or a broken connection. */
export type Told =
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | 'hang'
  | 'reset'
  /** The token is spent and the answer is lost on the way. */
  | 'reset_after'

export type Asked = { readonly form: URLSearchParams; readonly grant: string | null }

type Family = {
  readonly kind: TokenClass
  current: string
  /** Token → when it was spent. */
  readonly spent: Map<string, number>
  revoked: boolean
  issued: number
  asking: number
}

export type TokenServer = AsyncDisposable & {
  readonly url: string
  /** A new grant. @returns its first refresh token */
  issue(kind: TokenClass, grant: string): string
  /** Whether the provider would still take a refresh token. Spends nothing. */
  takes(token: string): boolean
  revoke(grant: string): void
  /** Asked for each request; undefined: it answers as its class does. */
  tell: (asked: Asked) => Told | undefined
  delayMs: number
  /** How long a spent token of class `grace` still works. */
  graceMs: number
  /** Seconds; null: it does not say. */
  expiresIn: number | null
  readonly counts: { requests: number; refreshed: number; invalidGrant: number; mostAtOnce: number }
  /** Refreshes by grant. */
  readonly refreshes: Map<string, number>
  /** The form of every request. */
  readonly asked: Asked[]
  /** Resolves when one more request has come. */
  nextRequest(): Promise<Asked>
}

/** @param tls for a process that reaches it as it would a provider */
export async function openTokenServer({ tls = false } = {}): Promise<TokenServer> {
  const families = new Map<string, Family>()
  const grantOf = new Map<string, string>()
  const sockets = new Set<Socket>()
  const waiting: ((asked: Asked) => void)[] = []
  const listener: RequestListener = (incoming, response) => {
    void text(incoming)
      .then(async (body) => await answer(new URLSearchParams(body), response))
      .catch(() => response.destroy())
  }
  const http = tls ? createTlsServer(localhostTls(), listener) : createServer(listener)
  http.keepAliveTimeout = 60_000
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')

  async function answer(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const token = form.get('refresh_token') ?? ''
    const grant = grantOf.get(token) ?? null
    const asked = { form, grant }
    server.counts.requests++
    server.asked.push(asked)
    for (const tell of waiting.splice(0)) tell(asked)
    const told = server.tell(asked)
    if (told === 'hang') return
    if (told === 'reset') return void response.socket?.resetAndDestroy()
    if (told !== undefined && told !== 'reset_after') {
      response.writeHead(told.status, { 'content-type': 'application/json', ...told.headers })
      response.end(told.body)
      return
    }
    const family = grant === null ? undefined : families.get(grant)
    if (family) family.asking++
    server.counts.mostAtOnce = Math.max(server.counts.mostAtOnce, family?.asking ?? 0)
    // Decided when it arrives, answered later: the worst moment to be killed is in between.
    const reply =
      form.get('grant_type') === 'client_credentials' ? access() : refresh(token, family)
    if (reply.status === 200) {
      server.counts.refreshed++
      if (grant !== null) server.refreshes.set(grant, (server.refreshes.get(grant) ?? 0) + 1)
    } else server.counts.invalidGrant++
    if (server.delayMs > 0) await new Promise((go) => setTimeout(go, server.delayMs))
    if (family) family.asking--
    if (told === 'reset_after') return void response.socket?.resetAndDestroy()
    response.writeHead(reply.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(reply.body))
  }

  type Reply = { status: number; body: Record<string, unknown> }
  const access = (): Reply => ({
    status: 200,
    body: {
      token_type: 'Bearer',
      access_token: `at.${randomBytes(24).toString('base64url')}`,
      ...(server.expiresIn === null ? {} : { expires_in: server.expiresIn }),
    },
  })
  const refused = (): Reply => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
  })

  function refresh(token: string, family: Family | undefined): Reply {
    if (!family) return refused()
    if (!isTaken(token, family)) {
      // Whoever shows a spent token may have stolen it: the whole family ends (RFC 9700 §4.14.2).
      if (family.kind === 'strict' || family.kind === 'grace') family.revoked = true
      return refused()
    }
    if (family.kind === 'non_rotating') return access()
    const next = newToken(family)
    const now = performance.now()
    if (family.kind !== 'stays_valid') {
      // Also the one that was given and never used: only the newest is good.
      if (!family.spent.has(family.current)) family.spent.set(family.current, now)
      if (!family.spent.has(token)) family.spent.set(token, now)
    }
    family.current = next
    grantOf.set(next, grantOf.get(token)!)
    const reply = access()
    return { ...reply, body: { ...reply.body, refresh_token: next } }
  }

  function isTaken(token: string, family: Family): boolean {
    if (family.revoked) return false
    const spentAt = family.spent.get(token)
    if (spentAt === undefined) return true
    return family.kind === 'grace' && performance.now() - spentAt < server.graceMs
  }

  const newToken = (family: Pick<Family, 'issued'>): string =>
    `rt.${++family.issued}.${randomBytes(18).toString('base64url')}`

  const server: TokenServer = {
    url: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${(http.address() as AddressInfo).port}/token`,
    issue(kind, grant) {
      const family: Family = {
        kind,
        current: '',
        spent: new Map(),
        revoked: false,
        issued: 0,
        asking: 0,
      }
      family.current = newToken(family)
      families.set(grant, family)
      grantOf.set(family.current, grant)
      return family.current
    },
    takes(token) {
      const family = families.get(grantOf.get(token) ?? '')
      return family !== undefined && isTaken(token, family)
    },
    revoke: (grant) => void (families.get(grant)!.revoked = true),
    tell: () => undefined,
    delayMs: 0,
    graceMs: 60_000,
    expiresIn: 3600,
    counts: { requests: 0, refreshed: 0, invalidGrant: 0, mostAtOnce: 0 },
    refreshes: new Map(),
    asked: [],
    nextRequest: async () => await new Promise((resolve) => waiting.push(resolve)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      http.close()
      await once(http, 'close')
    },
  }
  return server
}

/** Outbound without its guard, for an endpoint of the tests on this machine, without TLS. */
export const plainOutbound: Outbound = async (request, { timeoutMs, maxBytes = 1 << 20 }) => {
  const body = Buffer.from(await request.arrayBuffer())
  using limit = patientTimeout(timeoutMs)
  const { signal } = limit
  try {
    return await new Promise<Response>((resolve, reject) => {
      const asked = httpRequest(request.url, {
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), 'content-length': body.length },
        signal,
        agent: false,
      })
      asked.once('error', reject)
      asked.once('response', (incoming) => {
        const chunks: Buffer[] = []
        let bytes = 0
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > maxBytes) incoming.destroy(new OutboundError('too_large', 'It is too large.'))
          else chunks.push(chunk)
        })
        incoming.once('error', reject)
        incoming.once('end', () => {
          const headers = new Headers(incoming.headers as Record<string, string>)
          const status = incoming.statusCode ?? 0
          resolve(new Response(Buffer.concat(chunks), { status, headers }))
        })
      })
      asked.end(body)
    })
  } catch (thrown) {
    if (thrown instanceof OutboundError) throw thrown
    throw new OutboundError(signal.aborted ? 'timeout' : 'network', 'No answer.', thrown)
  }
}
