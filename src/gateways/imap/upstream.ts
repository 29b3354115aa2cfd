/**
 * Signing in at a provider's IMAP server with a token: greeting, STARTTLS, AUTHENTICATE (RFC 9051
 * §6.2), and what it can do afterwards.
 *
 * Nothing secret is sent before TLS stands and the server has offered a mechanism that takes tokens.
 * Until the answer to the sign-in, untagged answers are passed over: nobody asked for them.
 */
import { Secret } from '#base/secret.ts'
import { oneLine } from '#mail/mail-server.ts'
import { hasCapability } from '#wire/imap/capability.ts'
import { capabilitiesIn, type Response } from '#wire/imap/response.ts'
import { readBase64 } from '#wire/sasl/base64.ts'
import { tokenMessage } from '#wire/sasl/token-message.ts'
import { curedByRefresh } from '../mail/cured-by-refresh.ts'
import type { UpstreamDialogue } from '../mail/mailbox.ts'
import { asking, type Asking, type Tagged } from './asking.ts'
import { BrokenOff } from './broken-off.ts'

export type ImapReady = {
  /** After login, as the server names them. */
  readonly capabilities: readonly string[]
  /** Lines that came after login and before the capabilities: they are for the client. */
  readonly early: readonly Buffer[]
}
type Parts = Parameters<UpstreamDialogue<ImapReady>>

/** With a mechanism, a tag and CRLF: RFC 7162 §4 lets a client count on 8192 octets a line. */
const LONGEST_WITH_INITIAL_RESPONSE = 8192
const LONGEST_CHALLENGE = 4096
export const signInAtImap: UpstreamDialogue<ImapReady> = async (upstream, as) => {
  try {
    return { ok: true, ready: await dialogue(upstream, as) }
  } catch (thrown) {
    if (!(thrown instanceof BrokenOff)) throw thrown
    return { ok: false, stage: thrown.stage, said: oneLine(thrown.message, as.token) }
  }
}

async function dialogue({ conversation, startTls }: Parts[0], as: Parts[1]): Promise<ImapReady> {
  const server = asking(conversation)
  let offered = await greeting(server)
  if (startTls) {
    const { status, text } = await server.ask('STARTTLS')
    if (status !== 'OK') throw new BrokenOff('tls', `STARTTLS was refused: ${status} ${text}`)
    if (!(await startTls())) throw new BrokenOff('tls', 'STARTTLS came to nothing.')
    offered = null // what was said in the clear could have been anybody's words
  }
  offered ??= (await server.ask('CAPABILITY')).capabilities ?? []
  const { capabilities } = await authenticate(server, offered, as)
  if (capabilities) return { capabilities, early: [] }
  const early: Buffer[] = []
  const asked = await server.ask('CAPABILITY', early)
  return { capabilities: asked.capabilities ?? [], early }
}

/** A server that is signed in already, or takes leave, gets nothing (RFC 9051 §11.3). */
async function greeting(server: Asking): Promise<readonly string[] | null> {
  const first = await server.next()
  if (first.is !== 'status' || first.tag !== null || first.status !== 'OK')
    throw new BrokenOff('mailbox', `Its greeting is not OK: ${wordsOf(first)}`)
  return capabilitiesIn(first)
}

async function authenticate(
  server: Asking,
  offered: readonly string[],
  { server: at, user, token }: Parts[1],
): Promise<Tagged> {
  const mechanism = at.sasl.find((one) => hasCapability(offered, `AUTH=${one}`))
  if (!mechanism) throw new BrokenOff('mailbox', 'It takes neither OAUTHBEARER nor XOAUTH2.')
  const { message: plain, afterFailure } = tokenMessage(mechanism, { user, token, at })
  const message = base64(plain)
  const command = `AUTHENTICATE ${mechanism}`
  const initial =
    hasCapability(offered, 'SASL-IR') &&
    command.length + message.revealBytes().length + 16 <= LONGEST_WITH_INITIAL_RESPONSE
  const tag = server.send(initial ? `${command} ${message.reveal()}` : command)
  let answer = await server.answer(tag)
  if (!initial && answer.is === 'continuation') {
    server.write(message.reveal())
    answer = await server.answer(tag)
  }
  // A challenge now says why it failed; the refusal itself comes after it was answered.
  const why = answer.is === 'continuation' ? challenge(answer.text) : null
  if (why !== null) {
    server.write(base64(new Secret(afterFailure)).reveal())
    answer = await server.answer(tag)
  }
  if (answer.is === 'continuation') throw new BrokenOff('mailbox', 'It asks without end.')
  if (answer.status === 'OK' && why === null) return answer
  const { status, code, text } = answer
  const said = [status, code === null ? '' : `[${code}]`, text, why ?? ''].filter(Boolean).join(' ')
  const refusesToken = status === 'NO' && curedByRefresh('imap', said)
  throw new BrokenOff(refusesToken ? 'sign_in' : 'mailbox', said)
}

const base64 = (message: Secret): Secret => new Secret(message.revealBytes().toString('base64'))

/** JSON in base64, for the error doctor; what is something else says nothing. */
const challenge = (text: string): string =>
  text.length > LONGEST_CHALLENGE ? '' : (readBase64(text)?.toString('utf8') ?? '')

const wordsOf = (response: Response): string => {
  if (response.is === 'status') return `${response.status} ${response.text}`
  return response.is === 'data' ? `${response.name} ${response.rest}` : 'something else'
}
