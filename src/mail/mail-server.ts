/**
 * A mail server of a provider, as it is asked with an access token: where it is, as whom, and what
 * can come back. A refusal is a value; what the server said is for the error doctor and the log.
 */
import type { Secret } from '#base/secret.ts'

export type MailServer = {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  /** Mechanisms that the provider takes, the better one first. */
  readonly sasl: readonly ('OAUTHBEARER' | 'XOAUTH2')[]
  /** Name → the address to connect to; throws where that must not be. TLS asks for the name. */
  readonly addressOf: (host: string) => Promise<string>
}

/** Why no connection came about. */
export type ConnectFailure = 'dns' | 'tls' | 'timeout' | 'network' | 'not_allowed'

export type MailRefusal = {
  readonly ok: false
  /** How far it came. */
  readonly stage: ConnectFailure | 'sign_in' | 'mailbox'
  /** What the server said, on one line; what went wrong here where it said nothing. */
  readonly said: string
}
export type MailAnswer<T> = (T & { readonly ok: true }) | MailRefusal

/** From connecting to the last answer. */
export const MAIL_TIMEOUT_MS = 20_000
const LONGEST = 500
/**
 * A server may say back the line that it did not understand: a message with a user name of six
 * letters and a token of twenty has 64 in base64. Names of hosts and numbers of requests have fewer.
 */
const COULD_BE_A_TOKEN = /[A-Za-z0-9+/=_.-]{60,}/g

/** One line, without controls, and without anything that could be a token. */
export const oneLine = (text: string, token: Secret): string =>
  text
    .replaceAll(token.reveal(), '[token]')
    .replaceAll(COULD_BE_A_TOKEN, '[…]')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST)

/** What Node, and the clients, say when no connection came about. */
export function connectFailure(thrown: unknown): ConnectFailure {
  const text = thrown instanceof Error ? `${codeOf(thrown)} ${thrown.message}` : ''
  if (text.startsWith('NOT_ALLOWED')) return 'not_allowed'
  if (/ENOTFOUND|EAI_|EDNS|getaddrinfo/.test(text)) return 'dns'
  if (/certificate|CERT|SSL|TLS|self.signed|altname/i.test(text)) return 'tls'
  return /timeout|timed out|ETIMEDOUT/i.test(text) ? 'timeout' : 'network'
}

const codeOf = (thrown: Error): string =>
  'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
