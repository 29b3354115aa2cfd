/**
 * The contract: everything that is kept about a person, for that person.
 */
import { z } from 'zod'
import { DeviceView, SecondFactorView } from '../factor-views.ts'
import { MailboxView } from '../gateway-views.ts'
import { IdentityView } from '../identity-provider-views.ts'
import {
  AppPasswordView,
  AuditRowView,
  BrowserSessionView,
  NoticeView,
  ProfileView,
  StaleUseView,
} from '../views.ts'
import { rows, type Route } from './route.ts'

const time = z.int().describe('Milliseconds since 1970, UTC.')

export const ownDataRoutes = {
  'GET /me/export': {
    access: 'user',
    about:
      'Everything that is kept about oneself, without secrets, as one JSON document. Writes that down.',
    answer: z.object({
      exportedAt: time,
      profile: ProfileView,
      identity: IdentityView.nullable(),
      scim: z
        .record(z.string(), z.json())
        .nullable()
        .describe('What the provider said over SCIM, as it is kept.'),
      groups: z.array(z.string()),
      secondFactors: rows(SecondFactorView),
      sessions: rows(BrowserSessionView),
      devices: rows(DeviceView),
      appPasswords: rows(AppPasswordView),
      staleUses: rows(StaleUseView),
      mailboxes: rows(MailboxView),
      notices: rows(NoticeView),
      audit: rows(AuditRowView).describe(
        'What one did, and what was done to one, newest first; at most 10,000. Of what others did, without their address and program.',
      ),
    }),
  },
} as const satisfies Record<string, Route>
