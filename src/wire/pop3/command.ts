/**
 * One command line of a POP3 client before it has signed in (RFC 1939, 2449, 2595, 5034).
 */
import { hasControls, utf8 } from '#base/bytes.ts'
import { Secret } from '#base/secret.ts'
import { beginsLikeHttp } from '../http/method.ts'

export type Command =
  | { command: 'capa' | 'stls' | 'quit' }
  /** null: bytes that are in no name, and in no password: controls, or not UTF-8. */
  | { command: 'user'; name: string | null }
  | { command: 'pass'; password: Secret | null }
  /** No mechanism: which are there (RFC 5034 §4). `initial` is in base64 still. */
  | { command: 'auth'; mechanism: string | null; initial: Buffer | null }
  /** A keyword that may be one, and that nobody may use before signing in. */
  | { command: 'other' }
  /** A browser was made to speak to this port. */
  | { command: 'http' }
  /** Not a command: no keyword, or an argument that it cannot have. */
  | { command: 'malformed' }

const ALONE = { CAPA: 'capa', STLS: 'stls', QUIT: 'quit' } as const

/** @param line without its CRLF; it may have any bytes */
export function readCommand(line: Buffer): Command {
  if (beginsLikeHttp(line)) return { command: 'http' }
  const space = line.indexOf(0x20)
  const keyword = line.toString('latin1', 0, space === -1 ? line.length : space)
  const verb = keyword.toUpperCase()
  // RFC 1939 §3: "three or four characters long"; whatever is longer is another protocol's.
  if (!/^[A-Z]{3,4}$/.test(verb)) return { command: 'malformed' }
  const argument = space === -1 ? null : line.subarray(space + 1)
  if (verb === 'USER' || verb === 'PASS') return typed(verb, argument)
  if (verb === 'AUTH') return auth(argument)
  if (verb !== 'CAPA' && verb !== 'STLS' && verb !== 'QUIT') return { command: 'other' }
  return { command: argument === null ? ALONE[verb] : 'malformed' }
}

/** All that follows the one space is the argument, other spaces too (RFC 1939 §7, PASS). */
function typed(verb: 'USER' | 'PASS', argument: Buffer | null): Command {
  if (!argument || argument.length === 0) return { command: 'malformed' }
  const decoded = utf8(argument)
  const text = decoded === null || hasControls(decoded) ? null : decoded
  if (verb === 'USER') return { command: 'user', name: text }
  return { command: 'pass', password: text === null ? null : new Secret(text) }
}

function auth(argument: Buffer | null): Command {
  if (argument === null) return { command: 'auth', mechanism: null, initial: null }
  // RFC 4422 §3.1; the initial response is whatever follows, and has no space in it.
  const [, mechanism, initial] =
    /^([A-Za-z0-9_-]{1,20})(?: ([^ ]+))?$/.exec(argument.toString('latin1')) ?? []
  if (mechanism === undefined) return { command: 'malformed' }
  return {
    command: 'auth',
    mechanism,
    initial: initial === undefined ? null : Buffer.from(initial, 'latin1'),
  }
}
