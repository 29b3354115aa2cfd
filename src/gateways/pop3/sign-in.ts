/**
 * From a user name and a password to the splice, for USER and PASS (RFC 1939 §7) and for AUTH
 * (RFC 5034).
 */
import type { Secret } from '#base/secret.ts'
import { saslExchange, type Mechanism, type SaslFault } from '#wire/sasl/exchange.ts'
import { POP3_LIMITS } from '../mail/limits.ts'
import type { OpenMailbox } from '../mail/mailbox.ts'
import type { Session } from '../mail/session.ts'
import { CLOSED, ERROR, OK } from './reply.ts'

export type Attempted =
  | 'signed_in'
  | 'ended' // the client has gone, or the session ends
  | 'refused' // what counts as a failed sign-in
  | 'bad' // what counts as a bad command
  | 'nothing' // cancelled, or an outage that is nobody's fault here

export async function signIn(
  { client, peer, signal, signedIn }: Session,
  open: OpenMailbox<null>,
  username: string,
  password: Secret,
): Promise<Attempted> {
  const opened = await open({
    protocol: 'pop3',
    username,
    password,
    ip: peer.ip,
    security: peer.tls,
    client: '',
    signal,
  })
  if (!opened.ok) {
    client.write(`${CLOSED[opened.why]}\r\n`)
    return opened.why === 'refused' ? 'refused' : 'nothing'
  }
  if (signal.aborted) {
    opened.close()
    return 'ended'
  }
  client.write(`${OK.signedIn}\r\n`)
  signedIn()
  // RFC 1939 §3: who ends a session by itself says nothing. A line of ours could stand in a message.
  opened.splice(client.handOver(), { farewell: '' })
  return 'signed_in'
}

/** @param initial in base64 still; null: there is none */
export async function authenticate(
  session: Session,
  open: OpenMailbox<null>,
  mechanism: Mechanism,
  initial: Buffer | null,
): Promise<Attempted> {
  const { client } = session
  const exchange = saslExchange(mechanism)
  let step = exchange.next(initial)
  while (step.step === 'challenge') {
    client.write(`+ ${step.text}\r\n`)
    const line = await client.line(POP3_LIMITS.maxAuthLineBytes)
    if (line.read === 'end') return 'ended'
    if (line.read === 'too_long') {
      client.write(`${ERROR.tooLong}\r\n`)
      return 'ended'
    }
    // Bytes that stand in no line stand in no base64 either.
    step = exchange.next(line.read === 'line' ? line.bytes : Buffer.of(0))
  }
  if (step.step === 'done') return await signIn(session, open, step.username, step.password)
  client.write(`${wordsFor(step.why)}\r\n`)
  if (step.why === 'cancelled') return 'nothing'
  return step.why === 'base64' ? 'bad' : 'refused'
}

/** A message that cannot be right sounds like one that is wrong. */
function wordsFor(why: SaslFault): string {
  if (why === 'cancelled') return ERROR.cancelled
  return why === 'base64' ? ERROR.notBase64 : CLOSED.refused
}
