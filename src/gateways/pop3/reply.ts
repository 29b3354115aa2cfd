/**
 * What the POP3 gateway says, with the response codes of RFC 2449 §8 and RFC 3206. No answer repeats
 * anything that a client or a provider wrote.
 */
import type { Closed } from '../mail/mailbox.ts'

/** Without a time stamp in angle brackets: that would offer APOP (RFC 1939 §7). */
export const GREETING = '+OK Passerelle is ready.'

/**
 * Only `refused` carries the code that makes a program ask for another password. Old programs read
 * no codes but words: fetchmail takes "wait" and "Service … unavailable" for "later", and anything
 * else for a wrong password, which it gives up on.
 */
export const CLOSED: Record<Closed, string> = {
  refused: '-ERR [AUTH] The user name or the application password is not accepted.',
  busy: '-ERR [SYS/TEMP] Too much is going on; wait a few minutes and try again.',
  unavailable: '-ERR [SYS/TEMP] Service temporarily unavailable; try again later.',
  reconsent:
    '-ERR [SYS/PERM] The password is right; the mailbox waits for its owner to sign in to it again.',
  mailbox_off: '-ERR [SYS/PERM] Service unavailable for this mailbox; ask the administrator.',
}

export const OK = {
  user: '+OK Send the password.',
  signedIn: '+OK Signed in.',
  stls: '+OK Begin TLS.',
  quit: '+OK Goodbye.',
} as const

export const ERROR = {
  /** For whatever asks for a user name or a password without TLS, right or wrong (RFC 8314 §4.1). */
  needsTls: '-ERR Use TLS first.',
  noTls: '-ERR TLS is on already, or not to be had.',
  unknown: '-ERR Not here, or not before signing in.',
  malformed: '-ERR That is not a command.',
  tooLong: '-ERR The line is too long.',
  mechanism: '-ERR That mechanism is not offered.',
  cancelled: '-ERR Cancelled.',
  notBase64: '-ERR That is not base64.',
  noUser: '-ERR Send the user name first.',
} as const
