/**
 * The server's side of AUTH PLAIN and AUTH LOGIN, as IMAP, POP3 and SMTP share it: a line of the
 * client in, a step out. Knows neither sockets nor replies.
 */
import { Secret } from '#base/secret.ts'
import { readBase64 } from './base64.ts'
import { PASSWORD_PROMPT, readLogin, USERNAME_PROMPT } from './login.ts'
import { readPlain } from './plain.ts'

export const MECHANISMS = ['PLAIN', 'LOGIN'] as const
export type Mechanism = (typeof MECHANISMS)[number]

/**
 * Why an exchange ended without a name and a password. `base64` and `cancelled` (the client sent
 * `*`) are the client's own words for "nothing was asked"; the others are a failed sign-in.
 */
export type SaslFault =
  | 'cancelled'
  | 'base64'
  | 'fields'
  | 'empty'
  | 'too_long'
  | 'utf8'
  | 'other_identity'

export type SaslStep =
  /** `text` is base64 already, and may be empty: `+ ${text}`, `334 ${text}`. */
  | { step: 'challenge'; text: string }
  | { step: 'done'; username: string; password: Secret }
  | { step: 'refused'; why: SaslFault }

export type SaslExchange = {
  /**
   * @param response what the client wrote, still in base64. In the first call: the initial response,
   * where `=` is the empty one (RFC 4954 §4), or null when there was none.
   */
  next(response: Buffer | null): SaslStep
}

/** The mechanism of that name, in any case; null: not one that is offered. */
export const mechanismOf = (name: string): Mechanism | null =>
  MECHANISMS.find((one) => one.toLowerCase() === name.toLowerCase()) ?? null

export function saslExchange(mechanism: Mechanism): SaslExchange {
  const mechanic = mechanism === 'PLAIN' ? plain : login()
  let begun = false
  return {
    next(response) {
      const initial = !begun
      begun = true
      if (response === null) return mechanic(null)
      const text = response.toString('latin1')
      if (!initial && text === '*') return refused('cancelled')
      const bytes = initial && text === '=' ? Buffer.alloc(0) : readBase64(text)
      return bytes === null ? refused('base64') : mechanic(bytes)
    },
  }
}

type Mechanic = (bytes: Buffer | null) => SaslStep

const refused = (why: SaslFault): SaslStep => ({ step: 'refused', why })

const plain: Mechanic = (bytes) => {
  if (bytes === null) return { step: 'challenge', text: '' }
  const read = readPlain(bytes)
  return read.ok
    ? { step: 'done', username: read.username, password: read.password }
    : refused(read.why)
}

function login(): Mechanic {
  let username: string | null = null
  return (bytes) => {
    if (bytes === null) return { step: 'challenge', text: USERNAME_PROMPT }
    const read = readLogin(bytes)
    if (!read.ok) return refused(read.why)
    if (username !== null) return { step: 'done', username, password: new Secret(read.text) }
    username = read.text
    return { step: 'challenge', text: PASSWORD_PROMPT }
  }
}
