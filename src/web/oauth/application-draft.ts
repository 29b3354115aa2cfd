/**
 * The form of an OAuth 2 application as it is typed, and what of it is sent.
 */
import type { BodyIn } from '#api/contract.ts'
import type { OAuthApplication, Provider } from '../api/types.ts'

export const ADDRESSES = [
  'authorizeUrl',
  'tokenUrl',
  'deviceUrl',
  'revokeUrl',
  'jwksUrl',
  'userinfoUrl',
  'issuer',
] as const
export const SERVERS = [
  'imapHost',
  'imapPort',
  'popHost',
  'popPort',
  'smtpHost',
  'smtpPort',
] as const
export const CHOICES = ['smtpSecurity', 'tokenClass'] as const
/** Whatever can differ from the provider's; empty: as the provider has it. */
export const OVERRIDES = [...ADDRESSES, ...SERVERS, ...CHOICES] as const
export type Override = (typeof OVERRIDES)[number]
/** What stands in the fold of the form. */
export const FOLDED: readonly string[] = ['rootUrl', 'scopes', ...OVERRIDES]

export type Draft = {
  identifier: string
  designation: string
  provider: string
  cloud: string
  tenantId: string
  clientId: string
  clientProof: OAuthApplication['clientProof']
  clientSecret: string
  /** As a date field writes it; empty: not known. */
  secretExpires: string
  certificate: string
  rootUrl: string
  scopes: string
  appOnly: boolean
  comments: string
} & Record<Override, string>

const NO_OVERRIDES = Object.fromEntries(OVERRIDES.map((name) => [name, ''])) as Record<
  Override,
  string
>

export function emptyDraft(provider: Provider): Draft {
  return {
    identifier: '',
    designation: '',
    tenantId: '',
    clientId: '',
    clientProof: 'secret',
    clientSecret: '',
    secretExpires: '',
    certificate: '',
    appOnly: false,
    comments: '',
    ...NO_OVERRIDES,
    ...prefilled(provider, provider.clouds[0]?.id ?? '', false),
  }
}

/** What the choice of provider, cloud and kind fills in. */
export function prefilled(
  provider: Provider,
  cloudId: string,
  appOnly: boolean,
): Pick<Draft, 'provider' | 'cloud' | 'rootUrl' | 'scopes'> {
  const cloud = provider.clouds.find(({ id }) => id === cloudId) ?? provider.clouds[0]
  return {
    provider: provider.id,
    cloud: cloud?.id ?? '',
    rootUrl: cloud?.rootUrl ?? '',
    scopes: (appOnly ? cloud?.appOnlyScopes : cloud?.scopes) ?? '',
  }
}

export function draftOf(application: OAuthApplication): Draft {
  const overrides = Object.fromEntries(
    OVERRIDES.map((name) => [name, String(application.overrides[name] ?? '')]),
  ) as Record<Override, string>
  const { identifier, designation, provider, cloud, tenantId, clientId, clientProof } = application
  const { rootUrl, scopes, appOnly, comments, secretExpiresAt } = application
  return {
    identifier,
    designation,
    provider,
    cloud,
    tenantId,
    clientId,
    clientProof,
    rootUrl,
    scopes,
    appOnly,
    comments,
    ...overrides,
    clientSecret: '',
    certificate: '',
    secretExpires:
      secretExpiresAt === null ? '' : new Date(secretExpiresAt).toISOString().slice(0, 10),
  }
}

type Sent = BodyIn<'PATCH /oauth-applications/:id'>

/** What differs from how it was; a write-only field that is empty stays as it is. */
export function sentOf(draft: Draft, before: Draft): Sent {
  const changed = Object.entries(draft).filter(
    ([name, value]) =>
      before[name as keyof Draft] !== value && name !== 'identifier' && name !== 'provider',
  )
  return Object.fromEntries(changed.map(([name, value]) => written(name, value)))
}

function written(name: string, value: string | boolean): [string, unknown] {
  if (name === 'secretExpires')
    return ['secretExpiresAt', value === '' ? null : Date.parse(`${String(value)}T23:59:59Z`)]
  if ((CHOICES as readonly string[]).includes(name)) return [name, value === '' ? null : value]
  // What is no number goes as it is: the server says which field it is.
  if (name.endsWith('Port') && /^\d*$/.test(String(value)))
    return [name, value === '' ? null : Number(value)]
  return [name, value]
}
