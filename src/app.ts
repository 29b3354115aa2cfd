/**
 * The object graph of the server: which part is given which. Used by serve.ts and the tests.
 */
import { access, constants } from 'node:fs/promises'
import { getRequestListener } from '@hono/node-server'
import { SECOND } from '#base/clock.ts'
import { networkList } from '#base/network.ts'
import type { Secret } from '#base/secret.ts'
import { openLive, type Live } from '#app/live.ts'
import { livenessRounds } from '#app/liveness.ts'
import { certificateRounds, openCertificates } from '#app/certificates.ts'
import { doorWords } from '#app/mail-doors.ts'
import { handlersOf } from '#app/handlers.ts'
import { openMailGateways } from '#app/mail-gateways.ts'
import { mailProtocols } from '#app/mail-protocols.ts'
import { standardMetrics } from '#app/metrics.ts'
import { platformRounds } from '#app/rounds.ts'
import type { Metrics } from '#api/metrics.ts'
import { oauthCallback } from '#api/oauth-callback.ts'
import { pages } from '#api/pages.ts'
import { providerDoors } from '#api/provider-doors.ts'
import { web, type Peer } from '#api/web.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { BulkWork } from '#changes/bulk/work.ts'
import { checkAuditTail } from '#changes/audit-check.ts'
import type { Caller } from '#changes/door.ts'
import { linkForAdministrator } from '#changes/links.ts'
import { Rounds } from '#changes/rounds.ts'
import { Drive } from '#drive/drive.ts'
import { admission, type Admit } from '#domain/admission.ts'
import { MAIL_GATEWAYS } from '#domain/app-password.ts'
import type { Handler } from '#gateways/http/door.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import { webdavRoutes } from '#gateways/webdav/handler.ts'
import { findSession } from '#identity/browser-session.ts'
import { isSetUpOpen } from '#identity/one-time-link.ts'
import { smtpMailer } from '#mail/mailer.ts'
import { providerKeys } from '#vault/provider-keys.ts'
import type { Ground } from './ground.ts'
import { oauthRounds, openOAuth } from './oauth.ts'
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
  const stopping = new AbortController()
  const bulk = opened.use(new BulkWork(ground, stopping.signal))
  const publicHost = new URL(config.origin).host
  const links = { ...identity, origin: config.origin }
  const visits = { ...oauth, ...identity, keysOf: providerKeys(oauth.outbound, ground.clock) }
  const check = { tables: store.tables, keyring: ground.keyring, anchor: ground.anchor }
  const site = web({
    api: {
      handlers: handlersOf(ground, { oauth, visits, mailer, bulk }),
      publicOrigin: config.origin,
      newId: ground.newId,
      log,
      sessionOf: (token) => findSession(identity, token),
    },
    scim: {
      ...ground,
      clientOf: oauth.clientOf,
      defaultLanguage: config.defaultLanguage,
      publicOrigin: config.origin,
    },
    version: VERSION,
    metrics,
    metricsToken: config.metricsToken,
    oauthCallback: oauthCallback(oauth),
    providerDoors: providerDoors(visits),
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
  const { connections, nodes } = live
  const around = { admit, live: connections, nodes, stopping: stopping.signal }
  const mail = mailProtocols(ground, oauth, around)
  const endSignedIn = (): void => live.connections.endAt(MAIL_GATEWAYS)
  const behind = { certificates, serve: mail.serve, endSignedIn }
  const mailListener = await openMailGateways(ground, behind, SYSTEM)
  if (mailListener) opened.use(mailListener)
  await checkAuditTail(check, log)
  const all = [
    ...platformRounds(ground, mailer, drive, stopping.signal),
    { name: 'bulk', everyMs: 5 * SECOND, run: () => bulk.run() },
    ...oauthRounds(ground, oauth, mailer, SYSTEM),
    ...livenessRounds(ground, oauth, stopping.signal),
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

function openDrive({ store, policy, config, clock, entropy, log }: Ground): Drive {
  return new Drive({
    dir: config.driveDir,
    tables: store.tables,
    transaction: (act) => store.transaction(act),
    quotaOf: async (userId) => {
      const own = (await store.tables.users.find(userId))?.quota_bytes ?? null
      const bytes = own ?? (await policy.of(userId)).drive_quota
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
    levels: () => ground.policy.levels(),
    record: (attempt, signIn, credential) => {
      count({ gateway: attempt.gateway, outcome: signIn.ok ? 'ok' : signIn.reason })
      traffic.signedIn(attempt.gateway, signIn.ok)
      return journal.record(attempt, signIn, credential)
    },
    clock: ground.clock,
  })
}
