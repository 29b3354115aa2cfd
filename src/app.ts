/**
 * The object graph of the server: which part is given which. Used by serve.ts and the tests.
 */
import { access, constants } from 'node:fs/promises'
import { getRequestListener } from '@hono/node-server'
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { networkList } from '#base/network.ts'
import type { Secret } from '#base/secret.ts'
import { openLive, type Live } from '#app/live.ts'
import { certificateRounds, openCertificates } from '#app/certificates.ts'
import { doorWords, mailDoors } from '#app/mail-doors.ts'
import { openMailGateways } from '#app/mail-gateways.ts'
import { mailProtocols } from '#app/mail-protocols.ts'
import { standardMetrics } from '#app/metrics.ts'
import { appPasswordHandlers } from '#api/app-passwords.ts'
import { auditHandlers } from '#api/audit.ts'
import { connectionHandlers } from '#api/connections.ts'
import { dashboardHandlers } from '#api/dashboard.ts'
import type { Handlers } from '#api/call.ts'
import { forecastHandlers } from '#api/forecast.ts'
import { linkHandlers } from '#api/links.ts'
import { mailAccountHandlers } from '#api/mail-accounts.ts'
import { meHandlers } from '#api/me.ts'
import type { Metrics } from '#api/metrics.ts'
import { mailboxHandlers } from '#api/mailboxes.ts'
import { noticeHandlers } from '#api/notices.ts'
import { oauthApplicationHandlers } from '#api/oauth-applications.ts'
import { oauthCallback } from '#api/oauth-callback.ts'
import { pages } from '#api/pages.ts'
import { secondFactorHandlers } from '#api/second-factors.ts'
import { sessionHandlers } from '#api/session.ts'
import { sessionHandlers as browserSessionHandlers } from '#api/sessions.ts'
import { settingHandlers } from '#api/settings.ts'
import { sharedFolderHandlers } from '#api/shared-folders.ts'
import { tokenInitHandlers } from '#api/token-inits.ts'
import { userHandlers } from '#api/users.ts'
import { web, type Peer } from '#api/web.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { checkAudit, checkAuditTail } from '#changes/audit-check.ts'
import type { Caller } from '#changes/door.ts'
import { addExpiryNotices } from '#changes/expiry-notices.ts'
import { forgetWhatEnded } from '#changes/forget.ts'
import { linkForAdministrator } from '#changes/links.ts'
import { Rounds, type Round } from '#changes/rounds.ts'
import { Drive } from '#drive/drive.ts'
import { admission, type Admit } from '#domain/admission.ts'
import { MAIL_GATEWAYS } from '#domain/app-password.ts'
import { policyFor } from '#domain/policy.ts'
import type { Handler } from '#gateways/http/door.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import { webdavRoutes } from '#gateways/webdav/handler.ts'
import { findSession } from '#identity/browser-session.ts'
import { isSetUpOpen } from '#identity/one-time-link.ts'
import { smtpMailer, type Mailer } from '#mail/mailer.ts'
import { sendDueNotices } from '#mail/notice-mails.ts'
import type { Ground } from './ground.ts'
import { mailOwner, oauthRounds, openOAuth } from './oauth.ts'
import { VERSION } from './version.ts'

export type App = AsyncDisposable & {
  /** Where it listens: `http://127.0.0.1:8080`. The public origin may be another. */
  readonly address: string
  /** Opens the first administrator's set-up; null when that was done before. */
  readonly setUpLink: Secret | null
}

/** The server itself, when it does what nobody asked for at that moment. */
export const SYSTEM: Caller = {
  actor: { kind: 'system', id: null, name: 'Passerelle' },
  role: 'system',
  ip: null,
  client: null,
  sessionId: null,
}

