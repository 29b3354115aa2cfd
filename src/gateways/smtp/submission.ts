/**
 * Submission (RFC 6409): one client from the greeting to its sign-in. From there on its lines go to
 * the provider's server, and nothing here reads them.
 *
 * Commands are answered one after the other, in the order in which they came. What a client sends
 * ahead of an answer waits: without a sign-in it is answered as it would be alone, and after one it
 * goes to the provider, once.
 */
import { readCommand, type SmtpCommand } from '#wire/smtp/command.ts'
import type { Carried } from '#wire/smtp/ehlo.ts'
import type { Line } from '../mail/conversation.ts'
import { LOGIN_LIMITS, SMTP_LIMITS } from '../mail/limits.ts'
import type { OpenMailbox, Splicing } from '../mail/mailbox.ts'
import type { Serve, Session, SessionEnd } from '../mail/session.ts'
import { auth } from './auth.ts'
import { hello } from './hello.ts'
import { CLOSED, OVER, REPLY } from './reply.ts'

export type SubmissionNeeds = {
  /** The name of this server, as clients know it. */
  readonly name: string
  /** What the servers of all providers take. */
  readonly carried: () => Carried
  readonly openMailbox: OpenMailbox<null>
  /** Holds messages back that the provider would not take yet. */
  readonly tap?: Splicing['tap']
}

/** A client that has not signed in. */
type Talk = SubmissionNeeds & {
  readonly session: Session
  /** What it calls itself; null: no EHLO since it connected, or since TLS began. */
  client: string | null
  /** Commands that are none or stand in the wrong place; sign-ins that were refused. */
  bad: number
  refused: number
}
type Next = 'go_on' | 'over'

export const submission =
  (needs: SubmissionNeeds): Serve =>
  async (session) => {
    const talk: Talk = { ...needs, session, client: null, bad: 0, refused: 0 }
    const { client, signal } = session
    const leave = (): void => {
      const why = signal.reason as SessionEnd
      if (why !== 'gone') client.end(`${OVER[why]}\r\n`)
    }
    signal.addEventListener('abort', leave, { once: true })
    say(talk, `220 ${needs.name} ESMTP`)
    let next: Next = 'go_on'
    for (let n = 0; next === 'go_on'; n++)
      next = n < LOGIN_LIMITS.maxCommands ? await command(talk) : last(talk, REPLY.tooMany)
    signal.removeEventListener('abort', leave)
  }

async function command(talk: Talk): Promise<Next> {
  const line = await read(talk)
  if (line === null) return 'over'
  if (line.read === 'too_long') return bad(talk, REPLY.authTooLong)
  if (line.read === 'bare') return bad(talk, REPLY.bare)
  const { bytes } = line
  const asked = readCommand(bytes)
  // A page made a browser speak to this port: no line of it is answered.
  if (asked.verb === 'http') return 'over'
  if (asked.verb !== 'AUTH' && bytes.length + 2 > SMTP_LIMITS.maxLineBytes)
    return bad(talk, REPLY.tooLong)
  return await answer(talk, asked)
}

async function answer(talk: Talk, asked: Exclude<SmtpCommand, { verb: 'http' }>): Promise<Next> {
  switch (asked.verb) {
    case 'EHLO':
    case 'HELO':
      talk.client = named(asked.name)
      return fine(talk, hello(asked.verb, talk, offersOf(talk)))
    case 'STARTTLS':
      return await startTls(talk)
    case 'AUTH':
      return await signIn(talk, asked)
    case 'signed_in_only':
      return bad(talk, offersOf(talk).auth ? REPLY.signInFirst : REPLY.tlsFirst)
    case 'NOOP':
    case 'RSET':
      return fine(talk, REPLY.fine)
    case 'VRFY':
      return fine(talk, REPLY.vrfy)
    case 'HELP':
      return fine(talk, REPLY.help)
    case 'QUIT':
      return last(talk, REPLY.bye)
    case 'malformed':
      return bad(talk, REPLY.malformed)
    case 'unknown':
      return bad(talk, REPLY.unknown)
  }
}

/** RFC 3207 §4.2: after the handshake nothing is known of the client any more. */
async function startTls(talk: Talk): Promise<Next> {
  const { session } = talk
  if (session.peer.tls !== 'none') return bad(talk, REPLY.tlsIsOn)
  if (session.startTls === null) return bad(talk, REPLY.noTls)
  say(talk, REPLY.starttls)
  talk.client = null
  return (await session.startTls()) ? 'go_on' : 'over'
}

async function signIn(
  talk: Talk,
  asked: { mechanism: string; initial: Buffer | null },
): Promise<Next> {
  const { session, client } = talk
  if (!offersOf(talk).auth) return bad(talk, REPLY.tlsFirst)
  if (client === null) return bad(talk, REPLY.ehloFirst)
  const typed = await auth(
    asked,
    () => read(talk),
    (line) => say(talk, line),
  )
  if (typed.auth === 'over') return 'over'
  if (typed.auth === 'failed')
    return typed.refused ? refused(talk, typed.reply) : bad(talk, typed.reply)
  const { username, password } = typed
  const opened = await talk.openMailbox({
    protocol: 'smtp',
    username,
    password,
    ip: session.peer.ip,
    security: session.peer.tls,
    client,
    signal: session.signal,
  })
  if (!opened.ok)
    return opened.why === 'refused'
      ? refused(talk, CLOSED.refused)
      : closed(talk, CLOSED[opened.why])
  if (session.signal.aborted) {
    opened.close()
    return 'over'
  }
  say(talk, REPLY.signedIn)
  session.signedIn()
  const { tap } = talk
  opened.splice(session.client.handOver(), {
    farewell: `${REPLY.farewell}\r\n`,
    ...(tap && { tap }),
  })
  return 'over'
}

/** null: the client has gone, or has to go. */
async function read({ session }: Talk): Promise<Exclude<Line, { read: 'end' }> | null> {
  const line = await session.client.line(SMTP_LIMITS.maxAuthLineBytes)
  return line.read === 'end' || session.signal.aborted ? null : line
}

const say = ({ session }: Talk, line: string): void => session.client.write(`${line}\r\n`)

function fine(talk: Talk, reply: string): Next {
  say(talk, reply)
  return 'go_on'
}

function last(talk: Talk, reply: string): Next {
  talk.session.client.end(`${reply}\r\n`)
  return 'over'
}

function bad(talk: Talk, reply: string): Next {
  say(talk, reply)
  return ++talk.bad < LOGIN_LIMITS.maxBadCommands ? 'go_on' : last(talk, REPLY.tooMany)
}

function refused(talk: Talk, reply: string): Next {
  say(talk, reply)
  return ++talk.refused < LOGIN_LIMITS.maxRefused ? 'go_on' : last(talk, REPLY.tooMany)
}

/** RFC 5321 §3.8: 421 is the last word. */
const closed = (talk: Talk, reply: string): Next =>
  reply.startsWith('421') ? last(talk, reply) : fine(talk, reply)

const offersOf = ({ session: { peer, startTls } }: Talk): { auth: boolean; starttls: boolean } => ({
  auth: peer.tls !== 'none' || peer.mayBeClear,
  starttls: peer.tls === 'none' && startTls !== null,
})

/** For the audit. */
const named = (name: string): string =>
  name.replaceAll(/\p{Cc}/gu, '').slice(0, LOGIN_LIMITS.maxClientName)
