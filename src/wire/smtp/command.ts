/**
 * What a submission client says before it is signed in: one command line (RFC 5321 §4.1, RFC 4954
 * §4, RFC 3207 §4). Lines after the sign-in are the provider's, and are not read.
 */
import { utf8 } from '#base/bytes.ts'
import { beginsLikeHttp } from '../http/method.ts'

export type SmtpCommand =
  /** `name`: what the client calls itself, for the audit; empty where its bytes are not UTF-8. */
  | { verb: 'EHLO' | 'HELO'; name: string }
  /** `initial` is base64 still, `=` for the empty one; null: there is none. */
  | { verb: 'AUTH'; mechanism: string; initial: Buffer | null }
  | { verb: 'STARTTLS' | 'NOOP' | 'RSET' | 'HELP' | 'VRFY' | 'QUIT' }
  /** There is such a command, for who is signed in. */
  | { verb: 'signed_in_only' }
  /** A browser was made to speak to this port (ALPACA, cross-protocol requests). */
  | { verb: 'http' }
  | { verb: 'unknown' }
  /** The command is known, what follows it is not in its form. */
  | { verb: 'malformed' }

const SIGNED_IN_ONLY = /^(?:MAIL|RCPT|DATA|BDAT|BURL|EXPN|ETRN|ATRN|TURN|SEND|SOML|SAML)$/

/** @param line without its CRLF, and with no CR, LF or NUL in it */
export function readCommand(line: Buffer): SmtpCommand {
  const text = line.toString('latin1')
  const space = text.indexOf(' ')
  const verb = (space === -1 ? text : text.slice(0, space)).toUpperCase()
  const argument = space === -1 ? '' : text.slice(space + 1).trimEnd()
  if (beginsLikeHttp(line)) return { verb: 'http' }
  if (SIGNED_IN_ONLY.test(verb)) return { verb: 'signed_in_only' }
  switch (verb) {
    case 'EHLO':
    case 'HELO':
      return hello(verb, argument)
    case 'AUTH':
      return auth(argument)
    case 'STARTTLS':
    case 'RSET':
    case 'QUIT':
      return argument === '' ? { verb } : { verb: 'malformed' }
    case 'NOOP':
    case 'HELP':
    case 'VRFY':
      return /[\0-\x1f\x7f]/.test(argument) ? { verb: 'malformed' } : { verb }
    default:
      return { verb: 'unknown' }
  }
}

/**
 * The grammar asks for a domain or an address in brackets; programs send the name of their computer
 * as it is. The name goes nowhere but into the audit.
 */
function hello(verb: 'EHLO' | 'HELO', argument: string): SmtpCommand {
  if (!/^[^\0- \x7f][^\0-\x1f\x7f]{0,254}$/.test(argument)) return { verb: 'malformed' }
  return { verb, name: utf8(Buffer.from(argument, 'latin1')) ?? '' }
}

function auth(argument: string): SmtpCommand {
  const [, mechanism, initial] = /^([A-Za-z0-9_-]{1,20})(?: ([\x21-\x7e]+))?$/.exec(argument) ?? []
  if (mechanism === undefined) return { verb: 'malformed' }
  return {
    verb: 'AUTH',
    mechanism,
    initial: initial === undefined ? null : Buffer.from(initial, 'latin1'),
  }
}
