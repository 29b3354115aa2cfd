/**
 * A session: one connection of a mail client, as the listener hands it to IMAP, POP3 or SMTP.
 */
import type { Conversation } from './conversation.ts'

export const MAIL_PROTOCOLS = ['imap', 'pop3', 'smtp'] as const
export type MailProtocol = (typeof MAIL_PROTOCOLS)[number]

/** Where a client comes from, and how. */
export type Peer = {
  /** The connection's address, or what a proxy says that may say so. */
  readonly ip: string
  /** `TLSv1.3`, or `none`; changes with STARTTLS. */
  readonly tls: string
  /** A password may be sent without TLS: only this machine listens, or it is for old devices. */
  readonly mayBeClear: boolean
  /** It came through the listener for old devices: whoever signs in has that in the audit. */
  readonly old: boolean
}

/** Why a session that has not signed in has to end: the reason of its signal. */
export type SessionEnd = 'stopping' | 'time_is_up' | 'gone'

export type Session = {
  readonly protocol: MailProtocol
  readonly peer: Peer
  readonly client: Conversation
  /** What the handshake offers now; null: TLS is on already, or there is no certificate. */
  readonly startTls: (() => Promise<boolean>) | null
  /** Aborted with a `SessionEnd`; never after `signedIn`. */
  readonly signal: AbortSignal
  /**
   * Ends the time before login and the listener's interest. Call it just before both sides are
   * spliced. When the server stops, those that are spliced are ended as live connections.
   */
  readonly signedIn: () => void
}

/**
 * One protocol up to its splice. It returns when it has handed the connection over, or has said its
 * last word: without `signedIn` the listener then closes the connection.
 */
export type Serve = (session: Session) => Promise<void>
