/**
 * What the API shows of applications, accounts and tokens. Never a token, never a secret.
 */
import { z } from 'zod'
import { ACCOUNT_STATES, REVOCATIONS } from '#domain/mail-account.ts'
import { CAUSE_NAMES, type Cause } from '#vault/cause.ts'

export { AuditRowView } from './views.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')
const host = z.object({ host: z.string(), port: z.int(), security: z.enum(['tls', 'starttls']) })
const stamps = { createdAt: time, createdBy: z.string(), updatedAt: time, updatedBy: z.string() }

/** What went wrong at a provider: a word that the pages have sentences for, in both languages. */
export const DiagnosisView = z.object({
  cause: z.enum(CAUSE_NAMES as [Cause, ...Cause[]]).describe('A cause of the error doctor.'),
  who: z
    .enum(['administrator', 'owner', 'operator', 'provider', 'nobody'])
    .describe('Who can mend it.'),
  code: z.string().nullable().describe("The provider's own code, such as AADSTS700082."),
  command: z.string().nullable().describe('A command for Exchange or Entra to paste.'),
  url: z.string().nullable().describe('Where it can be mended, such as the page of admin consent.'),
})

const hosts = z.object({ imap: host, pop: host, smtp: host }).nullable()

export const ProviderView = z.object({
  id: z.string(),
  label: z.string(),
  clouds: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      rootUrl: z.string(),
      scopes: z.string(),
      appOnlyScopes: z.string(),
      hosts,
    }),
  ),
  needsTenant: z.boolean(),
  device: z.boolean().describe('Device codes work.'),
  appOnly: z.boolean(),
  scopes: z.string().describe('Of the first cloud, as are the scopes and hosts below.'),
  appOnlyScopes: z.string(),
  hosts,
})

export const OAuthApplicationView = z.object({
  id,
  identifier: z.string(),
  designation: z.string(),
  provider: z.string(),
  cloud: z.string(),
  tenantId: z.string(),
  clientId: z.string(),
  clientProof: z.enum(['secret', 'certificate', 'none']),
  secretSetAt: time.nullable(),
  secretExpiresAt: time.nullable(),
  certificateThumbprint: z.string().nullable(),
  certificateExpiresAt: time.nullable(),
  rootUrl: z.string(),
  scopes: z.string(),
  appOnly: z.boolean(),
  overrides: z.record(z.string(), z.union([z.string(), z.number()])),
  redirectUrl: z.string().describe('To register at the provider.'),
  comments: z.string(),
  alarm: DiagnosisView.nullable(),
  alarmAt: time.nullable(),
  accounts: z.int(),
  ...stamps,
})

export const ApplicationTestView = z.object({
  checks: z.array(
    z.object({
      check: z.enum(['addresses', 'discovery', 'client']),
      ok: z.boolean(),
      diagnosis: DiagnosisView.nullable(),
    }),
  ),
})

export const MailAccountView = z.object({
  id,
  applicationId: id,
  applicationIdentifier: z.string(),
  identifier: z.string(),
  designation: z.string(),
  email: z.string(),
  shared: z.boolean(),
  delegateEmail: z.string().nullable(),
  comments: z.string(),
  users: z.array(z.object({ userId: id, name: z.string() })),
  state: z.enum(ACCOUNT_STATES),
  diagnosis: DiagnosisView.nullable().describe('Why it is in this state.'),
  stateAt: time,
  initialisedAt: time.nullable(),
  initialisedBy: z.string().nullable(),
  initialisedAs: z.string().nullable(),
  grantedScopes: z.array(z.string()),
  missingScopes: z.array(z.string()),
  lastRefreshAt: time.nullable(),
  nextRefreshAt: time.nullable(),
  accessTokenExpiresAt: time.nullable(),
  refreshTokenExpiresAt: time.nullable(),
  refreshTokenExpiry: z.enum(['given', 'modelled', 'none']),
  unconfirmedInit: id
    .nullable()
    .describe('An Init. Token that waits for an administrator to confirm who signed in.'),
  ...stamps,
})

/** What became of the permission at the provider. */
export const RevocationView = z.object({
  revocation: z
    .enum(REVOCATIONS)
    .describe(
      'none: there was nothing to revoke, or no way to. in_use: another mail account lives on it.',
    ),
  diagnosis: DiagnosisView.nullable().describe('Why it failed.'),
})

export const TokenInitStartView = z.discriminatedUnion('how', [
  z.object({ how: z.literal('browser'), initId: id, url: z.string(), expiresAt: time }),
  z.object({
    how: z.literal('device'),
    initId: id,
    userCode: z.string(),
    verificationUrl: z.string(),
    expiresAt: time,
  }),
  z.object({
    how: z.literal('link'),
    initId: id,
    url: z.string(),
    expiresAt: time,
    mailed: z.enum(['sent', 'failed', 'off']),
  }),
  z
    .object({ how: z.literal('nothing'), initId: z.null() })
    .describe('App-only: there is nothing to initialise.'),
])

export const TokenInitView = z.object({
  initId: id,
  outcome: z.enum([
    'pending',
    'done',
    'confirm_delegate',
    'wrong_person',
    'missing_scopes',
    'refused',
    'expired',
  ]),
  signedInAs: z.string().nullable(),
  expected: z.string(),
  missingScopes: z.array(z.string()),
  diagnosis: DiagnosisView.nullable(),
  expiresAt: time,
})

/** What a mail server answered, good or bad. */
const answered = {
  ok: z.boolean(),
  said: z.string().describe('The words of the mail server, on one line.'),
  diagnosis: DiagnosisView.nullable().describe('Why it was refused.'),
}
export const TestMessageView = z.object({ ...answered, messageId: z.string().nullable() })

export const InboxView = z.object({
  ...answered,
  total: z.int(),
  messages: z.array(
    z.object({
      uid: z.int(),
      from: z.string(),
      subject: z.string(),
      at: time.nullable(),
      size: z.int(),
    }),
  ),
})

export const ForecastView = z.object({
  what: z.enum(['refresh_token', 'client_secret', 'certificate', 'consent']),
  id,
  identifier: z.string(),
  endsAt: time,
  given: z
    .boolean()
    .describe('The provider or the administrator said so; otherwise it is modelled.'),
})
