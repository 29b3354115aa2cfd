/**
 * An OAuth 2 application as it is used: the provider's row with what the application overrides.
 */
import { createPrivateKey, createHash, X509Certificate, type KeyObject } from 'node:crypto'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { TOKEN_CLASSES, type Resource, type TokenClass } from '#domain/mail-account.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import type { Discover, Discovered } from './discovery.ts'
import {
  cloudOf,
  providerOf,
  type Cloud,
  type Endpoint,
  type Host,
  type Hosts,
  type Provider,
  type Sasl,
} from './providers.ts'
import type { Place, Sealer } from './seal.ts'

/** How the client proves itself at the token endpoint; secrets are unsealed when asked, not before. */
export type ClientProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; open(): Secret }
  | {
      readonly kind: 'certificate'
      /** `x5tS256`: base64url of the SHA-256 of the certificate (RFC 7515 §4.1.8). */
      open(): { readonly privateKey: KeyObject; readonly x5tS256: string }
    }

export type OAuthClient = {
  readonly applicationId: string
  readonly provider: Provider
  /** `promisesIss`: every answer to the browser names who answers (RFC 9207). */
  readonly endpoints: Omit<Discovered, 'endSession'> & {
    readonly token: string
    readonly promisesIss: boolean
  }
  readonly clientId: string
  readonly tenantId: string
  /** The issuer of tokens for that tenant, where the tenant is a part of the issuer. */
  readonly issuerOfTenant: (tenant: string) => string | null
  readonly proof: ClientProof
  readonly appOnly: boolean
  /** Scopes that are asked for, one list for each resource; empty where it has none. */
  readonly scopes: Readonly<Record<Resource, readonly string[]>>
  readonly tokenClass: TokenClass
  readonly hosts: Hosts | null
  readonly sasl: readonly Sasl[]
}

/** `discover` is asked only where an endpoint is known by discovery alone. */
export type ClientNeeds = { readonly sealer: Pick<Sealer, 'open'>; readonly discover: Discover }

/** Whether that is the ID of one tenant (a GUID), and not a domain or a word for any of them. */
export const isTenantId = (text: string): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** What an application may say differently from the provider's row; as JSON in `overrides`. */
export type Overrides = {
  readonly [name in `${Exclude<Endpoint, 'issuer'>}Url`]?: string
} & {
  readonly [name in `${keyof Hosts}Host`]?: string
} & {
  readonly [name in `${keyof Hosts}Port`]?: number
} & {
  readonly issuer?: string
  readonly smtpSecurity?: Host['security']
  readonly tokenClass?: TokenClass
}

/** Not for an audience: they go with the scopes of each. */
const SIGN_IN_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/**
 * @throws OutboundError or Problem `unavailable` when discovery is needed and gives nothing that
 *   fits; Problem `conflict` when the provider is not known or the secret was never set
 */
export async function clientOf(row: OAuthApplicationRow, needs: ClientNeeds): Promise<OAuthClient> {
  const { provider, cloud, overrides } = declared(row)
  const endpoints = await endpointsOf(row, provider, cloud, overrides, needs.discover)
  const appOnly = row.app_only === 1
  return {
    ...mailClientOf(row),
    applicationId: row.id,
    endpoints,
    clientId: row.client_id,
    tenantId: row.tenant_id,
    issuerOfTenant: (tenant) =>
      overrides.issuer ??
      filled(cloud.endpoints.issuer, row.root_url || cloud.rootUrl, encodeURIComponent(tenant)),
    proof: proofOf(row, needs.sealer),
    scopes: scopesOf(row, cloud, appOnly),
    tokenClass: TOKEN_CLASSES.find((one) => one === overrides.tokenClass) ?? provider.tokenClass,
  }
}

/** What mail servers are asked with: as much of an application as whoever has a token needs. */
export type MailClient = Pick<OAuthClient, 'provider' | 'appOnly' | 'hosts' | 'sasl'>

/**
 * The same for mail alone: nobody is asked, and no secret is looked at.
 * @throws Problem `conflict` when the provider is not known
 */
export function mailClientOf(row: Declared): MailClient {
  const { provider, cloud, overrides } = declared(row)
  return {
    provider,
    appOnly: row.app_only === 1,
    hosts: hostsOf(cloud.hosts, overrides),
    sasl: provider.sasl,
  }
}

type Declared = Pick<OAuthApplicationRow, 'provider' | 'cloud' | 'overrides' | 'app_only'>

function declared(row: Declared): { provider: Provider; cloud: Cloud; overrides: Overrides } {
  const provider = providerOf(row.provider)
  if (!provider) throw new Problem('conflict', `There is no provider ${row.provider}.`)
  const overrides = JSON.parse(row.overrides) as Overrides
  return { provider, cloud: cloudOf(provider, row.cloud), overrides }
}

