/**
 * API: one-time links: what one is for, accepting it, and making one for a person.
 */
import type { Log } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { linkForUser, type LinkNeeds } from '#changes/links.ts'
import { acceptLink } from '#identity/link-acceptance.ts'
import { inspectLink } from '#identity/one-time-link.ts'
import type { Mailer } from '#mail/mailer.ts'
import { mailLink } from '#mail/link-mails.ts'
import type { HandlersOf } from './call.ts'
import { viewAfter, type SessionNeeds } from './session.ts'

type Names = 'POST /links/inspect' | 'POST /links/accept' | 'POST /users/:id/link'

type Needs = SessionNeeds & {
  readonly links: LinkNeeds
  readonly mailer: Pick<Mailer, 'send'> | null
  readonly log: Log
}

export function linkHandlers(needs: Needs): HandlersOf<Names> {
  return {
    'POST /links/inspect': async ({ body }) => {
      const link = await inspectLink(needs.identity, new Secret(body.token))
      return {
        kind: link.kind,
        userName: link.user?.name ?? null,
        email: link.user?.email ?? null,
        expiresAt: link.expiresAt,
        passwordMinimum: link.passwordMinimum,
        password: (link.user?.source ?? 'local') === 'local',
      }
    },

    'POST /links/accept': async ({ body, origin, cookies }) => {
      const given = {
        ...body,
        token: new Secret(body.token),
        password: new Secret(body.password),
        deviceToken: origin.deviceToken,
        sessionToken: origin.sessionToken,
      }
      const entered = await acceptLink(needs.identity, given, origin)
      cookies.setSession(entered.token)
      if (entered.deviceToken) cookies.setDevice(entered.deviceToken)
      return await viewAfter(needs, entered.token)
    },

    'POST /users/:id/link': async ({ caller, params }) => {
      const made = await linkForUser(needs.links, caller, params.id)
      const mailed = await mailLink(needs.mailer, made, needs.log)
      // The administrator hands the link over; nobody is shown it again.
      return { url: made.url.reveal(), expiresAt: made.expiresAt, mailed }
    },
  }
}
