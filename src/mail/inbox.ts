/**
 * The newest messages of an inbox over a provider's IMAP server, with an access token that is handed
 * in: who wrote, when, what about. Bodies are not read, and nothing is marked as seen.
 */
import { ImapFlow } from 'imapflow'
import type { Secret } from '#base/secret.ts'
import { oauthbearer } from '#wire/sasl/oauthbearer.ts'
import { xoauth2 } from '#wire/sasl/xoauth2.ts'
import {
  connectFailure,
  MAIL_TIMEOUT_MS,
  oneLine,
  type MailAnswer,
  type MailServer,
} from './mail-server.ts'

export type InboxMessage = {
  readonly uid: number
  readonly from: string
  readonly subject: string
  /** Milliseconds UTC; null: the server has no time for it. */
  readonly at: number | null
  readonly size: number
}
type Inbox = { readonly total: number; readonly messages: readonly InboxMessage[] }

const NEWEST = 20
const LONGEST = 500

export async function readInbox(
  server: MailServer,
  user: string,
  token: Secret,
): Promise<MailAnswer<Inbox>> {
  // The client writes its own message; what could change its fields is refused here.
  oauthbearer(user, token, server)
  xoauth2(user, token)
  let client: ImapFlow | null = null
  let signedIn = false
  try {
    client = new ImapFlow({
      host: await server.addressOf(server.host),
      port: server.port,
      secure: server.security === 'tls',
      doSTARTTLS: server.security === 'starttls' ? true : undefined,
      servername: server.host,
      tls: { minVersion: 'TLSv1.2' },
      auth: { user, accessToken: token.reveal() },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: MAIL_TIMEOUT_MS,
      greetingTimeout: MAIL_TIMEOUT_MS,
      socketTimeout: MAIL_TIMEOUT_MS,
    })
    // An error after the one that was thrown must not end the process.
    client.on('error', () => {})
    await client.connect()
    signedIn = true
    const { exists } = await client.mailboxOpen('INBOX', { readOnly: true })
    const messages = exists === 0 ? [] : await newest(client, exists)
    await client.logout()
    return { ok: true, total: exists, messages }
  } catch (thrown) {
    const error = thrown as Error & Said
    const text = error.responseText ?? textOf(error.response) ?? error.message
    const said = oneLine([error.serverResponseCode, text].filter(Boolean).join(' '), token)
    if (signedIn) return { ok: false, stage: 'mailbox', said }
    // It was never sent: no other token would change that.
    if (error.message === 'Unsupported authentication mechanism')
      return { ok: false, stage: 'mailbox', said: 'It takes neither OAUTHBEARER nor XOAUTH2.' }
    const stage = error.authenticationFailed === true ? 'sign_in' : connectFailure(thrown)
    return { ok: false, stage, said }
  } finally {
    client?.close()
  }
}

type Said = {
  authenticationFailed?: boolean
  serverResponseCode?: string
  responseText?: string
  response?: unknown
}

const textOf = (response: unknown): string | undefined =>
  typeof response === 'string' ? response : undefined

/** What a stranger wrote: on one line, and not endless. */
const shown = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST)

async function newest(client: ImapFlow, exists: number): Promise<InboxMessage[]> {
  const messages: InboxMessage[] = []
  const range = `${Math.max(1, exists - NEWEST + 1)}:${exists}`
  const wanted = { uid: true, envelope: true, internalDate: true, size: true }
  for await (const { uid, envelope, internalDate, size } of client.fetch(range, wanted)) {
    const [sender] = envelope?.from ?? []
    const at = internalDate === undefined ? NaN : new Date(internalDate).getTime()
    messages.push({
      uid,
      from: shown(
        [sender?.name, sender?.address && `<${sender.address}>`].filter(Boolean).join(' '),
      ),
      subject: shown(envelope?.subject ?? ''),
      at: Number.isNaN(at) ? null : at,
      size: size ?? 0,
    })
  }
  return messages.toReversed()
}
