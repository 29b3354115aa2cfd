/**
 * What the API shows of mailboxes, mail gateways and what is connected to them.
 */
import { z } from 'zod'
import { GATEWAYS } from '#domain/app-password.ts'
import { ACCOUNT_STATES } from '#domain/mail-account.ts'
import { DiagnosisView, ForecastView } from './oauth-views.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')
const id = z.string().describe('UUIDv7.')
const gateway = z.enum(GATEWAYS)

export const MailboxView = z.object({
  id,
  email: z.string(),
  designation: z.string(),
  shared: z.boolean(),
  usable: z
    .boolean()
    .describe('Mail programs may open it; false: only its token can be renewed here.'),
  isDefault: z.boolean().describe("The one that the person's own name means at mail gateways."),
  state: z.enum(ACCOUNT_STATES),
  stateAt: time,
  diagnosis: DiagnosisView.nullable().describe('Why it is in this state.'),
  mayInit: z.boolean().describe('Signing in at the provider connects or renews it.'),
  signInAs: z
    .string()
    .nullable()
    .describe('Who has to sign in at the provider; null: a delegate whom nobody has named.'),
})

export const MailboxInitView = z.object({
  initId: id,
  url: z.string().describe('At the provider, to go to in this browser.'),
  expiresAt: time,
})

export const ConnectionView = z.object({
  id,
  gateway,
  mailbox: z.string().nullable().describe('E-mail; null at the drive.'),
  appPasswordId: id,
  appPasswordName: z.string().nullable(),
  client: z.string(),
  ip: z.string(),
  openedAt: time,
  bytesIn: z.int().describe('From the application; some seconds old.'),
  bytesOut: z.int().describe('To the application; some seconds old.'),
})

const traffic = {
  gateway,
  signIns: z.int().describe('At the drive each request is one.'),
  refusals: z.int(),
  connections: z.int().describe('Opened in that time; at the drive each request is one.'),
  bytesIn: z.int(),
  bytesOut: z.int(),
}

export const DashboardView = z.object({
  at: time,
  gateways: z.array(
    z.object({ gateway, connections: z.int().describe('Open now, on all nodes.') }),
  ),
  hours: z
    .array(z.object({ at: time, ...traffic }))
    .describe('The last 24 hours; hours in which nothing was are not there.'),
  days: z.array(z.object({ at: time, ...traffic })).describe('The last 30 days (UTC), likewise.'),
  accounts: z.array(z.object({ state: z.enum(ACCOUNT_STATES), accounts: z.int() })),
  ending: z.object({
    tokens: z
      .array(ForecastView)
      .describe(
        'Tokens, client secrets and certificates that end in 30 days, and consent that is over.',
      ),
    appPasswords: z.array(
      z.object({ id, name: z.string(), userId: id, userName: z.string(), endsAt: time }),
    ),
    appPasswordCount: z.int().describe('How many end in 30 days; the next 20 are listed.'),
  }),
  stale: z
    .array(
      z.object({
        appPasswordId: id,
        name: z.string(),
        userId: id,
        userName: z.string(),
        ended: z.enum(['revoked', 'expired']),
        endedAt: time,
        ip: z.string(),
        client: z.string(),
        gateway,
        uses: z.int(),
        lastAt: time,
      }),
    )
    .describe('Programs that sent a dead password in the last 7 days, the longest dead first.'),
  alarms: z.array(
    z.object({
      applicationId: id,
      identifier: z.string(),
      at: time.nullable(),
      diagnosis: DiagnosisView,
    }),
  ),
  oldScanners: z
    .boolean()
    .describe('On some node the listener without up-to-date TLS, for old scanners, is open.'),
  nodes: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      doors: z.array(z.string()),
      startedAt: time,
      seenAt: time,
      alive: z.boolean(),
    }),
  ),
})
