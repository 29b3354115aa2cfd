/**
 * What answers the API: a handler for every row of the contract, given its parts.
 */
import type { Secret } from '#base/secret.ts'
import { appPasswordHandlers } from '#api/app-passwords.ts'
import { auditHandlers } from '#api/audit.ts'
import { bulkHandlers } from '#api/bulk.ts'
import { connectionHandlers } from '#api/connections.ts'
import { dashboardHandlers } from '#api/dashboard.ts'
import { deviceHandlers } from '#api/devices.ts'
import { forecastHandlers } from '#api/forecast.ts'
import { givenFactorHandlers } from '#api/given-factors.ts'
import { identityProviderHandlers } from '#api/identity-providers.ts'
import { linkHandlers } from '#api/links.ts'
import { mailAccountHandlers } from '#api/mail-accounts.ts'
import { mailboxHandlers } from '#api/mailboxes.ts'
import { meHandlers } from '#api/me.ts'
import { noticeHandlers } from '#api/notices.ts'
import { oauthApplicationHandlers } from '#api/oauth-applications.ts'
import { ownDataHandlers } from '#api/own-data.ts'
import { policyHandlers } from '#api/policy.ts'
import { providerSignInHandlers } from '#api/provider-sign-in.ts'
import { secondFactorHandlers } from '#api/second-factors.ts'
import { sessionHandlers } from '#api/session.ts'
import { sessionHandlers as browserSessionHandlers } from '#api/sessions.ts'
import { settingHandlers } from '#api/settings.ts'
import { sharedFolderHandlers } from '#api/shared-folders.ts'
import { smsGatewayHandlers } from '#api/sms-gateway.ts'
import { tokenInitHandlers } from '#api/token-inits.ts'
import { userHandlers } from '#api/users.ts'
import type { Handlers } from '#api/call.ts'
import { checkAudit } from '#changes/audit-check.ts'
import type { BulkWork } from '#changes/bulk/work.ts'
import { signOutThere } from '#changes/provider-visit/sign-out.ts'
import type { VisitNeeds } from '#changes/provider-visit/visit.ts'
import { findSession, type CurrentSession } from '#identity/browser-session.ts'
import { isSetUpOpen } from '#identity/one-time-link.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { Ground } from '../ground.ts'
import { mailOwner, type OAuth } from '../oauth.ts'
import { codeSender } from './code-sender.ts'
import { mailDoors } from './mail-doors.ts'

type Parts = {
  readonly oauth: OAuth
  readonly visits: VisitNeeds & OAuth
  readonly mailer: Mailer | null
  readonly bulk: BulkWork
}

export function handlersOf(ground: Ground, { oauth, visits, mailer, bulk }: Parts): Handlers {
  const { config, store, identity } = ground
  const { outbound } = oauth
  const codes = codeSender({ ...identity, tables: store.tables, mailer, outbound })
  const needs = {
    ...ground,
    identity: { ...identity, codes },
    driveUrl: `${config.origin}/dav/`,
    mailDoors: mailDoors(config.mailGateways),
    redirectUrl: oauth.redirectUrl,
    links: { ...identity, origin: config.origin },
    mailer,
    sessionOf: (token: Secret) => findSession(identity, token),
    setUpOpen: () => isSetUpOpen(store.tables),
    signOutThere: (current: Pick<CurrentSession, 'session' | 'user'>) =>
      signOutThere(visits, current),
    verify: () =>
      checkAudit({ tables: store.tables, keyring: ground.keyring, anchor: ground.anchor }),
  }
  const sections = {
    ...sessionHandlers(needs),
    ...givenFactorHandlers(needs),
    ...providerSignInHandlers(visits),
    ...linkHandlers(needs),
    ...meHandlers(needs),
    ...secondFactorHandlers(needs),
    ...browserSessionHandlers(needs),
    ...deviceHandlers(needs),
    ...smsGatewayHandlers({
      ...needs,
      sealer: identity.sealer,
      outbound,
      mayReach: oauth.mayReach,
    }),
    ...appPasswordHandlers(needs),
    ...noticeHandlers(needs, mailer !== null),
    ...userHandlers(needs),
    ...bulkHandlers({ ...needs, bulk }),
    ...sharedFolderHandlers(needs),
    ...settingHandlers(needs, () => ground.policy.changed()),
    ...policyHandlers(needs),
    ...auditHandlers(needs),
    ...oauthApplicationHandlers(oauth),
    ...identityProviderHandlers({
      ...visits,
      tryDirectory: async (row, name) =>
        (await ground.directories.check(row, name)).map((one) => ({ ...one, diagnosis: null })),
    }),
    ...mailAccountHandlers(oauth),
    ...tokenInitHandlers({
      ...oauth,
      mailInitLink: async (_, link) => await mailOwner(ground, mailer, link, 'asked', null),
    }),
    ...forecastHandlers(oauth),
    ...mailboxHandlers(needs),
    ...connectionHandlers(needs),
    ...dashboardHandlers(needs),
  }
  return { ...sections, ...ownDataHandlers(needs, sections) }
}
