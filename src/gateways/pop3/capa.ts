/**
 * What the POP3 gateway offers before login (RFC 2449 §5). After login the provider's server speaks.
 */
import { MECHANISMS } from '#wire/sasl/exchange.ts'

/**
 * @param secure a password may be sent on this connection
 * @param stls TLS can be begun
 *
 * TOP and UIDL are commands of the provider's server. Every one in use has them, and some clients ask
 * but once, before login. PIPELINING is not offered: Exchange does not take it.
 */
export const offered = ({
  secure,
  stls,
}: {
  secure: boolean
  stls: boolean
}): readonly string[] => [
  'TOP',
  'UIDL',
  'RESP-CODES',
  'AUTH-RESP-CODE',
  ...(stls ? ['STLS'] : []),
  ...(secure ? ['USER', `SASL ${MECHANISMS.join(' ')}`] : []),
]

/** A multi-line answer (RFC 1939 §3); no line of ours begins with a dot. */
export const listed = (lines: readonly string[]): string => ['+OK', ...lines, '.'].join('\r\n')
