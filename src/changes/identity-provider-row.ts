/**
 * The row of an identity provider after what was typed into its form: what fits its kind, and what
 * has to be named before anybody is let in.
 */
import type { z } from 'zod'
import { invalid, type Fault } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { LdapConfig, OidcConfig, type ProviderKind } from '#domain/identity-provider.ts'
import { userKey } from '#domain/user.ts'
import type { IdentityProviderRow, OAuthApplicationRow } from '#store/schema.ts'
import { isTenantId } from '#vault/client.ts'
import { providerOf } from '#vault/providers.ts'
import { checkLdapConfig } from '#identity/directory/checked-config.ts'
import { providerSecretPlace } from '#identity/outside/provider-config.ts'
import type { MayReach } from '#vault/reachable.ts'
import type { Sealer } from '#vault/seal.ts'
import { line } from './oauth-application-form.ts'

/** Left out: as it was. Lists replace the ones before. */
export type ProviderTyped = {
  readonly name?: string | undefined
  /** Directories: of the account that searches. Empty: it stays. */
  readonly password?: string | undefined
  readonly [setting: string]: unknown
}

/** Names of the flat form whose settings stand in a group of the configuration. */
const GROUPED: Readonly<Record<string, readonly [string, string]>> = {
  trustedAmr: ['secondFactorClaims', 'amr'],
  trustedAcr: ['secondFactorClaims', 'acr'],
  idAttribute: ['attributes', 'id'],
  nameAttribute: ['attributes', 'name'],
  emailAttribute: ['attributes', 'email'],
  displayNameAttribute: ['attributes', 'displayName'],
}
const APART = new Set(['kind', 'name', 'password', 'applicationId'])
const MAX_NAME = 64

/** @throws Problem `invalid` with the field */
export function filledProvider(
  { sealer, mayReach }: { readonly sealer: Pick<Sealer, 'seal'>; readonly mayReach: MayReach },
  before: IdentityProviderRow,
  typed: ProviderTyped,
  application: OAuthApplicationRow | null,
  stamp: { readonly at: number; readonly by: string },
): IdentityProviderRow {
  const name = typed.name === undefined ? before.name : line('name', typed.name, MAX_NAME)
  if (name === '') throw invalid('name', 'empty', 'Give the provider a name.')
  const kind = before.kind as ProviderKind
  const config = configAfter(kind, before, typed)
  if (kind === 'oidc') checkOidc(config as OidcConfig, application)
  else checkLdapConfig(config as LdapConfig, mayReach)
  const password = typed.password ?? ''
  if (kind === 'oidc' && password !== '')
    throw invalid('password', 'unsupported', 'Only directories have a password of their own.')
  if (kind === 'ldap' && password === '' && before.secret === null)
    throw invalid('password', 'empty', 'Give the password of the account that searches.')
  if (
    kind === 'ldap' &&
    password === '' &&
    sentTo(before.config) !== sentTo(JSON.stringify(config))
  )
    throw invalid('password', 'again', 'Give the password again: it would be sent elsewhere.')
  return {
    ...before,
    name,
    name_key: userKey(name),
    application_id: application?.id ?? null,
    config: JSON.stringify(config),
    ...(password === ''
      ? {}
      : {
          secret: sealer.seal(new Secret(password), providerSecretPlace(before.id)),
          secret_set_at: stamp.at,
        }),
    // What it did before was with other settings.
    warnings: '',
    updated_at: stamp.at,
    updated_by: stamp.by,
  }
}

/** Who would be told the password of the account that searches, and as whose. */
function sentTo(config: string): string {
  const { urls, startTls, ca, bindDn } = JSON.parse(config) as LdapConfig
  return JSON.stringify([urls, startTls, ca, bindDn])
}

function configAfter(
  kind: ProviderKind,
  before: IdentityProviderRow,
  typed: ProviderTyped,
): OidcConfig | LdapConfig {
  const after = JSON.parse(before.config) as Record<string, unknown>
  for (const [name, value] of Object.entries(typed)) {
    if (value === undefined || APART.has(name)) continue
    const [group, member] = GROUPED[name] ?? [name]
    if (member === undefined) after[group] = lowered(name, value)
    else after[group] = { ...EMPTY[group], ...(after[group] as object), [member]: value }
  }
  const schema: z.ZodType<OidcConfig | LdapConfig> = kind === 'oidc' ? OidcConfig : LdapConfig
  const found = schema.safeParse(after)
  if (found.success) return found.data
  const [issue] = found.error.issues
  const field =
    issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : formName(issue?.path ?? [])
  throw invalid(field, FAULT[issue?.code ?? ''] ?? 'form', `"${field}" does not fit.`)
}

const EMPTY: Readonly<Record<string, object>> = {
  secondFactorClaims: { amr: [], acr: [] },
  attributes: { id: '', name: '', email: '', displayName: '' },
}
const FAULT: Readonly<Record<string, Fault>> = {
  too_small: 'too_small',
  too_big: 'too_big',
  unrecognized_keys: 'unsupported',
}

function formName(path: readonly PropertyKey[]): string {
  const [group = '', member = ''] = path.map(String)
  const grouped = Object.entries(GROUPED).find(([, at]) => at[0] === group && at[1] === member)
  return grouped?.[0] ?? group
}

/** Domains and tenants have no case; spaces around them and empty ones are slips. */
const lowered = (name: string, value: unknown): unknown =>
  (name === 'domains' || name === 'tenants') && Array.isArray(value)
    ? [...new Set(value.map((one) => String(one).trim().toLowerCase()).filter(Boolean))]
    : value

/** Whom the application lets in has to fit whom the provider is to let in. */
function checkOidc(config: OidcConfig, application: OAuthApplicationRow | null): void {
  if (!application) throw invalid('applicationId', 'empty', 'Choose the OAuth 2 application.')
  const provider = providerOf(application.provider)
  if (!provider?.signIn || application.app_only === 1)
    throw invalid('applicationId', 'unsupported', 'Nobody can sign in by this application.')
  const { organisationClaim } = provider.signIn
  if (organisationClaim === null && config.tenants.length > 0)
    throw invalid('tenants', 'unsupported', 'The provider names no organisation.')
  const { tenantClaim } = provider.identity
  if (tenantClaim !== null && config.tenants.some((one) => !isTenantId(one)))
    throw invalid('tenants', 'tenant', 'Tenants are named by their ID, a GUID.')
  if (letsAnybodyIn(config, application))
    throw invalid(
      'tenants',
      'empty',
      'Anybody with an account at this provider could come in: name the organisations.',
    )
}

/** Whether anybody with an account at the provider would come in: no organisation is named. */
export function letsAnybodyIn(
  { provisioning, tenants }: Pick<OidcConfig, 'provisioning' | 'tenants'>,
  application: Pick<OAuthApplicationRow, 'provider' | 'tenant_id'>,
): boolean {
  const provider = providerOf(application.provider)
  if (!provider?.signIn?.organisationClaim || tenants.length > 0) return false
  return provider.identity.tenantClaim === null
    ? provisioning === 'create'
    : !isTenantId(application.tenant_id)
}
