/**
 * The sign-in at a provider's POP3 server with an access token: greeting, STLS, CAPA, AUTH.
 *
 * The token goes in a line of its own, never behind AUTH: RFC 5034 §4 takes 255 octets there, and
 * Exchange Online documents two lines only.
 */
import { oneLine, type MailRefusal } from '#mail/mail-server.ts'
import { isEnd, mechanismsOf, readCapabilities } from '#wire/pop3/capa.ts'
import { readReply, type Reply } from '#wire/pop3/reply.ts'
import { readBase64 } from '#wire/sasl/base64.ts'
import { tokenMessage } from '#wire/sasl/token-message.ts'
import type { Conversation, Line } from '../mail/conversation.ts'
import { curedByRefresh } from '../mail/cured-by-refresh.ts'
import { POP3_LIMITS } from '../mail/limits.ts'
import type { UpstreamDialogue } from '../mail/mailbox.ts'

/** `null`: nothing is learned that a client would have to be told. */
export const signInAtPop3: UpstreamDialogue<null> = async (
  { conversation, startTls },
  { server, user, token },
) => {
  const refused = (stage: MailRefusal['stage'], said: string): MailRefusal => ({
    ok: false,
    stage,
    said: oneLine(said, token),
  })
  const refusedBy = (heard: Heard, stage: 'tls' | 'mailbox' = 'mailbox'): MailRefusal =>
    refused(heard.reply === 'none' ? heard.stage : stage, textOf(heard))

  const greeting = await hear(conversation)
  if (greeting.reply !== 'ok') return refusedBy(greeting)
  if (startTls) {
    const begun = await ask(conversation, 'STLS')
    if (begun.reply !== 'ok') return refusedBy(begun, 'tls')
    if (!(await startTls())) return refused('tls', 'The TLS handshake failed.')
  }
  const taken = await mechanisms(conversation)
  if ('reply' in taken) return refusedBy(taken)
  // A server that names none may take them all the same; asking it costs one line, and no token.
  const mechanism = server.sasl.find((one) => taken.length === 0 || taken.includes(one))
  if (!mechanism) return refused('mailbox', 'It takes neither OAUTHBEARER nor XOAUTH2.')
  const { message, afterFailure } = tokenMessage(mechanism, { user, token, at: server })

  const asked = await ask(conversation, `AUTH ${mechanism}`)
  if (asked.reply !== 'continue') return refusedBy(asked)
  let answer = await ask(conversation, message.revealBytes().toString('base64'))
  if (answer.reply === 'ok') return { ok: true, ready: null }
  let why = ''
  if (answer.reply === 'continue') {
    // The reason for the failure, in JSON: the server waits for an answer before it says no.
    why = readBase64(answer.text)?.toString('utf8') ?? ''
    answer = await ask(conversation, Buffer.from(afterFailure).toString('base64'))
  }
  if (answer.reply !== 'error') return refusedBy(answer)
  const said = `${textOf(answer)} ${why}`
  return refused(curedByRefresh('pop', said) ? 'sign_in' : 'mailbox', said)
}

type Heard = Reply | { reply: 'none'; stage: 'network' | 'mailbox'; said: string }

/** One command, one answer. What comes before it was asked for could be meant for another question. */
async function ask(conversation: Conversation, line: string): Promise<Heard> {
  if (conversation.pipelined > 0)
    return { reply: 'none', stage: 'mailbox', said: 'It answered before it was asked.' }
  conversation.write(`${line}\r\n`)
  return await hear(conversation)
}

async function hear(conversation: Conversation): Promise<Heard> {
  const line = await conversation.line(POP3_LIMITS.maxReplyLineBytes)
  return (line.read === 'line' && readReply(line.bytes)) || nothing(line)
}

const nothing = (line: Line): Heard =>
  line.read === 'end'
    ? { reply: 'none', stage: 'network', said: 'It closed the connection.' }
    : { reply: 'none', stage: 'mailbox', said: 'It does not speak POP3.' }

const textOf = (heard: Heard): string => {
  if (heard.reply === 'none') return heard.said
  if (heard.reply === 'error') return `-ERR ${heard.text}`
  return 'It gave an answer that fits another question.'
}

/** Empty: it does not say. RFC 2449 is not part of every server. */
async function mechanisms(conversation: Conversation): Promise<readonly string[] | Heard> {
  const answer = await ask(conversation, 'CAPA')
  if (answer.reply === 'error') return []
  if (answer.reply !== 'ok') return answer
  const lines: Buffer[] = []
  while (lines.length < POP3_LIMITS.maxReplyLines) {
    const line = await conversation.line(POP3_LIMITS.maxReplyLineBytes)
    if (line.read !== 'line') return nothing(line)
    if (isEnd(line.bytes)) return mechanismsOf(readCapabilities(lines))
    lines.push(line.bytes)
  }
  return { reply: 'none', stage: 'mailbox', said: 'Its list of capabilities does not end.' }
}