/** @param pagesFolder what the build of the pages wrote */
export async function startApp(ground: Ground, pagesFolder: string): Promise<App> {
  await using opened = new AsyncDisposableStack()
  const { config, store, identity, log } = ground
  const mailer = config.mail ? opened.use(smtpMailer(config.mail)) : null
  const metrics = standardMetrics(ground)
  const journal = opened.use(new AdmissionJournal(ground))
  const oauth = opened.use(await openOAuth(ground, 'server'))
  const live = opened.use(await openLive(ground, metrics, doorWords(config.mailGateways)))
  const admit = admitOf(ground, journal, metrics, live.traffic)
  const drive = opened.use(openDrive(ground))
  const certificates = openCertificates(config, log)
  const publicHost = new URL(config.origin).host
  const driveUrl = `${config.origin}/dav/`
  const links = { ...identity, origin: config.origin }
  const check = { tables: store.tables, keyring: ground.keyring, anchor: ground.anchor }
  const needs = {
    ...ground,
    identity,
    driveUrl,
    mailDoors: mailDoors(config.mailGateways),
    redirectUrl: oauth.redirectUrl,
    links,
    mailer,
    sessionOf: (token: Secret) => findSession(identity, token),
    setUpOpen: () => isSetUpOpen(store.tables),
    verify: () => checkAudit(check),
  }
  const handlers: Handlers = {
    ...sessionHandlers(needs),
    ...linkHandlers(needs),
    ...meHandlers(needs),
    ...secondFactorHandlers(needs),
    ...browserSessionHandlers(needs),
    ...appPasswordHandlers(needs),
    ...noticeHandlers(needs, mailer !== null),
    ...userHandlers(needs),
    ...sharedFolderHandlers(needs),
    ...settingHandlers(needs, () => ground.settings.changed()),
    ...auditHandlers(needs),
    ...oauthApplicationHandlers(oauth),
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
  const site = web({
    api: {
      handlers,
      publicOrigin: config.origin,
      newId: ground.newId,
      log,
      settings: async () => await ground.settings.now(),
      sessionOf: needs.sessionOf,
    },
    version: VERSION,
    metrics,
    metricsToken: config.metricsToken,
    oauthCallback: oauthCallback(oauth),
    pages: pages({ folder: pagesFolder, entropy: ground.entropy }),
    ready: async () => {
      await store.tables.meta.get('set_up_done')
      await access(config.driveDir, constants.W_OK)
    },
    log,
  })
  const listener = opened.use(
    await HttpListener.open({
      ...config.listen,
      ...(certificates && config.listenTls ? { tls: certificates } : {}),
      routes: {
        ...webdavRoutes({ ...ground, admit, drive, live: live.connections, publicHost }),
        '/': nodeHandler(site),
      },
      isTrustedProxy: networkList(config.trustedProxies),
      log,
    }),
  )
  const stopping = new AbortController()
  const { connections, nodes } = live
  const around = { admit, live: connections, nodes, stopping: stopping.signal }
  const mail = mailProtocols(ground, oauth, around)
  const endSignedIn = (): void => live.connections.endAt(MAIL_GATEWAYS)
  const behind = { certificates, serve: mail.serve, endSignedIn }
  const mailListener = await openMailGateways(ground, behind, SYSTEM)
  if (mailListener) opened.use(mailListener)
  await checkAuditTail(check, log)
  const all = [
    ...rounds(ground, mailer, drive, stopping.signal),
    ...oauthRounds(ground, oauth, mailer, SYSTEM),
    ...live.rounds,
    ...certificateRounds(certificates),
    ...(mailListener ? mail.rounds : []),
  ]
  opened.use(new Rounds(all, log))
  opened.defer(() => stopping.abort())
  const setUpLink = await firstLink(links, store.tables)
  const closing = opened.move()
  return {
    address: `${config.listenTls ? 'https' : 'http'}://${config.listen.host}:${listener.port}`,
    setUpLink,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

function openDrive({ store, settings, config, clock, entropy, log }: Ground): Drive {
  return new Drive({
    dir: config.driveDir,
    tables: store.tables,
    transaction: (act) => store.transaction(act),
    quotaOf: async (userId) => {
      const own = (await store.tables.users.find(userId))?.quota_bytes ?? null
      const bytes = own ?? policyFor(await settings.now()).drive_quota
      return bytes === 0 ? null : bytes
    },
    clock,
    entropy,
    log,
  })
}

/** Hono speaks Request and Response; the listener hands over Node's own and what it knows. */
function nodeHandler(site: {
  fetch(request: Request, peer: Peer): Response | Promise<Response>
}): Handler {
  const peers = new WeakMap<object, Peer>()
  const listener = getRequestListener(
    (request, { incoming }) => site.fetch(request, peers.get(incoming) ?? { ip: '' }),
    { overrideGlobalObjects: false },
  )
  return async (req, res, { ip }) => {
    peers.set(req, { ip })
    await listener(req, res)
  }
}

async function firstLink(
  links: Parameters<typeof linkForAdministrator>[0],
  tables: Parameters<typeof isSetUpOpen>[0],
): Promise<Secret | null> {
  if (!(await isSetUpOpen(tables))) return null
  return (await linkForAdministrator(links, SYSTEM, 'first_administrator')).url
}

/** The one admission of this process; every gateway gets this function and no other way in. */
function admitOf(
  ground: Ground,
  journal: AdmissionJournal,
  metrics: Metrics,
  traffic: Live['traffic'],
): Admit {
  const count = metrics.counter(
    'passerelle_admissions_total',
    'Sign-ins of applications at gateways, by outcome.',
  )
  return admission({
    hashesOf: (canonical) => ground.keyring.hashes('app-password', canonical),
    find: (hash) => ground.store.credentials.find(hash),
    mailboxes: (userId, typed) => ground.store.credentials.mailboxes(userId, typed),
    settings: () => ground.settings.now(),
    record: (attempt, signIn, credential) => {
      count({ gateway: attempt.gateway, outcome: signIn.ok ? 'ok' : signIn.reason })
      traffic.signedIn(attempt.gateway, signIn.ok)
      return journal.record(attempt, signIn, credential)
    },
    clock: ground.clock,
  })
}

function rounds(
  { store, clock, newId, log, anchor, config }: Ground,
  mailer: Mailer | null,
  drive: Drive,
  stopping: AbortSignal,
): Round[] {
  const { tables } = store
  return [
    {
      name: 'audit-anchor',
      everyMs: SECOND,
      run: async () => anchor.moved(await tables.audit.head()),
    },
    {
      name: 'expiry-notices',
      everyMs: HOUR,
      run: () => addExpiryNotices({ tables, clock, newId }),
    },
    { name: 'forget', everyMs: HOUR, run: () => forgetWhatEnded(tables, clock) },
    { name: 'drive-usage', everyMs: DAY, run: () => recountDrive(drive, stopping) },
    ...(mailer
      ? [
          {
            name: 'mails',
            everyMs: MINUTE / 6,
            run: () =>
              sendDueNotices({
                tables,
                mailer,
                clock,
                log,
                profileUrl: `${config.origin}/profile`,
              }),
          },
        ]
      : []),
  ]
}

/** What the operator put into the folder or took out of it counts from the next start or day on. */
async function recountDrive(drive: Drive, stopping: AbortSignal): Promise<void> {
  for (const spaceId of drive.spaceIdsOnDisk()) if (!stopping.aborted) await drive.recount(spaceId)
}
