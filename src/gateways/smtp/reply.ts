/**
 * What the submission gateway says. Nothing of what a provider's server said is ever in it.
 *
 * An outage is a temporary failure (4yz): a message waits, and nobody is asked for a new password.
 */
import type { Closed } from '../mail/mailbox.ts'
import type { SessionEnd } from '../mail/session.ts'

/** Why no mailbox was opened. A reply that begins with 421 is the last one (RFC 5321 §3.8). */
export const CLOSED: Readonly<Record<Closed, string>> = {
  refused: '535 5.7.8 Authentication credentials invalid',
  busy: '421 4.3.2 Too much is going on for this account, try again later',
  unavailable: '454 4.7.0 Temporary authentication failure',
  reconsent: '454 4.7.0 The mailbox waits for a person to renew its sign-in',
  mailbox_off: '454 4.7.0 The mailbox is not available for sending',
}

export const OVER: Readonly<Record<Exclude<SessionEnd, 'gone'>, string>> = {
  stopping: '421 4.3.2 The server stops',
  time_is_up: '421 4.4.2 Too much time has passed without a sign-in',
}

export const REPLY = {
  bye: '221 2.0.0 Bye',
  starttls: '220 2.0.0 Ready to start TLS',
  signedIn: '235 2.7.0 Authentication successful',
  fine: '250 2.0.0 OK',
  vrfy: '252 2.0.0 Send the message to find out',
  help: '214 2.0.0 RFC 5321, RFC 6409',
  /** To the client of a connection that ends for a reason of ours, after its sign-in. */
  farewell: '421 4.3.2 The connection is closed, open another one',
  tooMany: '421 4.7.0 Too many commands without a sign-in',
  /** Whatever was sent, and before any of it is read (RFC 3207 §4). */
  tlsFirst: '530 5.7.0 Must issue a STARTTLS command first',
  signInFirst: '530 5.7.0 Authentication required',
  ehloFirst: '503 5.5.1 Send EHLO first',
  tlsIsOn: '503 5.5.1 TLS is on already',
  noTls: '454 4.7.0 TLS is not available',
  unknown: '500 5.5.2 There is no such command',
  tooLong: '500 5.5.2 The line is too long',
  /** RFC 4954 §4: only an authentication exchange has lines of that length. */
  authTooLong: '500 5.5.6 Authentication exchange line is too long',
  malformed: '501 5.5.4 Syntax error in the argument',
  /** RFC 5321 §2.3.8: CR and LF only together, as the end of a line. */
  bare: '501 5.5.2 A line ends with CR LF, and has neither in it',
  notBase64: '501 5.5.2 That is not base64',
  cancelled: '501 5.7.0 Authentication cancelled',
  noMechanism: '504 5.5.4 The mechanisms are PLAIN and LOGIN',
} as const
