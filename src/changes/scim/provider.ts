/**
 * The provider that speaks SCIM: what it may change is its own, and who it means by an externalId.
 */
import { isTenantId, type OAuthClient } from '#vault/client.ts'
import { invalid, Problem } from '#base/problem.ts'
import type { OidcConfig } from '#domain/identity-provider.ts'
import type { Language } from '#domain/user.ts'
import { subjectOf } from '#identity/outside/provider-person.ts'
import type { IdentityProviderRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Caller, DoorNeeds } from '../door.ts'

export type ScimNeeds = DoorNeeds & {
  readonly clientOf: (row: OAuthApplicationRow) => Promise<OAuthClient>
  /** Of people who come with none that is known here. */
  readonly defaultLanguage: Language
}

/** One call of a provider, from an address. */
export type ScimCaller = {
  readonly provider: IdentityProviderRow
  readonly caller: Caller
}

export const scimCaller = (
  provider: IdentityProviderRow,
  from: { readonly ip: string; readonly client: string },
): ScimCaller => ({
  provider,
  caller: {
    actor: { kind: 'system', id: provider.id, name: `SCIM ${provider.name}` },
    role: 'system',
    ...from,
    sessionId: null,
  },
})

const MAX_EXTERNAL_ID = 256

/**
 * The subject with which the same person signs in: externalId is the object ID at Entra ID, and
 * `sub` elsewhere. Where people of several tenants come in it is `<tenant ID> <object ID>`.
 * @throws Problem `invalid`, field `externalId`; `unavailable` when the provider is not known
 */
export async function subjectFor(
  needs: Pick<ScimNeeds, 'store' | 'clientOf'>,
  { application_id, config }: IdentityProviderRow,
  externalId: string,
): Promise<string> {
  const application =
    application_id === null ? null : await needs.store.tables.oauthApplications.find(application_id)
  if (!application) throw new Problem('unavailable', 'The provider has no application.')
  if (externalId.length > MAX_EXTERNAL_ID || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(externalId))
    throw invalid('externalId', 'characters', 'The externalId is too long, or has controls.')
  const client = await needs.clientOf(application)
  const tenantId = tenantOf(client, JSON.parse(config) as OidcConfig)
  if (tenantId === null) return organisational(externalId)
  const subject = subjectOf({ ...client, tenantId }, client.endpoints.issuer, externalId)
  if (subject === null)
    throw invalid('externalId', 'unsupported', 'The provider does not say who that is.')
  return subject
}

/** null: people come from several. Providers without tenants have none to name. */
function tenantOf(client: OAuthClient, { tenants = [] }: Partial<OidcConfig>): string | null {
  if (client.provider.identity.tenantClaim === null || isTenantId(client.tenantId))
    return client.tenantId
  const [only, ...others] = tenants
  return only !== undefined && others.length === 0 ? only : null
}

function organisational(externalId: string): string {
  const [tenant = '', person = '', ...more] = externalId.split(' ')
  if (!isTenantId(tenant) || !isTenantId(person) || more.length > 0)
    throw invalid(
      'externalId',
      'form',
      'People come from several tenants: the externalId is "<tenant ID> <object ID>".',
    )
  return `${tenant.toLowerCase()} ${person.toLowerCase()}`
}
