/**
 * LOGIN (RFC 9051 §6.2.3) and AUTHENTICATE (§6.2.2, with SASL-IR): a name and a password from what a
 * client sends.
 */
import { utf8 } from '#base/bytes.ts'
import { Secret } from '#base/secret.ts'
import type { Argument, Command } from '#wire/imap/command.ts'
import { mechanismOf, saslExchange } from '#wire/sasl/exchange.ts'
import type { Conversation } from '../mail/conversation.ts'
import { IMAP_LIMITS } from '../mail/limits.ts'

export type Credentials =
  | { readonly are: 'there'; readonly username: string; readonly password: Secret }
  /** Nobody can be meant by them: a failed sign-in. */
  | { readonly are: 'nobodys' }
  /** No such command, or cancelled by the client. */
  | { readonly are: 'bad' }
  | { readonly are: 'unknown_mechanism' }
  | { readonly are: 'end' }

export function loginCredentials({ args }: Command): Credentials {
  const [user, password, ...more] = args.map(astring)
  if (!user || !password || more.length > 0) return { are: 'bad' }
  const [username, typed] = [utf8(user), utf8(password)]
  return username === null || typed === null
    ? { are: 'nobodys' }
    : { are: 'there', username, password: new Secret(typed) }
}

/** Asks the client for what the mechanism needs. */
export async function saslCredentials(
  client: Conversation,
  { args }: Command,
): Promise<Credentials> {
  const [mechanism, initial, ...more] = args
  if (mechanism?.is !== 'atom' || more.length > 0) return { are: 'bad' }
  if (initial && initial.is !== 'atom') return { are: 'bad' }
  const known = mechanismOf(mechanism.text)
  if (!known) return { are: 'unknown_mechanism' }
  const exchange = saslExchange(known)
  let step = exchange.next(initial ? Buffer.from(initial.text, 'latin1') : null)
  while (step.step === 'challenge') {
    client.write(`+ ${step.text}\r\n`)
    const line = await client.line(IMAP_LIMITS.maxAuthLineBytes)
    if (line.read === 'end') return { are: 'end' }
    if (line.read !== 'line') return { are: 'bad' }
    step = exchange.next(line.bytes)
  }
  if (step.step === 'done')
    return { are: 'there', username: step.username, password: step.password }
  return step.why === 'cancelled' || step.why === 'base64' ? { are: 'bad' } : { are: 'nobodys' }
}

const astring = (one: Argument): Buffer | null => {
  if (one.is === 'string') return one.bytes
  return one.is === 'atom' ? Buffer.from(one.text, 'latin1') : null
}
