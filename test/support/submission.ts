/**
 * The submission gateway alone, and a provider's submission server that takes every token.
 */
import { Secret } from '#base/secret.ts'
import type { ListenerLimits } from '#gateways/mail/limits.ts'
import type { OpenMailbox } from '#gateways/mail/mailbox.ts'
import { submission, type SubmissionNeeds } from '#gateways/smtp/submission.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import type { Provider } from '#vault/providers.ts'
import { NOTHING_CARRIED } from '#wire/smtp/ehlo.ts'
import { Dialogue } from './dialogue.ts'
import { mailboxAt, openGatewayAlone, plain, type GatewayAlone } from './mail-doors.ts'
import type { MailDoors } from './mail-gateways-story.ts'
import { openScriptedServer, type Script, type ScriptedServer } from './scripted-server.ts'

type Options = Partial<Pick<SubmissionNeeds, 'carried' | 'tap'>> & {
  readonly limits?: Partial<ListenerLimits>
}

export const openSubmission = (
  openMailbox: OpenMailbox<null>,
  { carried = () => NOTHING_CARRIED, limits, ...more }: Options = {},
): Promise<GatewayAlone> =>
  openGatewayAlone<null>(
    'smtp',
    (openMailbox) => submission({ name: 'mail.example.org', carried, openMailbox, ...more }),
    openMailbox,
    limits,
  )

/** Whoever signs in is refused. */
export const refusing: OpenMailbox<null> = async () => ({ ok: false, why: 'refused' })

/** Leads to that server with a token. */
export const leadingTo = (
  { port }: Pick<ScriptedServer, 'port'>,
  limits: Partial<Provider['limits']> = {},
): OpenMailbox<null> =>
  mailboxAt(
    {
      host: 'localhost',
      port,
      security: 'tls',
      sasl: ['XOAUTH2'],
      addressOf: async () => '127.0.0.1',
    },
    new Secret('token'),
    signInAtSmtp({ name: 'mail.example.org', learn: () => {} }),
    limits,
  )

/** @param script of who has signed in; without one it says back what it hears */
export const openProvider = (
  script: Script = (line) => `250 ${line}`,
  accepted = '235 2.7.0 Accepted',
): Promise<ScriptedServer> =>
  openScriptedServer('220 provider', (line, n, kept) => {
    if (kept['signedIn'] !== undefined) return script(line, n, kept)
    if (line.startsWith('EHLO')) return '250-provider\n250-CHUNKING\n250 AUTH XOAUTH2'
    if (line === 'AUTH XOAUTH2') return '334 '
    kept['signedIn'] = 'yes'
    return accepted
  })

/** A client that has read the greeting, and under TLS the answer to its EHLO. */
export async function greeted({ port, tlsPort }: GatewayAlone, tls = true): Promise<Dialogue> {
  const client = await Dialogue.open(tls ? tlsPort : port, { tls })
  await client.expect('220 mail.example.org ESMTP')
  if (tls) await client.play('C: EHLO a\nS: 250-mail.example.org\nS: 250 AUTH PLAIN LOGIN')
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

/** A client that has signed in at the product. */
export async function signedIn({ ports, user, password }: MailDoors, as = user): Promise<Dialogue> {
  const client = await Dialogue.open(ports.submissions, { tls: true })
  await client.expect('220 localhost ESMTP')
  client.send('EHLO a\r\n')
  while ((await client.line())?.startsWith('250-') === true);
  await client.play(`
    C: AUTH PLAIN ${plain(as, password)}
    S: 235 2.7.0 Authentication successful`)
  return client
}
