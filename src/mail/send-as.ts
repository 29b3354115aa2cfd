/**
 * One message through a provider's SMTP server, with an access token that is handed in.
 *
 * The token is used as it is; nothing here asks for another. AUTH goes in two lines (RFC 4954 §4):
 * a token is longer than what a command may be.
 */
import { createTransport } from 'nodemailer'
import type { Secret } from '#base/secret.ts'
import { tokenMessage } from '#wire/sasl/token-message.ts'
import {
  connectFailure,
  MAIL_TIMEOUT_MS,
  oneLine,
  type MailAnswer,
  type MailServer,
} from './mail-server.ts'

export type Message = {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
}
type Sent = { readonly messageId: string; readonly said: string }

/** @param user who signs in; for a shared mailbox another than `from` */
export async function sendAs(
  server: MailServer,
  user: string,
  token: Secret,
  { from, to, subject, text }: Message,
): Promise<MailAnswer<Sent>> {
  let signedIn = false
  const as = { user, token, at: server }
  // Before anything is sent: what cannot be a message is nothing that a server has refused.
  const messages = {
    XOAUTH2: tokenMessage('XOAUTH2', as),
    OAUTHBEARER: tokenMessage('OAUTHBEARER', as),
  }
  const signIn = async (talk: Talk): Promise<void> => {
    const method =
      server.sasl.find((one) => talk.authMethods.includes(one)) ?? server.sasl.at(-1) ?? 'XOAUTH2'
    const { message, afterFailure } = messages[method]
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
    const ready = await talk.sendCommand(`AUTH ${method}`)
    if (ready.status !== 334) throw new Refused(ready.response)
    const answer = await talk.sendCommand(base64(message.revealBytes()))
    // The challenge says why; the refusal itself comes after it was answered.
    const last =
      answer.status === 334 ? await talk.sendCommand(base64(Buffer.from(afterFailure))) : answer
    if (last.status !== 235) throw new Refused(last.response)
    signedIn = true
  }
  try {
    const transport = createTransport({
      host: await server.addressOf(server.host),
      port: server.port,
      secure: server.security === 'tls',
      requireTLS: server.security === 'starttls',
      tls: { servername: server.host, minVersion: 'TLSv1.2' },
      auth: { type: 'custom', method: 'TOKEN', user },
      customAuth: { TOKEN: signIn },
      connectionTimeout: MAIL_TIMEOUT_MS,
      greetingTimeout: MAIL_TIMEOUT_MS,
      socketTimeout: MAIL_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as unknown as Parameters<typeof createTransport>[0])
    try {
      const sent = (await transport.sendMail({
        from: { name: '', address: from },
        to: { name: '', address: to },
        subject,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })) as { messageId: string; response: string }
      return { ok: true, messageId: sent.messageId, said: oneLine(sent.response, token) }
    } finally {
      transport.close()
    }
  } catch (thrown) {
    const error = thrown as Error & { code?: string; response?: string }
    const said = oneLine(error.response ?? error.message, token)
    if (signedIn) return { ok: false, stage: 'mailbox', said }
    const stage = error.code === 'EAUTH' ? 'sign_in' : connectFailure(thrown)
    return { ok: false, stage, said }
  }
}

/** What nodemailer hands to a way of signing in that is not its own. */
type Talk = {
  readonly authMethods: readonly string[]
  sendCommand(line: string): Promise<{ status: number; response: string }>
}

class Refused extends Error {
  override readonly name = 'Refused'
}
