/**
 * The dialogue with a provider's submission server: greeting, EHLO, STARTTLS, and the sign-in with
 * an access token.
 *
 * The token goes in a line of its own, never behind AUTH: it is longer than a command may be.
 */
import type { Secret } from '#base/secret.ts'
import { oneLine, type MailRefusal, type MailServer } from '#mail/mail-server.ts'
import { readBase64 } from '#wire/sasl/base64.ts'
import { tokenMessage } from '#wire/sasl/token-message.ts'
import { readEhlo, type Carried, type Ehlo } from '#wire/smtp/ehlo.ts'
import { replyReader, replyText, type SmtpReply } from '#wire/smtp/reply.ts'
import type { Conversation } from '../mail/conversation.ts'
import { SMTP_LIMITS } from '../mail/limits.ts'
import type { UpstreamDialogue } from '../mail/mailbox.ts'
import { curedByRefresh } from '../mail/cured-by-refresh.ts'
import type { UpstreamConnection } from '../mail/upstream.ts'

type Address = Pick<MailServer, 'host' | 'port'>
export type SubmissionUpstreamNeeds = {
  /** How this server calls itself. */
  readonly name: string
  readonly learn: (server: Address, carried: Carried) => void
}

/** `null`: what is learned is offered to the clients that come next. */
export const signInAtSmtp =
  ({ name, learn }: SubmissionUpstreamNeeds): UpstreamDialogue<null> =>
  async (upstream, { server, user, token }) => {
    const refused = ({ stage, said }: Refusal): MailRefusal => ({
      ok: false,
      stage,
      said: oneLine(said, token),
    })
    const met = await meet(upstream, name)
    if (!met.ok) return refused(met)
    learn(server, met.ehlo.carried)
    const failed = await signIn(upstream.conversation, met.ehlo, { server, user, token })
    return failed === null ? { ok: true, ready: null } : refused(failed)
  }

type Refusal = { readonly ok: false; readonly stage: MailRefusal['stage']; readonly said: string }

/** From the greeting to the EHLO whose answer counts: under TLS, where TLS begins with STARTTLS. */
export async function meet(
  { conversation, startTls }: UpstreamConnection,
  name: string,
): Promise<{ readonly ok: true; readonly ehlo: Ehlo } | Refusal> {
  const greeting = await hear(conversation)
  if (!heard(greeting, 220)) return refusal(greeting)
  const first = await ask(conversation, `EHLO ${name}`)
  if (!heard(first, 250)) return refusal(first)
  if (startTls === null) return { ok: true, ehlo: readEhlo(first.lines) }
  if (!readEhlo(first.lines).starttls)
    return { ok: false, stage: 'tls', said: 'It does not offer STARTTLS.' }
  const begun = await ask(conversation, 'STARTTLS')
  if (!heard(begun, 220)) return refusal(begun, 'tls')
  if (!(await startTls())) return { ok: false, stage: 'tls', said: 'The TLS handshake failed.' }
  const second = await ask(conversation, `EHLO ${name}`)
  return heard(second, 250) ? { ok: true, ehlo: readEhlo(second.lines) } : refusal(second)
}

/** @returns null when it has signed in */
async function signIn(
  conversation: Conversation,
  { auth }: Ehlo,
  { server, user, token }: { server: MailServer; user: string; token: Secret },
): Promise<Refusal | null> {
  const mechanism = server.sasl.find((one) => auth.includes(one))
  if (!mechanism)
    return { ok: false, stage: 'mailbox', said: 'It takes neither OAUTHBEARER nor XOAUTH2.' }
  const { message, afterFailure } = tokenMessage(mechanism, { user, token, at: server })
  const asked = await ask(conversation, `AUTH ${mechanism}`)
  if (!heard(asked, 334)) return refusal(asked)
  let answer = await ask(conversation, message.revealBytes().toString('base64'))
  let why = ''
  if (heard(answer, 334)) {
    // The reason, in JSON: the server waits for an answer to it before it says no.
    why = readBase64(answer.lines.join(''))?.toString('utf8') ?? ''
    answer = await ask(conversation, Buffer.from(afterFailure).toString('base64'))
  } else if (heard(answer, 235)) return null
  const { stage, said } = refusal(answer)
  const all = `${said} ${why}`
  const tokenRefused = 'code' in answer && answer.code >= 500 && curedByRefresh('smtp', all)
  return { ok: false, stage: tokenRefused ? 'sign_in' : stage, said: all }
}

type Heard = SmtpReply | Refusal

const heard = (reply: Heard, code: number): reply is SmtpReply =>
  'code' in reply && reply.code === code

const refusal = (reply: Heard, stage: 'tls' | 'mailbox' = 'mailbox'): Refusal =>
  'code' in reply ? { ok: false, stage, said: replyText(reply) } : reply

/** One line, one reply. What comes before it was asked for could be meant for another question. */
async function ask(conversation: Conversation, line: string): Promise<Heard> {
  if (conversation.pipelined > 0)
    return { ok: false, stage: 'mailbox', said: 'It answered before it was asked.' }
  conversation.write(`${line}\r\n`)
  return await hear(conversation)
}

async function hear(conversation: Conversation): Promise<Heard> {
  const read = replyReader(SMTP_LIMITS.maxReplyLines)
  for (;;) {
    const line = await conversation.line(SMTP_LIMITS.maxReplyLineBytes)
    if (line.read === 'end')
      return { ok: false, stage: 'network', said: 'It closed the connection.' }
    const found = line.read === 'line' ? read(line.bytes) : ({ read: 'malformed' } as const)
    if (found.read === 'reply') return found.reply
    if (found.read === 'malformed')
      return { ok: false, stage: 'mailbox', said: 'It does not speak SMTP.' }
  }
}
