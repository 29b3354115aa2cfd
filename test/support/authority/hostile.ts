/**
 * A token endpoint that answers everything but what it should. One path for each way to fail.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../certificate.ts'
import { localhostTls } from '../tls.ts'

type Act = (res: ServerResponse, req: IncomingMessage) => void

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Act =>
  (res) =>
    void res
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))
const plain =
  (status: number, body: string, type = 'text/html', headers: Record<string, string> = {}): Act =>
  (res) =>
    void res.writeHead(status, { 'content-type': type, ...headers }).end(body)

const GOOD = {
  token_type: 'Bearer',
  access_token: 'fresh-access-token',
  expires_in: 3600,
  refresh_token: 'fresh-refresh-token',
}
const without = (name: keyof typeof GOOD): object =>
  Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== name))
const PAGE = '<!doctype html><title>Sign in to the hotel network</title>'
const TEN_MEGABYTES = 10 * 1024 * 1024

/** Row V06 of the attacks, and what else has been seen. The name is the path. */
export const WAYS = {
  good: json(200, GOOD),
  invalid_grant: json(400, { error: 'invalid_grant', error_description: 'It is over.' }),
  interaction_required: json(400, { error: 'interaction_required' }),
  temporarily_unavailable: json(400, { error: 'temporarily_unavailable' }),
  unauthorized: plain(401, ''),
  invalid_client: json(401, { error: 'invalid_client' }),
  too_many: plain(429, 'slow down', 'text/plain', { 'retry-after': '7' }),
  broken: plain(500, PAGE),
  broken_invalid_grant: json(500, { error: 'invalid_grant' }),
  unavailable: plain(503, PAGE, 'text/html', { 'retry-after': '120' }),
  html: plain(200, PAGE),
  empty: plain(200, '', 'application/json'),
  half: plain(200, '{"access_token":"half', 'application/json'),
  list: plain(200, '[]', 'application/json'),
  no_expires_in: json(200, without('expires_in')),
  no_refresh_token: json(200, without('refresh_token')),
  no_access_token: json(200, without('access_token')),
  other_scope: json(200, { ...GOOD, scope: 'something.else' }),
  line_breaks: json(200, { ...GOOD, access_token: 'x\r\nA2 LOGOUT\r\n' }),
  spaces: json(200, { ...GOOD, access_token: 'two words' }),
  mac_token: json(200, { ...GOOD, token_type: 'mac' }),
  redirect: plain(302, '', 'text/plain', { location: 'https://169.254.169.254/latest/meta-data/' }),
  redirect_307: plain(307, '', 'text/plain', { location: 'https://localhost:1/token' }),
  huge: (res) => {
    res.writeHead(200, { 'content-type': 'application/json' })
    res.end(`{"access_token":"${'x'.repeat(TEN_MEGABYTES)}"}`)
  },
  /** Never ends, and never says how long it is. */
  endless: (res) => {
    res.writeHead(200, { 'content-type': 'application/json' })
    const more = (): void => {
      while (!res.destroyed && res.write('x'.repeat(64 * 1024)));
    }
    res.on('drain', more)
    more()
  },
  /** Takes the request and says nothing. */
  hang: () => {},
  /** Says that it is about to answer. */
  trickle: (res) => void res.writeHead(200, { 'content-type': 'application/json' }).write('{'),
  reset: (_, req) => void req.socket.destroy(),
} as const satisfies Record<string, Act>
export type Way = keyof typeof WAYS

export type Hostile = AsyncDisposable & {
  readonly origin: string
  /** The address of a token endpoint that fails in that way. */
  at(way: Way): string
  /** The same as `good`, by a certificate that nobody trusts. */
  readonly untrusted: string
  /** A name that no resolver knows (RFC 6761 §6.4). */
  readonly unresolved: string
  /** Bodies of requests so far. */
  readonly seen: { path: string; body: string }[]
}

export async function openHostile(): Promise<Hostile> {
  await using opened = new AsyncDisposableStack()
  const seen: Hostile['seen'] = []
  const listen = async (tls: { key: string; cert: string }): Promise<string> => {
    const server = opened.adopt(createServer(tls).listen(0, 'localhost'), (it) => {
      it.closeAllConnections()
      it.close()
    })
    server.on('request', (req: IncomingMessage, res: ServerResponse) => {
      const chunks: Buffer[] = []
      req.on('data', (chunk: Buffer) => chunks.push(chunk))
      req.on('end', () => {
        const path = (req.url ?? '').slice(1)
        seen.push({ path, body: Buffer.concat(chunks).toString() })
        const act: Act = Object.hasOwn(WAYS, path) ? WAYS[path as Way] : plain(404, 'not found')
        act(res, req)
      })
    })
    await once(server, 'listening')
    return `https://localhost:${(server.address() as AddressInfo).port}`
  }
  const origin = await listen(localhostTls())
  const { key, certificate: cert } = selfSigned()
  const untrusted = `${await listen({ key, cert })}/good`
  const closing = opened.move()
  return {
    origin,
    at: (way) => `${origin}/${way}`,
    untrusted,
    unresolved: 'https://token.invalid/good',
    seen,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
