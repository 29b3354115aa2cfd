/**
 * The contract: OAuth 2 applications, mail accounts, Init. Token, and what the tokens are used for.
 */
import { z } from 'zod'
import { ACCOUNT_STATES, TOKEN_CLASSES } from '#domain/mail-account.ts'
import {
  ApplicationTestView,
  AuditRowView,
  ForecastView,
  InboxView,
  MailAccountView,
  OAuthApplicationView,
  ProviderView,
  RevocationView,
  TestMessageView,
  TokenInitStartView,
  TokenInitView,
} from '../oauth-views.ts'
import { name, Nothing, rows, token, type Route } from './route.ts'

const text = z.string().max(4096)
const secret = z.string().max(32_768)
const time = z.int().nullable()
const port = z.int().min(1).max(65_535)

/** Whatever differs from the provider's row; empty or null: the provider's own. */
const overrides = {
  authorizeUrl: text.optional(),
  tokenUrl: text.optional(),
  deviceUrl: text.optional(),
  revokeUrl: text.optional(),
  jwksUrl: text.optional(),
  userinfoUrl: text.optional(),
  issuer: text.optional(),
  imapHost: text.optional(),
  imapPort: port.nullable().optional(),
  popHost: text.optional(),
  popPort: port.nullable().optional(),
  smtpHost: text.optional(),
  smtpPort: port.nullable().optional(),
  smtpSecurity: z.enum(['tls', 'starttls']).nullable().optional(),
  tokenClass: z.enum(TOKEN_CLASSES).nullable().optional(),
}
const endTokens = z
  .boolean()
  .optional()
  .describe('Tokens of accounts may end; without it a change that ends some is refused.')
const application = {
  designation: name.optional(),
  cloud: name.optional(),
  tenantId: name.optional(),
  clientId: name.optional(),
  clientProof: z.enum(['secret', 'certificate', 'none']).optional(),
  clientSecret: secret.optional().describe('Write-only. Empty: the one that is there stays.'),
  secretExpiresAt: time.optional(),
  certificate: secret.optional().describe('Write-only: private key and certificate in PEM.'),
  rootUrl: text.optional(),
  scopes: text.optional().describe('Separated by spaces.'),
  appOnly: z.boolean().optional(),
  comments: text.optional(),
  ...overrides,
}
const account = {
  designation: name.optional(),
  email: name.optional(),
  shared: z.boolean().optional(),
  delegateEmail: name.nullable().optional(),
  comments: text.optional(),
  userIds: z.array(z.string().max(64)).max(1000).optional(),
}

