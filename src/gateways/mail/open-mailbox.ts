/**
 * The one way from what was typed to a signed-in upstream: admission, the mail account, a connection
 * to its provider's server, its token, and at the end the splice.
 */
import { Problem } from '#base/problem.ts'
import type { Log } from '#base/log.ts'
import { passes, REFUSALS, type Admit, type SignIn } from '#domain/admission.ts'
import type { MailRefusal } from '#mail/mail-server.ts'
import { withToken, type Tokens } from '#mail/with-token.ts'
import type { AccountInUse, Credentials } from '#store/credentials.ts'
import type { Tables } from '#store/store.ts'
import type { Cause } from '#vault/cause.ts'
import { reasonOf } from '#vault/diagnosis.ts'
import { diagnoseMailFailure } from '#vault/mail-diagnosis.ts'
import type { Mailbox } from '#vault/mailbox.ts'
import type { LiveConnections } from '../live.ts'
import type { Closed, MailAttempt, Opened, OpenMailbox, UpstreamDialogue } from './mailbox.ts'
import { nodeShare } from './node-share.ts'
import type { Places } from './places.ts'
import type { RefreshedInVain } from './refreshed-in-vain.ts'
import type { MailProtocol } from './session.ts'
import type { MailboxSlots } from './slots.ts'
import { spliced } from './spliced.ts'
import { signInAt } from './sign-in-at.ts'
import type { UpstreamTls } from './upstream-tls.ts'
import type { UpstreamTrouble } from './upstream-trouble.ts'
import { before } from './upstream.ts'

export type OpenMailboxNeeds = {
  readonly admit: Admit
  /** Looked up for each sign-in: what was switched off or moved is known at the next one. */
  readonly account: Credentials['account']
  /** @throws Problem `conflict` where there is no mail server */
  readonly mailboxOf: (account: AccountInUse) => Mailbox
  readonly tables: Pick<Tables, 'mailAccounts'>
  readonly tokens: Tokens
  readonly tls: UpstreamTls
  readonly places: Places
  readonly slots: MailboxSlots
  readonly live: Pick<LiveConnections, 'open'>
  readonly trouble: UpstreamTrouble
  readonly inVain: RefreshedInVain
  /** How many have mail listeners, this one among them. */
  readonly nodes: () => number
  readonly log: Log
}

type Admitted = Extract<SignIn, { ok: true }>
/** As the rest of the product calls the protocols. */
const KIND = { imap: 'imap', pop3: 'pop', smtp: 'smtp' } as const

/** Refusals of a mail server that pass by themselves, or that nobody can place. */
const PASSES: ReadonlySet<Cause> = new Set<Cause>([
  'mail_server_busy',
  'mail_server_refused',
  'daily_limit',
  'mailbox_full',
  'token_over',
])

export const openMailbox =
  <Ready>(needs: OpenMailboxNeeds, dialogue: UpstreamDialogue<Ready>): OpenMailbox<Ready> =>
  async (attempt) => {
    if (attempt.signal.aborted) return closed('unavailable')
    const who = await admitted(needs, attempt)
    if (typeof who === 'string') return closed(who)
    const accountId = who.mailAccountId
    if (accountId === null) return closed('mailbox_off')
    try {
      return await open(needs, dialogue, attempt, who, accountId)
    } catch (thrown) {
      return closed(await whyNot(needs, attempt, accountId, thrown))
    }
  }

const closed = (why: Closed): { ok: false; why: Closed } => ({ ok: false, why })

async function admitted(
  { admit, log }: OpenMailboxNeeds,
  { protocol, username, password, ip, client, security }: MailAttempt,
): Promise<Admitted | Closed> {
  try {
    const signIn = await admit({ username, password, gateway: protocol, ip, client, security })
    if (signIn.ok) return signIn
    const { reason } = signIn
    log.warn('gateway.refused', {
      gateway: protocol,
      reason,
      meaning: REFUSALS[reason],
      ip,
      client,
    })
    return passes(reason) ? 'unavailable' : 'refused'
  } catch (cause) {
    if (cause instanceof Problem && cause.code === 'busy') return 'busy'
    log.error('gateway.not_admitted', { gateway: protocol, ip, client, cause })
    return 'unavailable'
  }
}

