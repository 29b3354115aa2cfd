/**
 * Everything between a typed password and a provider's server: a store with a mail account, its
 * tokens, and the IMAP gateway in front. Only the admission is a list of names.
 */
import { systemClock } from '#base/clock.ts'
import { createLog, type Fields } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { SignIn } from '#domain/admission.ts'
import { signInAtImap } from '#gateways/imap/upstream.ts'
import { LiveConnections } from '#gateways/live.ts'
import type { ListenerLimits } from '#gateways/mail/limits.ts'
import { openMailbox, type OpenMailboxNeeds } from '#gateways/mail/open-mailbox.ts'
import { Places } from '#gateways/mail/places.ts'
import { RefreshedInVain } from '#gateways/mail/refreshed-in-vain.ts'
import type { MailProtocol } from '#gateways/mail/session.ts'
import { MailboxSlots } from '#gateways/mail/slots.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { UpstreamTrouble } from '#gateways/mail/upstream-trouble.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import type { OAuthApplicationRow } from '#store/schema.ts'
import type { Overrides } from '#vault/client.ts'
import { mailboxOf } from '#vault/mailbox.ts'
import { Dialogue } from './dialogue.ts'
import { openImap } from './imap.ts'
import { openGatewayAlone, PASSWORD, type GatewayAlone } from './mail-doors.ts'
import { refreshing, type Refreshing } from './refreshing.ts'
import type { ScriptedServer } from './scripted-server.ts'
import { openTestStore } from './stores.ts'
import { openSubmission } from './submission.ts'
import { openTokenServer, type TokenServer } from './token-server.ts'

export type MailboxOpening = AsyncDisposable & {
  readonly gateway: GatewayAlone
  readonly tokens: TokenServer
  readonly bench: Refreshing
  readonly live: LiveConnections
  /** The user name is the id of the account, and the person has it too; the password is `PASSWORD`. */
  readonly account: string
  readonly logged: Fields[]
  /** Says LOGIN on a connection of its own. */
  logIn(account?: string): Promise<Dialogue>
  /** `outcome reason said` of the account's time line, oldest first. */
  timeLine(): Promise<string[]>
}

export async function openMailboxOpening(
  server: Pick<ScriptedServer, 'port'>,
  {
    application = {},
    overrides = {},
    protocol = 'imap',
    limits,
    ...more
  }: Partial<OpenMailboxNeeds> & {
    application?: Partial<OAuthApplicationRow>
    overrides?: Overrides
    /** Of the gateway; `logIn` speaks IMAP. */
    protocol?: MailProtocol
    limits?: Partial<ListenerLimits>
  } = {},
): Promise<MailboxOpening> {
  await using opened = new AsyncDisposableStack()
  const store = await openTestStore('sqlite')
  opened.defer(async () => await store[Symbol.asyncDispose]())
  const tokens = opened.use(await openTokenServer())
  const bench = opened.use(
    await refreshing(store, tokens, 'stays_valid', {
      overrides: JSON.stringify({
        authorizeUrl: tokens.url,
        tokenUrl: tokens.url,
        tokenClass: 'stays_valid',
        imapHost: 'localhost',
        imapPort: server.port,
        popHost: 'localhost',
        popPort: server.port,
        smtpHost: 'localhost',
        smtpPort: server.port,
        smtpSecurity: 'tls',
        ...overrides,
      }),
      ...application,
    }),
  )
  const account = await bench.account()
  const logged: Fields[] = []
  const log = createLog((line) => void logged.push(JSON.parse(line) as Fields), systemClock, 'info')
  const live = opened.use(new LiveConnections({ dead: async () => [], log }))
  const needs: OpenMailboxNeeds = {
    admit: async ({ username, password }) => admitted(username, password.reveal()),
    account: (id) => store.credentials.account(id),
    mailboxOf: (row) => mailboxOf(AROUND, row, row),
    tables: store.tables,
    tokens: await bench.refresher(),
    tls: new UpstreamTls(),
    places: new Places(),
    slots: new MailboxSlots({ maxWaiting: 1, waitMs: 60_000 }),
    live,
    trouble: new UpstreamTrouble({ store, clock: systemClock, log }),
    inVain: new RefreshedInVain(systemClock),
    nodes: () => 1,
    log,
    ...more,
  }
  const gateway = opened.use(await OPEN[protocol](needs, limits))
  const closing = opened.move()
  return {
    gateway,
    tokens,
    bench,
    live,
    account,
    logged,
    logIn: async (id = account) => {
      const client = await Dialogue.open(gateway.clearPort)
      await client.expect('* OK …')
      client.send(`a LOGIN ${id} ${PASSWORD}\r\n`)
      return client
    },
    timeLine: async () => {
      const rows = await store.tables.audit.list({}, 100)
      return rows
        .toReversed()
        .filter(({ action }) => action === 'mail_account.upstream')
        .map(({ outcome, reason, details }) =>
          [outcome, reason ?? '-', details['said']].join(' ').trim(),
        )
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

const NAME = 'mail.example.org'
const AROUND = {
  addressOf: async () => '127.0.0.1',
  redirectUrl: 'https://mail.example.org/oauth/callback',
}
const OPEN: Readonly<
  Record<
    MailProtocol,
    (needs: OpenMailboxNeeds, limits?: Partial<ListenerLimits>) => Promise<GatewayAlone>
  >
> = {
  imap: (needs, limits) => openImap(openMailbox(needs, signInAtImap), limits),
  pop3: (needs, limits) => openGatewayAlone('pop3', pop3, openMailbox(needs, signInAtPop3), limits),
  smtp: (needs, limits = {}) =>
    openSubmission(openMailbox(needs, signInAtSmtp({ name: NAME, learn: () => {} })), { limits }),
}

function admitted(username: string, password: string): SignIn {
  if (username === 'busy') throw new Problem('busy', 'Wait.')
  if (username === 'away') throw new Problem('unavailable', 'The database does not answer.')
  if (password !== PASSWORD) return { ok: false, reason: 'unknown' }
  const who = { userName: username, appPasswordId: username, appPasswordName: 'Phone' }
  return { ok: true, userId: `owner of ${username}`, mailAccountId: username, ...who }
}
