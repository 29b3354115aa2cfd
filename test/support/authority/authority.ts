/**
 * An authority of the tests: oidc-provider behind TLS on localhost, in the dress of a provider.
 *
 * People sign in by themselves: whoever is `signsIn`, or whom `login_hint` names. Each request can be
 * watched, and the next answers can be replaced.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { localhostTls } from '../tls.ts'
import { signingKey, type SigningKey } from './keys.ts'
import { memory, type Memory, type Rotation } from './memory.ts'

export type Person = Readonly<Record<string, unknown>> & { readonly email: string }
export type RegisteredClient = {
  readonly clientId: string
  readonly secret?: string
  /** Public key (JWK) of the certificate that the client proves itself with. */
  readonly jwk?: object
  readonly redirectUrl?: string
  /** Further ones: a client at which people sign in has one for that as well. */
  readonly redirectUrls?: readonly string[]
  readonly appOnly?: boolean
  /** Further metadata (OpenID Connect Dynamic Client Registration §2). */
  readonly metadata?: Readonly<Record<string, unknown>>
}
/** Answers in place of the authority; null: the authority answers itself. */
export type Instead = (path: string, body: URLSearchParams) => Answer | null
export type Answer = { status: number; body: string; headers?: Record<string, string> }

export type Authority = AsyncDisposable & {
  /** `https://localhost:PORT`. */
  readonly origin: string
  readonly issuer: string
  readonly key: SigningKey
  readonly people: Map<string, Person>
  readonly memory: Memory
  /** Requests so far: method, path without query, and the form that was sent. */
  readonly seen: {
    method: string
    path: string
    query: URLSearchParams
    body: URLSearchParams
  }[]
  /** Who signs in where no `login_hint` says it; also where it does, when `ignoresHint`. */
  signsIn: string
  ignoresHint: boolean
  /** How they sign in: `ts` (seconds), `amr`, `acr`. */
  signedIn: { ts?: number; amr?: string[]; acr?: string }
  /** What the person allows of what is asked for. */
  allows: (scope: string) => boolean
  instead: Instead
  register(client: RegisteredClient): void
  /** The authority itself says to a client that somebody signed out (back-channel). */
  signOut(clientId: string, sub: string, sid: string): Promise<void>
  /** The person types the code of a device and allows it, or declines. */
  enterCode(userCode: string, as: string, allow?: boolean): Promise<void>
}

export type Dress = {
  /** Of the issuer behind the origin. */
  readonly issuerPath: string
  readonly rotation: Rotation
  readonly graceMs?: number
  readonly people: readonly Person[]
  /** false: only where `prompt` says so, as OpenID Connect has it. */
  readonly asksConsent?: boolean
  /** Device codes (RFC 8628). */
  readonly device?: boolean
  /** Further settings of oidc-provider. */
  readonly settings: (origin: string, people: Authority['people']) => Record<string, unknown>
  /** Rewrites the path to what oidc-provider was told; null: there is no such path. */
  readonly path: (url: URL) => { mount: string; path: string } | null
  /** Changes JSON answers, and the address of redirects, before they leave. */
  readonly json?: (path: string, status: number, body: Record<string, unknown>, url: URL) => object
  readonly location?: (to: URL) => void
  readonly isResource: (scope: string) => boolean
  readonly resourceOf: (scope: string) => string
}

