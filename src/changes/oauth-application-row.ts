/**
 * The row of an OAuth 2 application after what was typed into its form: what is prefilled by the
 * provider, what fits together, and what has to be given anew.
 */
import { invalid } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { identifierKey } from '#domain/identifier.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import type { Overrides } from '#vault/client.ts'
import { providerOf, type Provider } from '#vault/providers.ts'
import type { MayReach } from '#vault/reachable.ts'
import type { Sealer } from '#vault/seal.ts'
import { upstreamUrl } from '#vault/upstream-url.ts'
import { clientCertificate } from './client-certificate.ts'
import type { Change, DoorNeeds } from './door.ts'
import {
  clientIdText,
  clientSecretText,
  comments,
  line,
  OVERRIDE_NAMES,
  overridesAfter,
  scopeList,
  tenant,
  type ClientProofKind,
  type OverridesTyped,
} from './oauth-application-form.ts'

export type ApplicationNeeds = DoorNeeds & {
  readonly mayReach: MayReach
  readonly sealer: Pick<Sealer, 'seal'>
}

/** Left out: as it was. */
export type ApplicationTyped = OverridesTyped & {
  readonly designation?: string | undefined
  readonly cloud?: string | undefined
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly clientProof?: ClientProofKind | undefined
  readonly clientSecret?: string | undefined
  readonly secretExpiresAt?: number | null | undefined
  readonly certificate?: string | undefined
  readonly rootUrl?: string | undefined
  readonly scopes?: string | undefined
  readonly appOnly?: boolean | undefined
  readonly comments?: string | undefined
  /** The tokens of the accounts may end. */
  readonly endTokens?: boolean | undefined
}
type Stamp = { readonly at: number; readonly by: string }

export function blankApplication(
  id: string,
  identifier: string,
  provider: string,
  { at, by }: Stamp,
): OAuthApplicationRow {
  return {
    id,
    identifier,
    identifier_key: identifierKey(identifier),
    designation: '',
    provider,
    cloud: '',
    tenant_id: '',
    client_id: '',
    client_proof: 'secret',
    secret: null,
    secret_set_at: null,
    secret_expires_at: null,
    certificate: null,
    certificate_thumbprint: null,
    certificate_expires_at: null,
    root_url: '',
    scopes: '',
    app_only: 0,
    overrides: '{}',
    comments: '',
    alarm: null,
    alarm_at: null,
    closed_until: 0,
    failures: 0,
    created_at: at,
    created_by: by,
    updated_at: at,
    updated_by: by,
  }
}

/** @throws Problem `invalid` with the field */
export function filled(
  needs: ApplicationNeeds,
  before: OAuthApplicationRow,
  typed: ApplicationTyped,
  { at, by }: Stamp,
): OAuthApplicationRow {
  const provider = providerOf(before.provider)
  if (!provider) throw invalid('provider', 'unknown', 'There is no such provider.')
  const row: OAuthApplicationRow = {
    ...before,
    ...place(needs, provider, before, typed),
    designation: read(typed.designation, before.designation, (text) => line('designation', text)),
    client_id: read(typed.clientId, before.client_id, clientIdText),
    comments: read(typed.comments, before.comments, comments),
    updated_at: at,
    updated_by: by,
  }
  const proven = { ...row, ...proof(needs, row, typed, at) }
  refuseTogether(provider, before, proven, typed)
  return proven
}

const read = (typed: string | undefined, old: string, reader: (text: string) => string): string =>
  typed === undefined ? old : reader(typed)

/** Where the provider is, and what it is asked for. */
function place(
  needs: ApplicationNeeds,
  provider: Provider,
  before: OAuthApplicationRow,
  typed: ApplicationTyped,
): Partial<OAuthApplicationRow> {
  const wanted = typed.cloud ?? before.cloud
  const cloud = wanted === '' ? provider.clouds[0] : provider.clouds.find(({ id }) => id === wanted)
  if (!cloud) throw invalid('cloud', 'unknown', 'The provider has no such cloud.')
  const appOnly = typed.appOnly ?? before.app_only === 1
  const moved = cloud.id !== before.cloud || appOnly !== (before.app_only === 1)
  const rootUrl = typed.rootUrl?.trim() ?? (moved ? '' : before.root_url)
  const scopes = scopeList(typed.scopes ?? (moved ? '' : before.scopes))
  const named = Object.fromEntries(OVERRIDE_NAMES.map((name) => [name, typed[name]]))
  const overrides = overridesAfter(JSON.parse(before.overrides) as Overrides, named, needs.mayReach)
  return {
    cloud: cloud.id,
    tenant_id: read(typed.tenantId, before.tenant_id, tenant),
    root_url: rootUrl === '' ? cloud.rootUrl : upstreamUrl(rootUrl, 'rootUrl', needs.mayReach),
    scopes: scopes || (appOnly ? cloud.appOnlyScopes : cloud.scopes).join(' '),
    app_only: Number(appOnly),
    overrides: JSON.stringify(overrides),
  }
}

