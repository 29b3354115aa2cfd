/**
 * AUTH (RFC 4954 §4): from the command to a user name and a password, or to the reply that ends it.
 */
import type { Secret } from '#base/secret.ts'
import { mechanismOf, saslExchange, type SaslFault } from '#wire/sasl/exchange.ts'
import type { Line } from '../mail/conversation.ts'
import { CLOSED, REPLY } from './reply.ts'

export type Auth =
  | { auth: 'credentials'; username: string; password: Secret }
  /** `refused`: as a wrong password; otherwise the client has not understood the protocol. */
  | { auth: 'failed'; reply: string; refused: boolean }
  /** The client has gone, or has to. */
  | { auth: 'over' }

/** What holds the text of a response: the same words as for a wrong password. */
const FAULTS: Readonly<Record<SaslFault, string>> = {
  cancelled: REPLY.cancelled,
  base64: REPLY.notBase64,
  fields: CLOSED.refused,
  empty: CLOSED.refused,
  too_long: CLOSED.refused,
  utf8: CLOSED.refused,
  other_identity: CLOSED.refused,
}

/**
 * @param read the next line of the client; null: there will be none
 * @param say one line, without its CRLF
 */
export async function auth(
  { mechanism, initial }: { mechanism: string; initial: Buffer | null },
  read: () => Promise<Line | null>,
  say: (line: string) => void,
): Promise<Auth> {
  const known = mechanismOf(mechanism)
  if (known === null) return { auth: 'failed', reply: REPLY.noMechanism, refused: false }
  const exchange = saslExchange(known)
  for (let response = initial; ;) {
    const step = exchange.next(response)
    if (step.step === 'done')
      return { auth: 'credentials', username: step.username, password: step.password }
    if (step.step === 'refused') {
      const reply = FAULTS[step.why]
      return { auth: 'failed', reply, refused: reply === CLOSED.refused }
    }
    say(`334 ${step.text}`)
    const line = await read()
    if (line === null || line.read === 'end') return { auth: 'over' }
    if (line.read === 'too_long')
      return { auth: 'failed', reply: REPLY.authTooLong, refused: false }
    if (line.read === 'bare') return { auth: 'failed', reply: REPLY.bare, refused: false }
    response = line.bytes
  }
}