export async function openAuthority(dress: Dress): Promise<Authority> {
  await using opened = new AsyncDisposableStack()
  const server = opened.adopt(createServer(localhostTls()).listen(0, 'localhost'), (it) => {
    it.closeAllConnections()
    it.close()
  })
  await once(server, 'listening')
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`
  const people = new Map(dress.people.map((person) => [person.email, person]))
  const remembered = memory(dress.rotation, dress.graceMs)
  const key = signingKey()
  const provider = new Provider(`${origin}${dress.issuerPath}`, {
    adapter: remembered.adapter,
    jwks: { keys: [key.privateJwk] },
    clients: [],
    rotateRefreshToken: dress.rotation !== 'non_rotating',
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['of the tests'], long: { path: '/' }, short: { path: '/' } },
    conformIdTokenClaims: false, // profile claims stand in the id_token, as providers of mail do it
    pkce: { required: () => false },
    ...dress.settings(origin, people),
  })
  provider.proxy = true
  provider.on('server_error', (_, error) => console.error('The authority fails:', error))
  const authority: Authority = {
    origin,
    issuer: `${origin}${dress.issuerPath}`,
    key,
    people,
    memory: remembered,
    seen: [],
    signsIn: dress.people[0]?.email ?? '',
    ignoresHint: false,
    signedIn: {},
    allows: () => true,
    instead: () => null,
    register: (client) =>
      remembered.put('Client', client.clientId, clientMetadata(client, dress.device === true)),
    signOut: async (clientId, sub, sid) => {
      const client = await provider.Client.find(clientId)
      await client?.backchannelLogout(sub, sid)
    },
    enterCode: async (code, as, allow = true) =>
      await decideDevice(provider, authority, dress, { code, as, allow }),
    [Symbol.asyncDispose]: async () => {},
  }
  const handle = provider.callback()
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    serve(req, res).catch((error: unknown) => {
      console.error('The authority fails:', error)
      res.writeHead(500).end()
    })
  })
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', origin)
    req.headers['x-forwarded-host'] = url.host
    req.headers['x-forwarded-proto'] = 'https'
    if (url.pathname.startsWith('/interaction/'))
      return await decide(provider, authority, dress, req, res)
    const bytes = await readAll(req)
    const body = new URLSearchParams(bytes.toString())
    const query = new URLSearchParams(url.searchParams)
    authority.seen.push({ method: req.method ?? '', path: url.pathname, query, body })
    const replaced = authority.instead(url.pathname, body)
    if (replaced) {
      const headers = { 'content-type': 'application/json', ...replaced.headers }
      res.writeHead(replaced.status, headers).end(replaced.body)
      return
    }
    // oidc-provider keeps offline_access for who asks for consent, and knows no select_account.
    if (dress.asksConsent !== false && /\bopenid\b/.test(url.searchParams.get('scope') ?? '')) {
      const again = url.searchParams.get('prompt') === 'login'
      url.searchParams.set('prompt', again ? 'login consent' : 'consent')
    }
    const to = dress.path(url)
    if (!to) {
      res.writeHead(404).end()
      return
    }
    // oidc-provider takes a body that was read before, and mounts where originalUrl is longer.
    Object.assign(req, { body: bytes, originalUrl: `${to.mount}${to.path}${url.search}` })
    req.url = to.path + url.search
    dressAnswer(dress, url, to.path, res)
    await handle(req, res)
  }
  const closing = opened.move()
  return Object.assign(authority, { [Symbol.asyncDispose]: () => closing.disposeAsync() })
}

function clientMetadata(
  { clientId, secret, jwk, redirectUrl, redirectUrls = [], appOnly, metadata }: RegisteredClient,
  device: boolean,
) {
  const interactive = appOnly !== true
  const redirects = [...(redirectUrl === undefined ? [] : [redirectUrl]), ...redirectUrls]
  return {
    client_id: clientId,
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwk === undefined ? {} : { jwks: { keys: [jwk] } }),
    token_endpoint_auth_method:
      secret === undefined
        ? jwk === undefined
          ? 'none'
          : 'private_key_jwt'
        : 'client_secret_post',
    redirect_uris: redirects,
    response_types: redirects.length === 0 ? [] : ['code'],
    application_type: 'native', // http://localhost is a redirect that only programs may have
    grant_types: interactive
      ? [
          ...(redirects.length === 0 ? [] : ['authorization_code']),
          'refresh_token',
          ...(device ? ['urn:ietf:params:oauth:grant-type:device_code'] : []),
        ]
      : ['client_credentials'],
    ...metadata,
  }
}

/** The page on which a person signs in and consents, gone through without one. */
async function decide(
  provider: Provider,
  authority: Authority,
  dress: Dress,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { params, session, grantId } = await provider.interactionDetails(req, res)
  const hint = authority.ignoresHint ? undefined : params['login_hint']
  const accountId = typeof hint === 'string' ? hint.toLowerCase() : authority.signsIn
  if (!authority.people.has(accountId) || authority.signsIn === '') {
    const result = { error: 'access_denied', error_description: '<b>The person declined.</b>' }
    return await provider.interactionFinished(req, res, result)
  }
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const clientId = params['client_id'] ?? ''
  const grant =
    known ?? new provider.Grant({ accountId: session?.accountId ?? accountId, clientId })
  allowScopes(authority, dress, grant, params['scope'] ?? '')
  const result = {
    login: { accountId, remember: false, ...authority.signedIn },
    consent: { grantId: await grant.save() },
  }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true })
}

async function decideDevice(
  provider: Provider,
  authority: Authority,
  dress: Dress,
  { code: typed, as, allow }: { code: string; as: string; allow: boolean },
): Promise<void> {
  const code = await provider.DeviceCode.findByUserCode(typed.replaceAll(/[^A-Za-z0-9]/g, ''))
  if (!code) throw new Error('There is no such code.')
  const scope = code.params['scope'] ?? ''
  const grant = new provider.Grant({ accountId: as, clientId: code.clientId })
  allowScopes(authority, dress, grant, scope)
  if (!allow) Object.assign(code, { error: 'access_denied', errorDescription: 'declined' })
  else {
    const allowed = scope.split(' ').filter(authority.allows)
    Object.assign(code, {
      accountId: as,
      grantId: await grant.save(),
      scope: allowed.join(' '),
      authTime: Math.floor(Date.now() / 1000),
      acr: undefined,
      claims: {},
      resource: allowed.filter(dress.isResource).map(dress.resourceOf)[0],
    })
  }
  await code.save()
}

function allowScopes(
  authority: Authority,
  dress: Dress,
  grant: InstanceType<Provider['Grant']>,
  scopes: string,
): void {
  for (const scope of scopes.split(' ').filter(Boolean)) {
    const allowed = authority.allows(scope)
    if (dress.isResource(scope) && allowed) grant.addResourceScope(dress.resourceOf(scope), scope)
    else if (dress.isResource(scope)) grant.rejectResourceScope(dress.resourceOf(scope), scope)
    else if (allowed) grant.addOIDCScope(scope)
    else grant.rejectOIDCScope(scope)
  }
}

function dressAnswer(dress: Dress, url: URL, path: string, res: ServerResponse): void {
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    if (name.toLowerCase() !== 'location' || !dress.location) return setHeader(name, value)
    const to = new URL(String(value), url)
    dress.location(to)
    return setHeader(name, to.href)
  }
  const end = res.end.bind(res) as (body?: string | Buffer) => ServerResponse
  res.end = ((body?: string | Buffer) => {
    const isJson = String(res.getHeader('content-type')).startsWith('application/json')
    if (!dress.json || !isJson || body === undefined) return end(body)
    const said = JSON.parse(String(body)) as Record<string, unknown>
    const text = JSON.stringify(dress.json(path, res.statusCode, said, url))
    setHeader('content-length', Buffer.byteLength(text))
    return end(text)
  }) as ServerResponse['end']
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