/** @throws Problem of the tokens or the store */
async function open<Ready>(
  needs: OpenMailboxNeeds,
  dialogue: UpstreamDialogue<Ready>,
  attempt: MailAttempt,
  who: Admitted,
  accountId: string,
): Promise<Opened<Ready>> {
  const { protocol, signal } = attempt
  using held = new DisposableStack()
  const place = needs.places.take(who.userId, accountId)
  if (!place) return closed('busy')
  held.use(place)
  const found = needs.account(accountId)
  const account = found instanceof Promise ? await found : found
  if (!account) throw new Problem('not_found', 'There is no such mail account.')
  const mailbox = needs.mailboxOf(account)
  const server = mailbox.server(KIND[protocol])
  const user = mailbox.identity[`${KIND[protocol]}User`]
  const key = `${protocol} ${server.host} ${user.toLowerCase()}`
  const limits = nodeShare(mailbox.limits, needs.nodes())
  const most = connectionLimit(limits, protocol)
  if (most !== null) {
    const taken = await needs.slots.take(key, { most, asker: who.appPasswordId, signal })
    if (taken.got === 'busy') return closed('busy')
    held.use(taken.slot)
  }
  const vain = `${accountId} ${protocol}`
  let refreshed: string | null = null
  const tokens: Tokens = {
    accessToken: async (id) => await before(signal, async () => await needs.tokens.accessToken(id)),
    refreshNow: async (id) => {
      if (needs.inVain.has(vain)) return { kind: (refreshed = 'in_vain') }
      const outcome = await before(signal, async () => await needs.tokens.refreshNow(id))
      refreshed = outcome.kind
      return outcome
    },
  }
  const as = { server, user }
  const answer = await withToken(
    tokens,
    accountId,
    async (token) => await signInAt(dialogue, { ...as, token }, { tls: needs.tls, signal }),
  )
  if (answer.ok) {
    needs.inVain.delete(vain)
    const written = needs.trouble.taken(account, { gateway: protocol, host: server.host })
    if (written) await written
    const connection = { ...attempt, ...who, accountId, held: held.move() }
    return {
      ok: true,
      ready: answer.ready,
      ...spliced(needs.live, answer, connection, { id: key, limits }),
    }
  }
  if (signal.aborted) return closed('unavailable')
  if (answer.stage === 'sign_in' && refreshed === 'refreshed') needs.inVain.add(vain)
  return closed(
    await refusedBy(needs, { account, mailbox, protocol, host: server.host }, answer, refreshed),
  )
}

function connectionLimit(limits: Mailbox['limits'], protocol: MailProtocol): number | null {
  if (protocol === 'imap') return limits.imapConnections
  return protocol === 'smtp' ? limits.smtpConnections : null
}

/** What the provider's server said, for the log and the time line; what it is for the client. */
async function refusedBy(
  { trouble, log }: OpenMailboxNeeds,
  at: { account: AccountInUse; mailbox: Mailbox; protocol: MailProtocol; host: string },
  refusal: MailRefusal,
  refreshed: string | null,
): Promise<Closed> {
  const { account, mailbox, protocol: gateway, host } = at
  const diagnosis = diagnoseMailFailure(KIND[gateway], refusal, mailbox.patient)
  const { stage, said } = refusal
  const { identifier, email } = account
  const { cause, code } = diagnosis
  log.warn('gateway.upstream_refused', {
    gateway,
    account: identifier,
    email,
    host,
    stage,
    cause,
    refusal: code,
    said,
    refreshed,
  })
  await trouble.refused(account, { gateway, host, said, reason: reasonOf(diagnosis) })
  if (stage === 'sign_in') {
    if (refreshed === 'refreshed' || refreshed === 'in_vain') return 'mailbox_off'
    return refreshed === 'definite' ? 'reconsent' : 'unavailable'
  }
  if (stage !== 'mailbox') return 'unavailable'
  if (cause === 'too_many_connections') return 'busy'
  return PASSES.has(cause) ? 'unavailable' : 'mailbox_off'
}

/** What was thrown where no answer of a mail server is the reason. */
async function whyNot(
  { tables, log }: OpenMailboxNeeds,
  { protocol: gateway, signal }: MailAttempt,
  accountId: string,
  thrown: unknown,
): Promise<Closed> {
  if (signal.aborted) return 'unavailable'
  const account = await tables.mailAccounts.find(accountId).catch(() => null)
  const { identifier, state } = account ?? {}
  log.warn('gateway.no_upstream', { gateway, account: identifier, state, cause: thrown })
  if (!(thrown instanceof Problem)) return 'unavailable'
  if (thrown.code === 'not_found') return 'mailbox_off'
  if (thrown.code !== 'conflict') return 'unavailable'
  return state === 'new' || state === 'reconsent' ? 'reconsent' : 'mailbox_off'
}
