/**
 * What a gateway asks for when somebody signs in, and what it gets: a mailbox that is open at its
 * provider, or why there is none. A protocol brings its own dialogue with the provider's server.
 * How it is opened is in open-mailbox.ts.
 */
import type { Secret } from '#base/secret.ts'
import type { MailAnswer, MailServer } from '#mail/mail-server.ts'
import type { Provider } from '#vault/providers.ts'
import type { HandedOver } from './conversation.ts'
import type { Tap } from './lane.ts'
import type { MailProtocol } from './session.ts'
import type { UpstreamConnection } from './upstream.ts'

export type MailAttempt = {
  readonly protocol: MailProtocol
  readonly username: string
  readonly password: Secret
  readonly ip: string
  /** `TLSv1.3`, or `none`; for the audit. */
  readonly security: string
  /** The program's own word for itself, without controls, cut to 200; empty: it has none. */
  readonly client: string
  /** The client has gone, the listener stops, or time before login is up. */
  readonly signal: AbortSignal
}

/**
 * One protocol's dialogue from the greeting of the provider's server to the answer to the sign-in.
 * The connection is closed by who opened it when the answer is not ok. Stages: `tls` where STARTTLS
 * was asked for and did not come about; `sign_in` for the refusal of the token, and for that alone,
 * because it leads to a refresh; `mailbox` for whatever else the server refused or garbled;
 * `network` where it closed. `said` goes through `oneLine`.
 */
export type UpstreamDialogue<Ready> = (
  upstream: UpstreamConnection,
  as: { readonly server: MailServer; readonly user: string; readonly token: Secret },
) => Promise<MailAnswer<{ readonly ready: Ready }>>

/** Why nothing was opened. Each protocol's reply.ts has words for all of them. */
export type Closed =
  | 'refused' // admission said no; all of its reasons sound alike, byte for byte
  | 'busy' // too many tries, or connections of this person or mailbox; the queue is full
  | 'unavailable' // the database, the provider or the mail server is away: temporary
  | 'reconsent' // a person has to renew the token; never a reason to ask for a new password
  | 'mailbox_off' // the account is switched off, or the provider refuses this mailbox

/** What a protocol says and watches while bytes pass. */
export type Splicing = {
  /** Said to the client at a boundary of the protocol when we end the connection: a whole line. */
  readonly farewell: string
  /** Looks at what the server sends; when it lets nothing pass any more, the farewell is said. */
  readonly tap?: (mailbox: SplicedMailbox) => Tap | undefined
}
export type SplicedMailbox = {
  /** Who signs in at which server: two accounts of one delegate are one to the provider. */
  readonly id: string
  /** What its provider takes. */
  readonly limits: Provider['limits']
}

export type Opened<Ready> =
  | {
      readonly ok: true
      /** What the dialogue learned, e.g. the capabilities. */
      readonly ready: Ready
      /** From here on bytes pass, and the connection is listed as open until it ends. Once. */
      splice(client: HandedOver, how: Splicing): void
      /** Instead of `splice`, when the client has gone meanwhile. */
      close(): void
    }
  | { readonly ok: false; readonly why: Closed }

/** What a gateway is handed. */
export type OpenMailbox<Ready> = (attempt: MailAttempt) => Promise<Opened<Ready>>
