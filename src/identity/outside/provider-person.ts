/**
 * Who signed in at a provider with OpenID Connect: proven claims → what is known of the person here.
 *
 * The person is the subject (`iss sub`, or `tid oid` at Entra) and nothing else. Names and addresses
 * are shown, and an address counts as proven only where the provider has proven it.
 */
import type { OidcConfig } from '#domain/identity-provider.ts'
import { addressOf, lineOf, shownNameOf, userNameOf } from '#domain/said-of-people.ts'
import type { ExternalGroup } from '#store/groups.ts'
import { isTenantId, type OAuthClient } from '#vault/client.ts'
import type { Claims } from '#vault/id-token.ts'
import { personOf } from '#vault/signed-in-person.ts'

export type ProviderPerson = {
  readonly subject: string
  /** As an administrator may see them. */
  readonly shownAs: string
  /** What their user name would be; null: nothing that they are called can be one. */
  readonly name: string | null
  readonly displayName: string
  readonly email: string | null
  readonly emailVerified: boolean
  /** Somebody whose account is elsewhere. */
  readonly guest: boolean
  /** null: it was not said; the groups stay as they were. */
  readonly groups: readonly ExternalGroup[] | null
  /** There are more groups than the token names (Entra). */
  readonly overage: boolean
  /** A second factor was given there, by what the administrator trusts. */
  readonly secondFactor: boolean
  /** When they signed in there, in milliseconds; null: it was not said. */
  readonly authTime: number | null
  /** What the provider calls its session. */
  readonly sid: string | null
}

export type PersonVerdict =
  | { readonly ok: true; readonly person: ProviderPerson }
  | { readonly ok: false; readonly reason: 'no_subject' | 'other_organisation' }

type Client = Pick<OAuthClient, 'provider' | 'tenantId'>

/** The tenant of personal Microsoft accounts: their names are whatever their owners chose. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const MOST_GROUPS = 500
const MAX_GROUP = 256
const MAX_SUBJECT = 512

export function providerPerson(claims: Claims, client: Client, config: OidcConfig): PersonVerdict {
  const { signIn, identity } = client.provider
  const { subject, as, guest } = personOf(claims, client)
  if (!signIn || subject === null || subject.length > MAX_SUBJECT)
    return { ok: false, reason: 'no_subject' }
  // An application that was opened to any tenant after the provider was declared lets nobody else in.
  const open = identity.tenantClaim !== null && !isTenantId(client.tenantId)
  if ((open || config.tenants.length > 0) && signIn.organisationClaim !== null) {
    const organisation = lineOf(claims[signIn.organisationClaim])?.toLowerCase() ?? ''
    if (!config.tenants.includes(organisation)) return { ok: false, reason: 'other_organisation' }
  }
  const guested = guest || isGuest(claims)
  const email = emailOf(claims, client, guested)
  return {
    ok: true,
    person: {
      subject,
      shownAs: as ?? subject,
      name: nameOf(claims, email, identity.tenantClaim !== null && !guested),
      displayName: shownNameOf(claims['name']),
      email: email?.address ?? null,
      emailVerified: email?.verified === true,
      guest: guested,
      ...groupsOf(claims, config.groupsClaim),
      secondFactor: hasSecondFactor(claims, signIn.context, config),
      authTime: timeOf(claims['auth_time']),
      sid: lineOf(claims['sid']),
    },
  }
}

/** Entra: by the claim that says so, or by the name that guests have in the tenant. */
const isGuest = (claims: Claims): boolean =>
  isTrue(claims['acct']) ||
  ['upn', 'preferred_username'].some((claim) => /#EXT#/i.test(lineOf(claims[claim]) ?? ''))

/**
 * The subject of somebody whom the provider names by another channel (SCIM's externalId, the `sub`
 * of a logout token); null where that does not say who it is.
 */
export function subjectOf(client: Client, issuer: string | null, said: string): string | null {
  const { subject } = client.provider.identity
  if (subject.join(' ') === 'iss sub') return issuer === null ? null : `${issuer} ${said}`
  return subject.join(' ') === 'tid oid' && client.tenantId !== ''
    ? `${client.tenantId.toLowerCase()} ${said}`
    : null
}

type Address = { readonly address: string; readonly verified: boolean }

function emailOf(claims: Claims, { provider: { signIn } }: Client, guest: boolean): Address | null {
  const claimed = addressOf(claims['email'])
  const proven = signIn?.emailProofs.some((claim) => isTrue(claims[claim])) === true
  if (claimed !== null && proven) return { address: claimed, verified: true }
  const own = guest || claims['tid'] === CONSUMERS ? [] : (signIn?.ownAddresses ?? [])
  for (const claim of own) {
    const address = addressOf(claims[claim])
    if (address !== null) return { address, verified: true }
  }
  const any = claimed ?? addressOf(claims['preferred_username'])
  return any === null ? null : { address: any, verified: false }
}

/**
 * An address that nobody has proven never becomes a name: an administrator would take it for that of
 * somebody else.
 */
function nameOf(claims: Claims, email: Address | null, organisations: boolean): string | null {
  const preferred = lineOf(claims['preferred_username'])
  const local = email?.address.split('@')[0] ?? null
  const candidates = [
    organisations && email?.verified === true ? email.address : null,
    preferred !== null && !preferred.includes('@') ? preferred : null,
    email?.verified === true ? email.address : null,
    local,
  ]
  for (const one of candidates) {
    const name = one === null ? null : userNameOf(one)
    if (name !== null) return name
  }
  return null
}

function groupsOf(claims: Claims, claim: string): Pick<ProviderPerson, 'groups' | 'overage'> {
  if (claim === '') return { groups: null, overage: false }
  // Entra: too many for a token (200), they would have to be asked for elsewhere.
  const elsewhere = claims['_claim_names']
  const named = typeof elsewhere === 'object' && elsewhere !== null && claim in elsewhere
  if (named || (claim === 'groups' && isTrue(claims['hasgroups'])))
    return { groups: null, overage: true }
  const said = claims[claim]
  const list: unknown[] = Array.isArray(said) ? said : said === undefined ? [] : [said]
  const names = [...new Set(list.map(lineOf).filter((one) => one !== null))]
  if (names.length > MOST_GROUPS) return { groups: null, overage: true }
  return {
    groups: names
      .filter((name) => name.length <= MAX_GROUP)
      .map((name) => ({ externalId: name, name })),
    overage: false,
  }
}

function hasSecondFactor(
  claims: Claims,
  context: 'acr' | 'acrs',
  { secondFactorClaims: { amr, acr } }: OidcConfig,
): boolean {
  const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
  const [methods, contexts] = [listOf(claims['amr']), listOf(claims[context])]
  return amr.some((one) => methods.includes(one)) || acr.some((one) => contexts.includes(one))
}

const timeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? Math.floor(value * 1000) : null

/** Entra writes some of them as numbers. */
const isTrue = (value: unknown): boolean =>
  value === true || value === 'true' || value === 1 || value === '1'
