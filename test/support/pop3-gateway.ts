/**
 * The POP3 gateway alone, and what it answers to one line or one sign-in.
 */
import { CLOSED } from '#gateways/pop3/reply.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import type { OpenMailbox } from '#gateways/mail/mailbox.ts'
import { Dialogue } from './dialogue.ts'
import { openGatewayAlone, type GatewayAlone } from './mail-doors.ts'

/** Whoever signs in is refused. */
const refusing: OpenMailbox<null> = async () => ({ ok: false, why: 'refused' })
export const openPop3 = (mailbox = refusing): Promise<GatewayAlone> =>
  openGatewayAlone('pop3', pop3, mailbox)
export const READY = '+OK Passerelle is ready.'
export const NOT_BASE64 = '-ERR That is not base64.'
export const BAD = '-ERR That is not a command.'
export const TOO_LONG = '-ERR The line is too long.'

/** A client that has read the greeting. */
export async function greeted({ port, tlsPort }: GatewayAlone, tls = true): Promise<Dialogue> {
  const client = await Dialogue.open(tls ? tlsPort : port, { tls })
  await client.expect(READY)
  return client
}
/** The answer to each line, on a connection of its own. */
export async function answerTo(
  gateway: GatewayAlone,
  line: string | Buffer,
): Promise<string | null> {
  using client = await greeted(gateway)
  client.send(Buffer.concat([Buffer.from(line as string), Buffer.from('\r\n')]))
  return await client.line()
}
/** What a sign-in with this message is answered, in one line and in two. */
export async function answersToPlain(
  gateway: GatewayAlone,
  message: string,
): Promise<Set<string | null>> {
  using client = await greeted(gateway)
  await client.play('C: AUTH PLAIN\nS: + ')
  client.send(`${message}\r\n`)
  return new Set([await client.line(), await answerTo(gateway, `AUTH PLAIN ${message || '='}`)])
}
/** What every sign-in is answered that is not let in. */
export const REFUSED = new Set<string | null>([CLOSED.refused])
