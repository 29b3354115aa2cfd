/**
 * The IMAP gateway alone, and servers of providers that say what a test wrote down.
 */
import { Secret } from '#base/secret.ts'
import { imap } from '#gateways/imap/serve.ts'
import { signInAtImap, type ImapReady } from '#gateways/imap/upstream.ts'
import type { ListenerLimits } from '#gateways/mail/limits.ts'
import type { OpenMailbox } from '#gateways/mail/mailbox.ts'
import { signInAt } from '#gateways/mail/sign-in-at.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import type { MailAnswer, MailServer } from '#mail/mail-server.ts'
import { mailboxAt, openGatewayAlone, USER, type GatewayAlone } from './mail-doors.ts'
import { openScriptedServer, type ScriptedServer, type ScriptedTls } from './scripted-server.ts'
import { localhostTls } from './tls.ts'

export { base64, PASSWORD, plain, USER, type GatewayAlone } from './mail-doors.ts'

// Trusted by this process from the start, not from the first server on.
localhostTls()

/** Longer than 4 KiB, as those of Entra are. */
export const TOKEN = new Secret(`eyJ0b2tlbiI6ImM0bmFyeSJ9.${'c4nary'.repeat(900)}`)

export const openImap = async (
  open: OpenMailbox<ImapReady>,
  limits?: Partial<ListenerLimits>,
): Promise<GatewayAlone> =>
  await openGatewayAlone('imap', (inner) => imap({ open: inner }), open, limits)

/** Whoever signs in is refused. */
export const refusing: OpenMailbox<ImapReady> = async () => ({ ok: false, why: 'refused' })

/** Whoever knows `PASSWORD` is spliced to that server. */
export const opening = (
  server: ScriptedServer,
  more: Partial<MailServer> = {},
): OpenMailbox<ImapReady> => mailboxAt(serverAt(server, more), TOKEN, signInAtImap)

export const isToken = (line: string): boolean => /(^| )(dXNlcj|bixhP)/.test(line)
export const sentToken = ({ heard }: ScriptedServer): boolean => heard.some(isToken)

type ImapServer = ScriptedTls & {
  readonly greeting?: string
  /** Before login. */
  readonly capability?: string
  /** Behind the tag; `+ …` and the answer to what answers that. */
  readonly signIn?: string
  readonly refusal?: string
  /** What is said to other lines; `undefined`: the usual. */
  readonly more?: (line: string, tag: string) => string | null | undefined
}

/** A provider's server. `%` in what it says stands for the tag of the command. */
export async function openImapServer({
  greeting = '* OK ready',
  capability = 'IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR',
  signIn = '% OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] in',
  refusal = '% NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
  more = () => undefined,
  ...options
}: ImapServer = {}): Promise<ScriptedServer> {
  return await openScriptedServer(
    greeting,
    (line, _, kept) => {
      const [tag = '', verb = ''] = line.split(' ')
      const own = more(line, tag)
      if (own !== undefined) return own
      if (verb === 'CAPABILITY') return `* CAPABILITY ${capability}\n${tag} OK done`
      if (verb === 'STARTTLS') return `${tag} OK begin`
      if (verb === 'AUTHENTICATE') kept['tag'] = tag
      const signingIn = kept['tag'] ?? ''
      if (isToken(line)) return signIn.replaceAll('%', signingIn)
      if (verb === 'AUTHENTICATE') return '+ '
      if (line === '' || line === 'AQ==') return refusal.replaceAll('%', signingIn)
      return `${tag} OK done`
    },
    options,
  )
}

const serverAt = ({ port }: ScriptedServer, more: Partial<MailServer> = {}): MailServer => ({
  host: 'localhost',
  port,
  security: 'tls',
  sasl: ['XOAUTH2'],
  addressOf: async () => '127.0.0.1',
  ...more,
})

/** Signs in; what came of it, and the bytes that came right after it. */
export async function signInTo(
  scripted: ScriptedServer,
  { timeoutMs = 10_000, ...more }: Partial<MailServer> & { timeoutMs?: number } = {},
): Promise<{ answer: MailAnswer<{ ready: ImapReady }>; rest: string }> {
  const as = { server: serverAt(scripted, more), user: USER, token: TOKEN }
  const { signal } = new AbortController()
  const answer = await signInAt(signInAtImap, as, { tls: new UpstreamTls(), signal, timeoutMs })
  if (!answer.ok) return { answer, rest: '' }
  const rest = answer.conversation.handOver().rest.toString()
  answer.conversation.destroy()
  return { answer, rest }
}
