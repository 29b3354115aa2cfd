/**
 * The object graph of the server: which part is given which. Used by serve.ts and the tests.
 */
import { access, constants, readFile } from 'node:fs/promises'
import { getRequestListener } from '@hono/node-server'
import { DAY, HOUR, MINUTE, SECOND } from '#base/clock.ts'
import { networkList } from '#base/network.ts'
import type { Secret } from '#base/secret.ts'
import { appPasswordHandlers } from '#api/app-passwords.ts'
import { auditHandlers } from '#api/audit.ts'
import type { Handlers } from '#api/call.ts'
import { forecastHandlers } from '#api/forecast.ts'
import { linkHandlers } from '#api/links.ts'
import { mailAccountHandlers } from '#api/mail-accounts.ts'
import { meHandlers } from '#api/me.ts'
import { Metrics } from '#api/metrics.ts'
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
import { ACCOUNT_STATES } from '#domain/mail-account.ts'
import { policyFor } from '#domain/policy.ts'
import type { Handler } from '#gateways/http/door.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import { LiveConnections } from '#gateways/live.ts'
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
  const admit = admitOf(ground, journal, metrics)
  const drive = opened.use(openDrive(ground))
  const live = opened.use(
    new LiveConnections({
      dead: (ids) => store.tables.appPasswords.noLongerValid(ids, ground.clock.now()),
      log,
    }),
  )
  const publicHost = new URL(config.origin).host
  const driveUrl = `${config.origin}/dav/`
  const links = { ...identity, origin: config.origin }
  const check = { tables: store.tables, keyring: ground.keyring, anchor: ground.anchor }
  const needs = {
    ...ground,
    identity,
    driveUrl,
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
      ...(config.tls ? { tls: await readTls(config.tls) } : {}),
      routes: {
        ...webdavRoutes({ ...ground, admit, drive, live, publicHost }),
        '/': nodeHandler(site),
      },
      isTrustedProxy: networkList(config.trustedProxies),
      log,
    }),
  )
  await checkAuditTail(check, log)
  const stopping = new AbortController()
  const all = [
    ...rounds(ground, mailer, drive, stopping.signal),
    ...oauthRounds(ground, oauth, mailer, SYSTEM),
  ]
  opened.use(new Rounds(all, log))
  opened.defer(() => stopping.abort())
  const setUpLink = await firstLink(links, store.tables)
  const closing = opened.move()
  return {
    address: `${config.tls ? 'https' : 'http'}://${config.listen.host}:${listener.port}`,
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

async function readTls({
  certFile,
  keyFile,
}: {
  certFile: string
  keyFile: string
}): Promise<{ cert: string; key: string }> {
  return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

async function firstLink(
  links: Parameters<typeof linkForAdministrator>[0],
  tables: Parameters<typeof isSetUpOpen>[0],
): Promise<Secret | null> {
  if (!(await isSetUpOpen(tables))) return null
  return (await linkForAdministrator(links, SYSTEM, 'first_administrator')).url
}

/** The one admission of this process; every gateway gets this function and no other way in. */
function admitOf(ground: Ground, journal: AdmissionJournal, metrics: Metrics): Admit {
  const count = metrics.counter(
    'passerelle_admissions_total',
    'Sign-ins of applications at gateways, by outcome.',
  )
  return admission({
    hashesOf: (canonical) => ground.keyring.hashes('app-password', canonical),
    find: (hash) => ground.store.credentials.find(hash),
    settings: () => ground.settings.now(),
    record: (attempt, signIn, credential) => {
      count({ gateway: attempt.gateway, outcome: signIn.ok ? 'ok' : signIn.reason })
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

function standardMetrics({ store }: Ground): Metrics {
  const metrics = new Metrics()
  const info = metrics.gauge('passerelle_info', 'Always 1; the labels say which version runs.')
  info(1, { version: VERSION, node: process.versions.node, database: store.kind })
  const memory = metrics.gauge('process_resident_memory_bytes', 'Resident memory size in bytes.')
  const cpu = metrics.gauge('process_cpu_seconds_total', 'User and system CPU time in seconds.')
  const started = metrics.gauge('process_start_time_seconds', 'Start time since 1970 in seconds.')
  started(Math.round((Date.now() - process.uptime() * SECOND) / SECOND))
  const accounts = metrics.gauge('passerelle_mail_accounts', 'Mail accounts by state.')
  metrics.onRead(async () => {
    // Without the database the other figures are still worth something.
    const states = await store.tables.mailAccounts.states().catch(() => null)
    if (!states) return
    for (const state of ACCOUNT_STATES)
      accounts(states.find((one) => one.state === state)?.accounts ?? 0, { state })
  })
  metrics.onRead(() => {
    memory(process.memoryUsage.rss())
    const { user, system } = process.cpuUsage()
    cpu((user + system) / 1e6)
  })
  return metrics
}
