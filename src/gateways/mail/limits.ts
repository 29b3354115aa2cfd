/**
 * How much of the mail gateways one client, or all of them, can take before login; and why.
 */
import { MINUTE, SECOND } from '#base/clock.ts'

export type ListenerLimits = {
  readonly beforeLoginMs: number
  readonly lastWordMs: number
  readonly proxyHeaderMs: number
  readonly handshakeMs: number
  readonly maxConnections: number
  readonly maxBeforeLogin: number
  readonly maxConnectionsOfAddress: number
  readonly maxBeforeLoginOfAddress: number
  readonly keepAliveMs: number
  readonly stopMs: number
}

export const LISTENER_LIMITS: ListenerLimits = {
  /**
   * From connecting to being signed in, however slowly the bytes come. A client does it in a second;
   * a provider that answers slowly, or a queue for its connections, takes the rest.
   */
  beforeLoginMs: MINUTE,
  /** For the last answer to arrive before the connection is cut. */
  lastWordMs: SECOND,
  /** A proxy sends its header with the first packet. */
  proxyHeaderMs: 5 * SECOND,
  /** Two round trips and a slow processor. */
  handshakeMs: 15 * SECOND,
  /** Each takes two descriptors, of the 65536 that the systemd unit allows, and at most 350 KiB. */
  maxConnections: 12_000,
  /** Signed in or not: beyond this the oldest that has not signed in goes, since a login is short. */
  maxBeforeLogin: 4_000,
  /** A /32 or /64: an office of 300 people behind one address, five connections each. */
  maxConnectionsOfAddress: 1_500,
  /** The same office after its line was away; who is refused here tries again by itself. */
  maxBeforeLoginOfAddress: 200,
  /** Below the five minutes after which the least patient NAT forgets a connection (RFC 5382: 124). */
  keepAliveMs: 2 * MINUTE,
  /** For farewells to arrive; the HTTP listener has its own time, and systemd gives 20 seconds. */
  stopMs: 5 * SECOND,
}

/** What holds for all three protocols before login. */
export const LOGIN_LIMITS = {
  /** Refused sign-ins on one connection: a person who mistypes; a program that guesses reconnects. */
  maxRefused: 3,
  /** Commands that are none, or stand in the wrong place. */
  maxBadCommands: 10,
  /** All commands before login, also good ones: NOOP is no reason to stay. */
  maxCommands: 100,
  /** What a client says of itself, as it stands in the audit. */
  maxClientName: 200,
} as const

export const IMAP_LIMITS = {
  /** RFC 7162 §4 asks for 8192 octets a line, without literals. */
  maxLineBytes: 8 * 1024,
  /** RFC 7888 §5: a literal that is sent without being asked for. Ours are names and passwords. */
  maxLiteralBytes: 4 * 1024,
  /** Of one command: LOGIN has two. */
  maxLiterals: 4,
  /** The line with a SASL response, as RFC 4954 §4 has it for SMTP: base64 of a long ticket. */
  maxAuthLineBytes: 12_288,
} as const

export const SMTP_LIMITS = {
  /** RFC 5321 §4.5.3.1.4, with CRLF; extensions that lengthen it are used after login. */
  maxLineBytes: 512,
  /** RFC 4954 §4.3: with AUTH, and its responses. */
  maxAuthLineBytes: 12_288,
  /** RFC 5321 §4.5.3.1.5: a line of an answer has 512; servers are seen to send more. */
  maxReplyLineBytes: 2_048,
  /** Lines of one answer of a server. */
  maxReplyLines: 100,
} as const

export const POP3_LIMITS = {
  /** RFC 2449 §4: a command with its arguments, with CRLF. */
  maxLineBytes: 255,
  /** RFC 5034 §4 names 12,288 for AUTH by RFC 4954; a PLAIN response does not fit into 255. */
  maxAuthLineBytes: 12_288,
  /** RFC 2449 §4: an answer's first line has 512; servers are seen to send more. */
  maxReplyLineBytes: 2_048,
  /** Lines of CAPA. */
  maxReplyLines: 100,
} as const

/** What is open at once after login. Each also counts for its address and for all. */
export const SIGNED_IN_LIMITS = {
  /** Of one person on this node: three devices with a dozen folders watched on each. */
  maxOfPerson: 60,
  /** Of one mailbox on this node: a team of thirty with a shared one. The provider's own bound is lower. */
  maxOfMailbox: 150,
} as const

/** Waiting for one of the provider's own connections (`limits` in vault/providers.ts). */
export const QUEUE_LIMITS = {
  /** Waiting for one mailbox: more would wait longer than clients do. */
  maxWaiting: 30,
  /** RFC 5321 §4.5.3.2 gives clients minutes; IMAP clients give up after 30 to 60 seconds. */
  waitMs: 25 * SECOND,
  /** For the next message of a minute (Exchange Online: 30): at most until that minute has passed. */
  messageWaitMs: MINUTE,
} as const

/** After login, while bytes pass. Nothing ends a connection that is merely quiet. */
export const SPLICE_LIMITS = {
  /** From our farewell to the cut: with the look at revocations each second, within two. */
  closeMs: SECOND / 2,
  /** One side has ended or is gone: cut when nothing moves any more for so long. */
  stillMs: MINUTE,
  /**
   * For a client to close after the server has, when all was written. It is read meanwhile: closing
   * with bytes unread takes back what was said last (RFC 9112 §9.6 has the same for HTTP).
   */
  lingerMs: 5 * SECOND,
} as const

/** Towards the provider's server, before login. */
export const UPSTREAM_LIMITS = {
  /** Connecting, TLS, sign-in, each. Three of them fit into the time before login. */
  stepMs: 15 * SECOND,
  /** Of an IMAP server before login: its capabilities are the longest line. */
  maxLineBytes: 8 * 1024,
  /** Untagged lines in one answer. */
  maxLines: 100,
} as const
