/**
 * The contract: identity providers, as administrators declare them.
 */
import { z } from 'zod'
import { PROVIDER_KINDS } from '#domain/identity-provider.ts'
import {
  IdentityProviderTestView,
  IdentityProviderView,
  IdentityView,
  ScimTokenView,
} from '../identity-provider-views.ts'
import { name, Nothing, password, rows, type Route } from './route.ts'

const text = z.string().max(1024)
const texts = z.array(text).max(1000)
const seconds = z.int().min(0)

/** Left out: as it was, or the default. Which of them a kind has is in domain/identity-provider.ts. */
const provider = {
  provisioning: z.enum(['create', 'invited']).optional(),
  domains: texts.optional().describe('Names that end in @ and one of these are led here.'),
  intervalS: seconds.optional(),
  graceS: seconds.optional(),

  tenants: texts
    .optional()
    .describe('OpenID Connect: tenant IDs of Entra, or domains of Google Workspace (hd).'),
  trustedAmr: texts.optional().describe('Values of amr that mean a second factor.'),
  trustedAcr: texts.optional().describe('Values of acr that mean a second factor.'),
  groupsClaim: text.optional(),
  ownMailbox: z.boolean().optional(),
  liveness: z.enum(['refresh_token', 'scim', 'sign_in']).optional(),
  signOutThere: z.boolean().optional(),

  flavour: z.enum(['active_directory', 'other']).optional().describe('Directories.'),
  urls: texts.optional(),
  startTls: z.boolean().optional(),
  ca: z
    .string()
    .max(12 * 1024)
    .optional(),
  bindDn: text.optional(),
  password: password
    .optional()
    .describe('Write-only: of the account that searches. Empty: the one that is there stays.'),
  baseDn: text.optional(),
  userFilter: text.optional(),
  idAttribute: text.optional(),
  nameAttribute: text.optional(),
  emailAttribute: text.optional(),
  displayNameAttribute: text.optional(),
  groupBaseDn: text.optional(),
  nestedGroups: z.boolean().optional(),
  requiredGroupDn: text.optional(),
}

export const identityProviderRoutes = {
  'GET /identity-providers': {
    access: 'auditor',
    about: 'Identity providers, as they stand on the sign-in page.',
    answer: rows(IdentityProviderView),
  },
  'POST /identity-providers': {
    access: 'administrator',
    about: 'Declares an identity provider. It is switched off at first.',
    recent: true,
    body: z.strictObject({
      kind: z.enum(PROVIDER_KINDS),
      name,
      applicationId: z.string().max(64).optional().describe('For the kind oidc.'),
      ...provider,
    }),
    answer: IdentityProviderView,
    status: 201,
    problems: ['conflict'],
  },
  'GET /identity-providers/:id': {
    access: 'auditor',
    about: 'One identity provider.',
    answer: IdentityProviderView,
    problems: ['not_found'],
  },
  'PATCH /identity-providers/:id': {
    access: 'administrator',
    about: 'Changes an identity provider; kind and application stay.',
    recent: true,
    body: z.strictObject({ name: name.optional(), ...provider }),
    answer: IdentityProviderView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /identity-providers/:id': {
    access: 'administrator',
    about: 'Deletes an identity provider from which nobody comes.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'POST /identity-providers/:id/enable': {
    access: 'administrator',
    about: 'Lets people sign in by it.',
    recent: true,
    answer: IdentityProviderView,
    problems: ['not_found', 'conflict'],
  },
  'POST /identity-providers/:id/disable': {
    access: 'administrator',
    about:
      'Nobody signs in by it any more. Sessions and application passwords stay until they end.',
    recent: true,
    answer: IdentityProviderView,
    problems: ['not_found'],
  },
  'POST /identity-providers/:id/position': {
    access: 'administrator',
    about: 'Moves it on the sign-in page.',
    recent: true,
    body: z.strictObject({ position: z.int().min(1).max(1000) }),
    answer: rows(IdentityProviderView),
    problems: ['not_found'],
  },
  'POST /identity-providers/:id/test': {
    access: 'administrator',
    about: 'Tries it: addresses, keys and client; or connection, account, search and a person.',
    recent: true,
    body: z.strictObject({
      name: name.optional().describe('Directories: a person to look up.'),
    }),
    answer: IdentityProviderTestView,
    problems: ['not_found'],
  },
  'POST /identity-providers/:id/scim-token': {
    access: 'administrator',
    about: 'Makes the token with which the provider speaks SCIM. The one before ends.',
    recent: true,
    answer: ScimTokenView,
    status: 201,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /identity-providers/:id/scim-token': {
    access: 'administrator',
    about: 'Ends the token of SCIM.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'GET /users/:id/identity': {
    access: 'auditor',
    about: 'How a person stands with the provider that they come from; null for local people.',
    answer: IdentityView.nullable(),
    problems: ['not_found'],
  },
  'DELETE /users/:id/identity': {
    access: 'administrator',
    about:
      'Parts a person from their provider: sessions end, and they need a link to set a main password.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'GET /me/identity': {
    access: 'user',
    about: 'How one stands with the provider that one comes from; null for local people.',
    answer: IdentityView.nullable(),
  },
} as const satisfies Record<string, Route>
