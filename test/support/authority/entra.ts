/**
 * oidc-provider in the dress of Entra ID v2.0: the tenant in the path, one audience a token, the
 * claims tid and oid, AADSTS numbers, no `iss` in redirects, a templated issuer under /common, and a
 * refresh token that stays valid after it gave a new one.
 */
import { openAuthority, type Authority, type Person } from './authority.ts'
import type { Rotation } from './memory.ts'

export const TENANT = '11111111-2222-3333-4444-555555555555'
export type Entra = Authority & { readonly tenant: string }

const OUTLOOK = 'https://outlook.office.com'
export const APP_ONLY = 'https://outlook.office365.com/.default'
export const MAIL_SCOPES = ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send'].map(
  (scope) => `${OUTLOOK}/${scope}`,
)

const person = (name: string, number: number): Person => ({
  email: `${name}@example.test`,
  upn: `${name}@example.test`,
  name: `${name[0]?.toUpperCase()}${name.slice(1)} Élise`,
  oid: `aaaaaaaa-0000-0000-0000-00000000000${number}`,
  tid: TENANT,
})
/** alice and bob have mailboxes; shared is one that both may use. */
const PEOPLE = [person('alice', 1), person('bob', 2), person('shared', 3)]

const OF_GROUPS = ['groups', 'hasgroups', '_claim_names']

const NUMBERS: Readonly<Record<string, number>> = {
  invalid_grant: 700082,
  invalid_client: 7000215,
  invalid_scope: 70011,
  authorization_pending: 70016,
  expired_token: 70020,
  access_denied: 65004,
}

export type EntraOptions = {
  readonly accessTokenS?: number
  /** Opaque tokens, for mail servers that ask the authority (RFC 7662). */
  readonly opaque?: boolean
  readonly rotation?: Rotation
  /** Told of each answer of the token endpoint. */
  readonly given?: (body: Record<string, unknown>) => void
  /** Tokens name so many groups of their person: 80 make them 5 KB long. */
  readonly groups?: number
}