/** What the client proves itself with. What is no longer used is not kept. */
function proof(
  { sealer }: Pick<ApplicationNeeds, 'sealer'>,
  row: OAuthApplicationRow,
  typed: ApplicationTyped,
  now: number,
): Partial<OAuthApplicationRow> {
  const kind = typed.clientProof ?? (row.client_proof as ClientProofKind)
  const seal = (column: 'secret' | 'certificate', text: string): Uint8Array =>
    sealer.seal(new Secret(text), { table: 'oauth_application', column, row: row.id })
  const none = {
    client_proof: kind,
    secret: null,
    secret_set_at: null,
    secret_expires_at: null,
    certificate: null,
    certificate_thumbprint: null,
    certificate_expires_at: null,
  }
  if (kind === 'secret') {
    const text = clientSecretText(typed.clientSecret ?? '')
    const ends = typed.secretExpiresAt === undefined ? row.secret_expires_at : typed.secretExpiresAt
    if (text === '')
      return {
        ...none,
        secret: row.secret,
        secret_set_at: row.secret_set_at,
        secret_expires_at: ends,
      }
    const given = typed.secretExpiresAt ?? null // the end of the one before says nothing of this one
    return { ...none, secret: seal('secret', text), secret_set_at: now, secret_expires_at: given }
  }
  if (kind === 'none') return none
  const { certificate, certificate_thumbprint, certificate_expires_at, secret_set_at } = row
  const pem = typed.certificate ?? ''
  if (pem.trim() === '')
    return { ...none, certificate, certificate_thumbprint, certificate_expires_at, secret_set_at }
  const found = clientCertificate(pem, now)
  return {
    ...none,
    certificate: seal('certificate', found.pem),
    certificate_thumbprint: found.thumbprint,
    certificate_expires_at: found.expiresAt,
    secret_set_at: now,
  }
}

/** What is right by itself and wrong together. */
function refuseTogether(
  { clouds, needsTenant, anyTenant, discovers }: Provider,
  before: OAuthApplicationRow,
  row: OAuthApplicationRow,
  typed: ApplicationTyped,
): void {
  if (row.client_proof === 'secret' && row.secret === null)
    throw invalid('clientSecret', 'empty', 'Give the client secret.')
  if (row.client_proof === 'certificate' && row.certificate === null)
    throw invalid('certificate', 'empty', 'Give the private key and the certificate.')
  const appOnly = clouds.some(({ appOnlyScopes }) => appOnlyScopes.length > 0)
  const { issuer, tokenUrl } = JSON.parse(row.overrides) as Overrides
  if (discovers && row.root_url === '' && issuer === undefined && tokenUrl === undefined)
    throw invalid('rootUrl', 'empty', 'Give the issuer, under which the provider describes itself.')
  if (row.app_only === 1 && !appOnly)
    throw invalid('appOnly', 'unsupported', 'The provider gives programs no tokens of their own.')
  if (row.scopes === '') throw invalid('scopes', 'empty', 'Give the scopes to ask for.')
  if (needsTenant && row.tenant_id === '')
    throw invalid('tenantId', 'empty', 'Give the tenant ID of the organisation.')
  if (row.app_only === 1 && needsTenant && anyTenant.includes(row.tenant_id))
    throw invalid('tenantId', 'concrete', 'App-only needs the tenant ID of one organisation.')
  if (row.app_only === 1 && row.client_proof === 'none')
    throw invalid('clientProof', 'needed', 'App-only needs a client secret or a certificate.')
  const keeps = before.secret !== null && row.secret === before.secret
  if (keeps && (typed.clientSecret ?? '') === '' && askedAt(before) !== askedAt(row))
    throw invalid(
      'clientSecret',
      'again',
      'The token address changes: give the client secret again, so that it goes nowhere unseen.',
    )
}

/** Where the client proves itself. */
function askedAt(row: OAuthApplicationRow): string {
  const { tokenUrl, issuer } = JSON.parse(row.overrides) as Overrides
  return [row.root_url, tokenUrl, issuer].join(' ')
}

/** Fields that a refresh token is bound to, where they changed: as the form calls them. */
export function boundFields(before: OAuthApplicationRow, after: OAuthApplicationRow): string[] {
  const [old, next] = [
    JSON.parse(before.overrides) as Overrides,
    JSON.parse(after.overrides) as Overrides,
  ]
  return [
    ...(before.client_id === after.client_id ? [] : ['clientId']),
    ...(before.tenant_id === after.tenant_id ? [] : ['tenantId']),
    ...(before.root_url === after.root_url ? [] : ['rootUrl']),
    ...(before.app_only === after.app_only ? [] : ['appOnly']),
    ...(old.tokenUrl === next.tokenUrl ? [] : ['tokenUrl']),
    ...(old.issuer === next.issuer ? [] : ['issuer']),
  ]
}

/** What the audit says of a row: of secrets only that they are new. */
export function shownOf(row: OAuthApplicationRow): NonNullable<Change['details']> {
  return {
    provider: row.provider,
    cloud: row.cloud,
    designation: row.designation,
    tenant_id: row.tenant_id,
    client_id: row.client_id,
    client_proof: row.client_proof,
    secret_set_at: row.secret_set_at,
    secret_expires_at: row.secret_expires_at,
    certificate_thumbprint: row.certificate_thumbprint,
    root_url: row.root_url,
    scopes: row.scopes,
    app_only: row.app_only === 1,
    overrides: row.overrides,
    comments: row.comments,
  }
}
