/**
 * IMAP (RFC 9051, RFC 3501) from the greeting to the sign-in; from there on bytes pass.
 *
 * A client's password is read only where TLS, or the operator's word, makes that right. It goes
 * through the one admission; what is behind the mailbox is reached with a token.
 */
import type { Command } from '#wire/imap/command.ts'
import { survivingCapabilities } from '#wire/imap/capability.ts'
import { readId } from '#wire/imap/id.ts'
import { LOGIN_LIMITS } from '../mail/limits.ts'
import type { OpenMailbox } from '../mail/mailbox.ts'
import type { Serve, Session, SessionEnd } from '../mail/session.ts'
import { loginCredentials, saslCredentials, type Credentials } from './credentials.ts'
import { nextCommand, type Incoming } from './incoming.ts'
import { BAD, FAREWELL, GOODBYE, NEEDS_TLS, REPLY } from './reply.ts'
import type { ImapReady } from './upstream.ts'

type Needs = { readonly open: OpenMailbox<ImapReady> }

/** What a client has used up, and what it said of itself. */
type State = { commands: number; bad: number; refused: number; client: string }
/** `over`: the connection was handed on, or is not to be spoken to any more. */
type After = 'goes_on' | 'bad' | 'over'

export const imap =
  ({ open }: Needs): Serve =>
  async (session) => {
    const { client, signal } = session
    const state: State = { commands: 0, bad: 0, refused: 0, client: '' }
    const leave = (): void => {
      const why = signal.reason as SessionEnd
      if (why !== 'gone') client.end(GOODBYE[why])
    }
    signal.addEventListener('abort', leave, { once: true })
    client.write(`* OK [CAPABILITY ${capabilities(session)}] Ready.\r\n`)
    let after: After = 'goes_on'
    while (after !== 'over' && !usedUp(state)) {
      after = await answer(session, state, await nextCommand(client, mayLogin(session)), open)
      state.commands++
      if (after === 'bad') state.bad++
    }
    signal.removeEventListener('abort', leave)
    if (after !== 'over') client.end(GOODBYE.too_much)
  }

const usedUp = ({ commands, bad, refused }: State): boolean =>
  commands >= LOGIN_LIMITS.maxCommands ||
  bad >= LOGIN_LIMITS.maxBadCommands ||
  refused >= LOGIN_LIMITS.maxRefused

const mayLogin = ({ peer }: Session): boolean => peer.tls !== 'none' || peer.mayBeClear

const capabilities = (session: Session): string =>
  [
    'IMAP4rev1 LITERAL+ SASL-IR ID',
    session.startTls ? 'STARTTLS' : '',
    mayLogin(session) ? 'AUTH=PLAIN AUTH=LOGIN' : 'LOGINDISABLED',
  ]
    .filter(Boolean)
    .join(' ')

async function answer(
  session: Session,
  state: State,
  incoming: Incoming,
  open: OpenMailbox<ImapReady>,
): Promise<After> {
  const { client } = session
  if (incoming.got === 'nothing') return 'goes_on'
  if (incoming.got === 'end') return 'over'
  if (incoming.got === 'http') {
    client.destroy()
    return 'over'
  }
  if (incoming.got === 'command') return await obey(session, state, incoming.command, open)
  client.write(`${incoming.tag ?? '*'} ${BAD}\r\n`)
  if (!incoming.lost) return 'bad'
  client.end(GOODBYE.lost)
  return 'over'
}

async function obey(
  session: Session,
  state: State,
  command: Command,
  open: OpenMailbox<ImapReady>,
): Promise<After> {
  const { client } = session
  const { tag, verb, args } = command
  const say = (text: string): void => client.write(`${tag} ${text}\r\n`)
  switch (verb) {
    case 'LOGIN':
    case 'AUTHENTICATE': {
      if (!mayLogin(session)) {
        say(NEEDS_TLS)
        return 'goes_on'
      }
      const typed =
        verb === 'LOGIN' ? loginCredentials(command) : await saslCredentials(client, command)
      return await signIn(session, state, typed, say, open)
    }
    case 'STARTTLS':
      if (args.length > 0 || !session.startTls) break
      say('OK Begin TLS.')
      if (!(await session.startTls())) return 'over'
      state.client = ''
      return 'goes_on'
    case 'ID': {
      const name = readId(args)
      if (name === null) break
      state.client = shown(name)
      client.write('* ID ("name" "Passerelle")\r\n')
      say('OK ID done.')
      return 'goes_on'
    }
    case 'CAPABILITY':
      if (args.length > 0) break
      client.write(`* CAPABILITY ${capabilities(session)}\r\n`)
      say('OK CAPABILITY done.')
      return 'goes_on'
    case 'NOOP':
      if (args.length > 0) break
      say('OK NOOP done.')
      return 'goes_on'
    case 'LOGOUT':
      if (args.length > 0) break
      client.write(GOODBYE.asked)
      client.end(`${tag} OK LOGOUT done.\r\n`)
      return 'over'
  }
  say(BAD)
  return 'bad'
}

async function signIn(
  session: Session,
  state: State,
  typed: Credentials,
  say: (text: string) => void,
  open: OpenMailbox<ImapReady>,
): Promise<After> {
  const { client, peer, protocol, signal } = session
  if (typed.are === 'end') return 'over'
  if (typed.are === 'bad') {
    say(BAD)
    return 'bad'
  }
  if (typed.are === 'unknown_mechanism') {
    say('NO [CANNOT] There is no such mechanism.')
    return 'bad'
  }
  const opened =
    typed.are === 'nobodys'
      ? ({ ok: false, why: 'refused' } as const)
      : await open({
          ...typed,
          protocol,
          client: state.client,
          ip: peer.ip,
          security: peer.tls,
          signal,
        })
  if (!opened.ok) {
    if (opened.why === 'refused') state.refused++
    say(REPLY[opened.why])
    return 'goes_on'
  }
  if (signal.aborted) {
    opened.close()
    return 'over'
  }
  session.signedIn()
  const able = survivingCapabilities(opened.ready.capabilities).join(' ')
  say(`OK ${able === '' ? '' : `[CAPABILITY ${able}] `}Signed in.`)
  for (const line of opened.ready.early) client.write(line)
  opened.splice(client.handOver(), { farewell: FAREWELL })
  return 'over'
}

/** As it stands in the audit: without controls, and short. */
const shown = (name: string): string =>
  name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LOGIN_LIMITS.maxClientName)