async function endpointsOf(
  row: OAuthApplicationRow,
  provider: Provider,
  cloud: Cloud,
  overrides: Overrides,
  discover: Discover,
): Promise<OAuthClient['endpoints']> {
  const root = row.root_url || cloud.rootUrl
  const tenant = encodeURIComponent(row.tenant_id || (provider.anyTenant[0] ?? ''))
  const own = (name: Endpoint): string | null => {
    const said = name === 'issuer' ? overrides.issuer : overrides[`${name}Url`]
    if (said !== undefined && said !== '') return said
    // Another issuer has other keys and other people: the row's own do not fit it.
    if (overrides.issuer !== undefined && (name === 'jwks' || name === 'userinfo')) return null
    // Tokens of another endpoint are not shown to the row's own.
    if (overrides.tokenUrl !== undefined && name === 'revoke') return null
    return filled(cloud.endpoints[name], root, tenant)
  }
  const [issuer, lacks] = [own('issuer'), own('authorize') === null || own('token') === null]
  const asked = provider.discovers && lacks && issuer !== null
  const all: Discovered | null = asked ? await discover(issuer) : null
  const of = (name: Endpoint): string | null => own(name) ?? all?.[name] ?? null
  const token = of('token')
  if (token === null) throw new Problem('unavailable', 'The provider names no token endpoint.')
  return {
    authorize: of('authorize'),
    token,
    device: of('device'),
    revoke: of('revoke'),
    issuer,
    jwks: of('jwks'),
    userinfo: of('userinfo'),
    promisesIss: all?.promisesIss === true,
  }
}

const filled = (template: string | null, root: string, tenant: string): string | null =>
  template?.replaceAll('{root}', root.replace(/\/$/, '')).replaceAll('{tenant}', tenant) ?? null

/** Where the secrets of an application stand. */
export const secretPlace = (row: string): Place => ({
  table: 'oauth_application',
  column: 'secret',
  row,
})
export const certificatePlace = (row: string): Place => ({
  table: 'oauth_application',
  column: 'certificate',
  row,
})

function proofOf(
  { id, client_proof, secret, certificate }: OAuthApplicationRow,
  sealer: Pick<Sealer, 'open'>,
): ClientProof {
  if (client_proof === 'none') return { kind: 'none' }
  const sealed = client_proof === 'secret' ? secret : certificate
  if (!sealed)
    throw new Problem('conflict', `The application has no client ${client_proof}; give it first.`)
  if (client_proof === 'secret')
    return { kind: 'secret', open: () => sealer.open(sealed, secretPlace(id)) }
  return {
    kind: 'certificate',
    open: () => {
      const pem = sealer.open(sealed, certificatePlace(id)).reveal()
      const { raw } = new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----')))
      return {
        privateKey: createPrivateKey(pem),
        x5tS256: createHash('sha256').update(raw).digest('base64url'),
      }
    },
  }
}

function scopesOf(row: OAuthApplicationRow, cloud: Cloud, appOnly: boolean): OAuthClient['scopes'] {
  const written = row.scopes.split(' ').filter(Boolean)
  const prefilled = appOnly ? cloud.appOnlyScopes : cloud.scopes
  const all = written.length > 0 ? written : prefilled
  const signIn = all.filter((scope) => SIGN_IN_SCOPES.has(scope))
  const others = all.filter((scope) => !SIGN_IN_SCOPES.has(scope))
  const graph = others.filter((scope) => isOfGraph(scope, cloud.graphRoot))
  const mail = others.filter((scope) => !graph.includes(scope))
  return {
    mail: [...signIn, ...mail],
    graph: graph.length > 0 ? [...signIn, ...graph] : [],
  }
}

/** A scope without an address belongs to Graph, where there is one. */
const isOfGraph = (scope: string, graphRoot: string | null): boolean =>
  graphRoot !== null && (scope.startsWith(`${graphRoot}/`) || !scope.includes('://'))

function hostsOf(hosts: Hosts | null, overrides: Overrides): Hosts | null {
  const one = (kind: keyof Hosts, port: number): Host | null => {
    const row = hosts?.[kind]
    const host = overrides[`${kind}Host`] ?? row?.host
    if (host === undefined || host === '') return null
    const security = (kind === 'smtp' ? overrides.smtpSecurity : undefined) ?? row?.security
    return {
      host,
      port: overrides[`${kind}Port`] ?? row?.port ?? port,
      security: security ?? 'tls',
    }
  }
  const [imap, pop, smtp] = [one('imap', 993), one('pop', 995), one('smtp', 465)]
  // A provider that was declared by its issuer may have no POP; it is then asked on its IMAP host.
  return imap && smtp ? { imap, pop: pop ?? { ...imap, port: 995 }, smtp } : null
}
