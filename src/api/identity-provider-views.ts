/**
 * What the API shows of identity providers and of people's identities there. Never a secret.
 */
import { z } from 'zod'
import {
  FROZEN_REASONS,
  LdapConfig,
  OidcConfig,
  PROVIDER_KINDS,
} from '#domain/identity-provider.ts'
import { DiagnosisView } from './oauth-views.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')

/** Which button a provider has: the words and the sign of Microsoft, of Google, or its own name. */
const BUTTONS = ['entra', 'google', 'oidc'] as const

export const ProviderButtonView = z.object({
  id,
  name: z.string().describe('As the administrator calls it.'),
  kind: z.enum(BUTTONS),
})

/** What works only in part. The pages have a sentence for each. */
export const PROVIDER_WARNINGS = {
  groups_overage:
    'A person is in more groups than the token can name; their groups here stay as they were.',
  no_refresh_token:
    'It gives no refresh token: whether a person is still there is known at sign-ins only.',
  no_auth_time:
    'It does not say when a person signed in there: nobody can confirm who they are by it.',
} as const
export type ProviderWarning = keyof typeof PROVIDER_WARNINGS

export const IdentityProviderView = z.object({
  id,
  kind: z.enum(PROVIDER_KINDS),
  name: z.string(),
  enabled: z.boolean(),
  position: z.int().describe('Where it stands on the sign-in page, from 1.'),
  button: z.enum(BUTTONS).nullable().describe('null: directories have none.'),
  applicationId: id.nullable().describe('OpenID Connect: the OAuth 2 application.'),
  applicationIdentifier: z.string().nullable(),
  addresses: z
    .object({
      redirectUrl: z.string().describe('Redirect URL for signing in. Each provider has its own.'),
      afterSignOut: z.string().describe('Where the provider may send people after signing out.'),
      frontChannel: z.string().describe('Front-channel logout URL.'),
      backChannel: z.string().describe('Back-channel logout URL.'),
    })
    .nullable()
    .describe('To register at a provider with OpenID Connect.'),
  oidc: OidcConfig.nullable(),
  ldap: LdapConfig.nullable(),
  secretSetAt: time.nullable().describe('Directories: the password of the account that searches.'),
  scim: z.object({
    url: z.string(),
    tokenSetAt: time.nullable(),
    seenAt: time.nullable().describe('When the provider last spoke SCIM with that token.'),
  }),
  reachedAt: time.nullable().describe('When it last answered.'),
  failingSince: time.nullable(),
  failure: z.string().nullable().describe('Why it does not answer: a word for machines.'),
  warnings: z.array(
    z.enum(Object.keys(PROVIDER_WARNINGS) as [ProviderWarning, ...ProviderWarning[]]),
  ),
  people: z.int().describe('Users who come from there.'),
  frozen: z.int().describe('Those of them who are frozen now.'),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  updatedBy: z.string(),
})

export const ScimTokenView = z.object({
  url: z.string(),
  token: z.string().describe('Shown to nobody again.'),
  tokenSetAt: time,
})

export const IdentityProviderTestView = z.object({
  checks: z.array(
    z.object({
      check: z
        .enum(['addresses', 'discovery', 'client', 'keys', 'connect', 'bind', 'search', 'person'])
        .describe('The first four of OpenID Connect, the others of directories.'),
      ok: z.boolean(),
      diagnosis: DiagnosisView.nullable(),
      reason: z.string().nullable().describe('Where there is no diagnosis: a word for machines.'),
      found: z.string().nullable().describe('What was found, such as the name of a person.'),
    }),
  ),
})

/** How a person stands with the provider that they come from. */
export const IdentityView = z.object({
  providerId: id,
  providerName: z.string(),
  providerKind: z.enum(PROVIDER_KINDS),
  subject: z.string().describe('The person for ever at that provider.'),
  shownAs: z.string().describe('The name there.'),
  state: z.enum(['alive', 'frozen']),
  reason: z.enum(FROZEN_REASONS).nullable(),
  stateAt: time,
  aliveAt: time.describe('When the provider last said so.'),
  aliveUntil: time.describe('Until then application passwords work without another word of it.'),
  nextCheckAt: time.nullable(),
  ownMailbox: z.boolean().describe('Its sign-in can connect the own mailbox: POST /me/mailbox.'),
})