export async function openEntra({
  accessTokenS = 3600,
  opaque = false,
  rotation = 'stays_valid',
  groups = 0,
  given = () => {},
}: EntraOptions = {}): Promise<Entra> {
  const authority = await openAuthority({
    issuerPath: `/${TENANT}/v2.0`,
    rotation,
    people: PEOPLE,
    device: true,
    settings: (_, people) => settings(people, { accessTokenS, opaque, groups }),
    path: (url) => {
      const [, tenant = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(url.pathname) ?? []
      if (![TENANT, 'common', 'organizations'].includes(tenant)) return null
      const path = rest === '/v2.0/.well-known/openid-configuration' ? rest.slice(5) : rest
      return { mount: `/${tenant}`, path }
    },
    location: (to) => to.searchParams.delete('iss'),
    json: (path, status, body, url) => {
      if (path.startsWith('/.well-known')) return metadata(body, url)
      if (path.endsWith('/token')) given(body)
      return status >= 400 && typeof body['error'] === 'string' ? refusal(body) : body
    },
    isResource: (scope) => scope.startsWith('https://'),
    resourceOf: (scope) => new URL(scope).origin,
  })
  return Object.assign(authority, { tenant: TENANT })
}

function metadata(body: Record<string, unknown>, url: URL): object {
  const { authorization_response_iss_parameter_supported: _, ...said } = body
  const own = url.pathname.startsWith(`/${TENANT}/`)
  return own ? said : { ...said, issuer: `${url.origin}/{tenantid}/v2.0` }
}

function refusal(body: Record<string, unknown>): object {
  const renamed = { access_denied: 'authorization_declined' }[String(body['error'])]
  const number = NUMBERS[String(body['error'])] ?? 900144
  return {
    error: renamed ?? body['error'],
    error_description: `AADSTS${number}: ${String(body['error_description'])}. Trace ID: 0`,
    error_codes: [number],
    timestamp: new Date().toISOString(),
    trace_id: '0',
    correlation_id: '0',
  }
}

function settings(
  people: Authority['people'],
  { accessTokenS, opaque, groups }: Required<Omit<EntraOptions, 'rotation' | 'given'>>,
): Record<string, unknown> {
  const scope = [...MAIL_SCOPES, `${OUTLOOK}/.default`, APP_ONLY].join(' ')
  const named = groups === 0 ? {} : { groups: Array.from({ length: groups }, groupId) }
  const claimsOf = (accountId: string) => {
    const found = people.get(accountId)
    if (!found) return undefined
    const { oid, upn, tid, name, email, ...more } = found as Record<string, unknown>
    const who = { sub: `pairwise-${String(oid)}`, oid, tid, name, email, ver: '2.0' }
    return { ...who, preferred_username: upn, ...more }
  }
  return {
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      device_authorization: '/oauth2/v2.0/devicecode',
      code_verification: '/oauth2/deviceauth',
      end_session: '/oauth2/v2.0/logout',
      jwks: '/discovery/v2.0/keys',
      userinfo: '/oidc/userinfo',
      introspection: '/oauth2/v2.0/introspect',
      revocation: '/oauth2/v2.0/revoke',
    },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: {
      openid: ['sub', 'oid', 'tid', 'ver', 'idp', 'acct', 'xms_edov', 'acrs', ...OF_GROUPS],
      profile: ['name', 'preferred_username'],
      email: ['email'],
    },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true, mask: '*********', charset: 'base-20' },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: defaultResource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, resource: string) => ({
          scope,
          audience: resource,
          accessTokenFormat: opaque ? 'opaque' : 'jwt',
          accessTokenTTL: accessTokenS,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    issueRefreshToken: (_: unknown, client: Granter, code: { scopes: Set<string> }) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    findAccount: (_: unknown, accountId: string) =>
      people.has(accountId) ? { accountId, claims: () => claimsOf(accountId) } : undefined,
    extraTokenClaims: (_: unknown, token: { accountId?: string; clientId: string }) => {
      const who = token.accountId === undefined ? undefined : people.get(token.accountId)
      const claims = { tid: TENANT, ver: '1.0', appid: token.clientId, ...named }
      return who
        ? { ...claims, upn: who['upn'], oid: who['oid'], unique_name: who['upn'] }
        : { ...claims, sub: token.clientId, idtyp: 'app', roles: ['IMAP.AccessAsApp'] }
    },
    formats: { customizers: { jwt: entraToken } },
    ttl: {
      AccessToken: accessTokenS,
      ClientCredentials: accessTokenS,
      RefreshToken: 90 * 86_400,
      Grant: 90 * 86_400,
      DeviceCode: 900,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
  }
}

const groupId = (_: unknown, i: number): string =>
  `cccccccc-0000-0000-0000-${String(i).padStart(12, '0')}`

type Granter = { grantTypeAllowed(grant: string): boolean }

/** Entra has no resource parameter: the audience is in the scopes. */
function defaultResource(
  context: { oidc: { params?: Record<string, string | undefined> } },
  _: unknown,
  oneOf: unknown,
): unknown {
  if (oneOf !== undefined) return oneOf
  const scopes = (context.oidc.params?.['scope'] ?? '').split(' ')
  const first = scopes.find((scope) => scope.startsWith('https://'))
  return first === undefined ? undefined : new URL(first).origin
}

/** `scp` has the last part of each scope, and the header calls itself a JWT. */
function entraToken(
  _: unknown,
  __: unknown,
  token: { header: object; payload: { scope?: string; scp?: string } },
): object {
  const { scope } = token.payload
  if (scope !== undefined)
    token.payload.scp = scope
      .split(' ')
      .map((one) => one.split('/').at(-1))
      .join(' ')
  token.header = { ...token.header, typ: 'JWT' }
  return token
}