export const oauthRoutes = {
  'GET /providers': {
    access: 'auditor',
    about: 'Providers with what is prefilled for each.',
    answer: rows(ProviderView),
  },
  'GET /oauth-applications': {
    access: 'auditor',
    about: 'OAuth 2 applications.',
    answer: rows(OAuthApplicationView),
  },
  'POST /oauth-applications': {
    access: 'administrator',
    about: 'Declares an OAuth 2 application.',
    recent: true,
    body: z.strictObject({ identifier: name, provider: name, ...application }),
    answer: OAuthApplicationView,
    status: 201,
    problems: ['conflict'],
  },
  'GET /oauth-applications/:id': {
    access: 'auditor',
    about: 'One OAuth 2 application.',
    answer: OAuthApplicationView,
    problems: ['not_found'],
  },
  'PATCH /oauth-applications/:id': {
    access: 'administrator',
    about: 'Changes an OAuth 2 application; the identifier stays.',
    recent: true,
    body: z.strictObject({ ...application, endTokens }),
    answer: OAuthApplicationView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /oauth-applications/:id': {
    access: 'administrator',
    about: 'Deletes an OAuth 2 application that no mail account uses.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'POST /oauth-applications/:id/test': {
    access: 'administrator',
    about: 'Tries discovery and the client secret or certificate.',
    recent: true,
    answer: ApplicationTestView,
    problems: ['not_found'],
  },

  'GET /mail-accounts': {
    access: 'auditor',
    about: 'Mail accounts with their state.',
    query: z.strictObject({
      state: z.enum(ACCOUNT_STATES).optional(),
      applicationId: z.string().max(64).optional(),
      search: z.string().max(256).optional(),
    }),
    answer: rows(MailAccountView),
  },
  'POST /mail-accounts': {
    access: 'administrator',
    about: 'Declares a mail account.',
    recent: true,
    body: z.strictObject({
      ...account,
      identifier: name,
      applicationId: z.string().max(64),
      email: name,
    }),
    answer: MailAccountView,
    status: 201,
    problems: ['conflict'],
  },
  'GET /mail-accounts/:id': {
    access: 'auditor',
    about: 'One mail account.',
    answer: MailAccountView,
    problems: ['not_found'],
  },
  'PATCH /mail-accounts/:id': {
    access: 'administrator',
    about: 'Changes a mail account; identifier and application stay.',
    recent: true,
    body: z.strictObject({ ...account, endTokens }),
    answer: MailAccountView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /mail-accounts/:id': {
    access: 'administrator',
    about: 'Deletes a mail account with its tokens, and revokes them where the provider can.',
    recent: true,
    answer: RevocationView,
    problems: ['not_found'],
  },
  'POST /mail-accounts/:id/disable': {
    access: 'administrator',
    about: 'Switches a mail account off; its tokens are kept and not used.',
    recent: true,
    answer: MailAccountView,
    problems: ['not_found'],
  },
  'POST /mail-accounts/:id/enable': {
    access: 'administrator',
    about: 'Switches a mail account on again.',
    recent: true,
    answer: MailAccountView,
    problems: ['not_found'],
  },
  'POST /mail-accounts/:id/init': {
    access: 'administrator',
    about: 'Begins Init. Token: in this browser, by a device code, or by a link for the owner.',
    recent: true,
    body: z.strictObject({
      how: z.enum(['browser', 'device', 'link']),
      mail: z.boolean().optional(),
    }),
    answer: TokenInitStartView,
    status: 201,
    problems: ['not_found', 'conflict'],
  },
  'GET /mail-accounts/:id/init/:initId': {
    // Asking moves it on: the provider is asked, and a token can be stored.
    access: 'administrator',
    about: 'How far an Init. Token is.',
    answer: TokenInitView,
    problems: ['not_found'],
  },
  'POST /mail-accounts/:id/init/:initId/confirm': {
    access: 'administrator',
    about:
      'Confirms the delegate who signed in for a shared mailbox; only then the token is stored.',
    recent: true,
    answer: TokenInitView,
    problems: ['not_found', 'conflict'],
  },
  'POST /mail-accounts/:id/init/:initId/decline': {
    access: 'administrator',
    about:
      "Says that it was the wrong person: the tokens are thrown away, and an owner's link ends.",
    recent: true,
    answer: TokenInitView,
    problems: ['not_found', 'conflict'],
  },
  'POST /mail-accounts/:id/refresh': {
    access: 'administrator',
    about: 'Refreshes the tokens now.',
    recent: true,
    answer: MailAccountView,
    problems: ['not_found', 'conflict', 'busy'],
  },
  'POST /mail-accounts/:id/test-message': {
    access: 'administrator',
    about: 'Sends a test message from the mailbox.',
    recent: true,
    body: z.strictObject({ to: name }),
    answer: TestMessageView,
    problems: ['not_found', 'conflict'],
  },
  'POST /mail-accounts/:id/inbox': {
    access: 'administrator',
    about: 'Reads the newest messages of the inbox: who, when, subject.',
    recent: true,
    answer: InboxView,
    problems: ['not_found', 'conflict'],
  },
  'GET /mail-accounts/:id/timeline': {
    access: 'auditor',
    about: 'What happened to a mail account, newest first.',
    answer: rows(AuditRowView),
    problems: ['not_found'],
  },
  'GET /forecast': {
    access: 'auditor',
    about: 'What ends when: tokens, client secrets, certificates.',
    answer: rows(ForecastView),
  },

  'POST /token-inits/inspect': {
    access: 'anyone',
    about: "What an owner's link is for. Does not use it up.",
    body: z.strictObject({ token }),
    answer: z.object({
      email: z.string(),
      designation: z.string(),
      provider: z.string(),
      signInAs: z.string().nullable().describe('Null: a delegate whom nobody has named.'),
      expiresAt: z.int(),
    }),
    problems: ['link_dead', 'busy'],
  },
  'POST /token-inits/start': {
    access: 'anyone',
    about: "Opens an owner's link: the address at the provider to go to.",
    body: z.strictObject({ token }),
    answer: z.object({ url: z.string() }),
    problems: ['link_dead', 'busy'],
  },
} as const satisfies Record<string, Route>
