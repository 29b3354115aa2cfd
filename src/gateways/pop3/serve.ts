/**
 * POP3 up to the splice: greeting, CAPA, STLS, and a sign-in. After it bytes pass, and none of them
 * is looked at.
 */
import { readCommand, type Command } from '#wire/pop3/command.ts'
import { MECHANISMS, mechanismOf } from '#wire/sasl/exchange.ts'
import { LOGIN_LIMITS, POP3_LIMITS } from '../mail/limits.ts'
import type { OpenMailbox } from '../mail/mailbox.ts'
import type { Serve, Session } from '../mail/session.ts'
import { listed, offered } from './capa.ts'
import { CLOSED, ERROR, GREETING, OK } from './reply.ts'
import { authenticate, signIn, type Attempted } from './sign-in.ts'

/** `named`: USER was taken, PASS may follow. */
type State = { at: 'greeted' } | { at: 'named'; username: string } | { at: 'over' }
const GREETED: State = { at: 'greeted' }
const OVER: State = { at: 'over' }

export function pop3(open: OpenMailbox<null>): Serve {
  return async (session) => {
    const { client, signal } = session
    // RFC 1939 §3: who ends a session by itself says nothing.
    const leave = (): void => client.end()
    signal.addEventListener('abort', leave, { once: true })
    await new BeforeLogin(session, open).run()
    signal.removeEventListener('abort', leave)
  }
}

/** One connection until it has signed in, or is over. */
class BeforeLogin {
  readonly #session: Session
  readonly #open: OpenMailbox<null>
  #bad = 0
  #refused = 0

  constructor(session: Session, open: OpenMailbox<null>) {
    this.#session = session
    this.#open = open
  }

  async run(): Promise<void> {
    this.#say(GREETING)
    let state: State = GREETED
    for (let n = 0; state.at !== 'over' && n < LOGIN_LIMITS.maxCommands; n++)
      state = await this.#next(state)
  }

  #say(line: string): void {
    this.#session.client.write(`${line}\r\n`)
  }

  /** A password may be sent as the connection is now. */
  get #secure(): boolean {
    return this.#session.peer.tls !== 'none' || this.#session.peer.mayBeClear
  }

  async #next(state: State): Promise<State> {
    const line = await this.#session.client.line(POP3_LIMITS.maxAuthLineBytes)
    if (line.read === 'end') return OVER
    if (line.read === 'bare') return this.#wrong(ERROR.malformed, state)
    const command = line.read === 'line' ? readCommand(line.bytes) : null
    const longest = command?.command === 'auth' ? Infinity : POP3_LIMITS.maxLineBytes - 2
    if (!command || (line.read === 'line' && line.bytes.length > longest)) {
      this.#say(ERROR.tooLong)
      return OVER
    }
    return await this.#obey(command, state)
  }

  async #obey(command: Command, state: State): Promise<State> {
    switch (command.command) {
      case 'capa':
        this.#say(listed(offered({ secure: this.#secure, stls: this.#session.startTls !== null })))
        return state
      case 'stls':
        return await this.#startTls(state)
      case 'quit':
        this.#say(OK.quit)
        return OVER
      case 'user':
        return this.#user(command.name, state)
      case 'pass':
        return await this.#pass(command, state)
      case 'auth':
        return await this.#auth(command, state)
      case 'http':
        return OVER
      case 'other':
        return this.#wrong(ERROR.unknown, state)
      case 'malformed':
        return this.#wrong(ERROR.malformed, state)
    }
  }

  async #startTls(state: State): Promise<State> {
    const { startTls } = this.#session
    if (!startTls) return this.#wrong(ERROR.noTls, state)
    this.#say(OK.stls)
    // Whatever was said in the clear is forgotten (RFC 2595 §4).
    return (await startTls()) ? GREETED : OVER
  }

  #user(name: string | null, state: State): State {
    if (!this.#secure) return this.#wrong(ERROR.needsTls, state)
    if (name === null) {
      this.#say(CLOSED.refused)
      return this.#after('refused')
    }
    this.#say(OK.user)
    return { at: 'named', username: name }
  }

  async #pass({ password }: Command & { command: 'pass' }, state: State): Promise<State> {
    if (!this.#secure) return this.#wrong(ERROR.needsTls, state)
    if (state.at !== 'named') return this.#wrong(ERROR.noUser, state)
    if (password === null) {
      this.#say(CLOSED.refused)
      return this.#after('refused')
    }
    return this.#after(await signIn(this.#session, this.#open, state.username, password))
  }

  async #auth({ mechanism, initial }: Command & { command: 'auth' }, state: State): Promise<State> {
    if (mechanism === null) {
      this.#say(listed(this.#secure ? MECHANISMS : []))
      return state
    }
    if (!this.#secure) return this.#wrong(ERROR.needsTls, state)
    const known = mechanismOf(mechanism)
    if (!known) return this.#wrong(ERROR.mechanism, state)
    return this.#after(await authenticate(this.#session, this.#open, known, initial))
  }

  #wrong(line: string, state: State): State {
    this.#say(line)
    return ++this.#bad < LOGIN_LIMITS.maxBadCommands ? state : OVER
  }

  #after(attempted: Attempted): State {
    if (attempted === 'signed_in' || attempted === 'ended') return OVER
    if (attempted === 'refused') this.#refused++
    if (attempted === 'bad') this.#bad++
    const more = this.#refused < LOGIN_LIMITS.maxRefused && this.#bad < LOGIN_LIMITS.maxBadCommands
    return more ? GREETED : OVER
  }
}
