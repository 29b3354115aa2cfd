/**
 * What IMAP clients are told: the answers to a sign-in, and the last words.
 */
import type { Closed } from '../mail/mailbox.ts'
import type { SessionEnd } from '../mail/session.ts'

/** Behind the tag. None says more than a stranger may know, and only the first is about a password. */
export const REPLY: Readonly<Record<Closed, string>> = {
  refused: 'NO [AUTHENTICATIONFAILED] The user name or the application password is wrong.',
  busy: 'NO [LIMIT] Too many connections or tries. Try again later.',
  unavailable: 'NO [UNAVAILABLE] The mailbox cannot be reached at the moment. Try again later.',
  reconsent: 'NO [CONTACTADMIN] The sign-in of this mailbox at its provider has to be renewed.',
  mailbox_off: 'NO [CONTACTADMIN] This mailbox is switched off, or its provider refuses it.',
}

/** Alike whatever was sent, so that nothing is learned by sending it in the clear. */
export const NEEDS_TLS = 'NO [PRIVACYREQUIRED] Use TLS.'
export const BAD = 'BAD Not a command that can be given here.'

export const GOODBYE: Readonly<
  Record<Exclude<SessionEnd, 'gone'> | 'asked' | 'too_much' | 'lost', string>
> = {
  asked: '* BYE Goodbye.\r\n',
  lost: '* BYE What comes next cannot be told from a command.\r\n',
  too_much: '* BYE Too many commands without a sign-in.\r\n',
  time_is_up: '* BYE The time to sign in is over.\r\n',
  stopping: '* BYE The server stops. Connect again.\r\n',
}

/** While bytes pass, where a line has ended: the password has ended, or the server stops. */
export const FAREWELL = '* BYE The connection is closed here. Connect again.\r\n'
