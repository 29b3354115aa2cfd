/**
 * One mail gateway alone: its real listener on free ports, in front of whatever a test says that
 * signing in leads to.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog, type Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import type { ListenerLimits } from '#gateways/mail/limits.ts'
import { MailListener, type MailDoor } from '#gateways/mail/listener.ts'
import type { MailAttempt, OpenMailbox, UpstreamDialogue } from '#gateways/mail/mailbox.ts'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import { Splice } from '#gateways/mail/splice.ts'
import { connectUpstream } from '#gateways/mail/upstream.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { Certificates } from '#gateways/tls/certificates.ts'
import type { MailServer } from '#mail/mail-server.ts'
import type { Provider } from '#vault/providers.ts'
import { workFolder } from './program.ts'
import { localhostTls } from './tls.ts'

export const USER = 'ada@example.org'
export const PASSWORD = 'kx_right_application_password'

export type GatewayAlone = AsyncDisposable & {
  /** STARTTLS. */
  readonly port: number
  /** TLS from the first byte. */
  readonly tlsPort: number
  /** No TLS, and passwords all the same. */
  readonly clearPort: number
  readonly listener: MailListener
  /** What was asked of the mailbox. */
  readonly attempts: MailAttempt[]
}

/** @param gateway makes the protocol's side of a session, around what opens mailboxes */
export async function openGatewayAlone<Ready>(
  protocol: MailProtocol,
  gateway: (openMailbox: OpenMailbox<Ready>) => Serve,
  openMailbox: OpenMailbox<Ready>,
  limits: Partial<ListenerLimits> = {},
  log: Log = silentLog,
): Promise<GatewayAlone> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(workFolder()).path
  const { key, cert } = localhostTls()
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  writeFileSync(files.certFile, cert)
  writeFileSync(files.keyFile, key)
  const attempts: MailAttempt[] = []
  const serve = gateway(async (attempt) => {
    attempts.push(attempt)
    return await openMailbox(attempt)
  })
  const door = (name: string, security: MailDoor['security'], mayBeClear = false): MailDoor => ({
    name,
    protocol,
    host: '127.0.0.1',
    port: 0,
    security,
    age: 'today',
    mayBeClear: () => mayBeClear,
    admits: () => true,
    serve,
  })
  const listener = opened.use(
    await MailListener.open({
      doors: [door('starttls', 'starttls'), door('tls', 'tls'), door('clear', 'none', true)],
      certificates: Certificates.open([files], silentLog),
      isProxy: () => false,
      endSignedIn: () => {},
      log,
      limits,
    }),
  )
  const closing = opened.move()
  return {
    port: listener.port('starttls'),
    tlsPort: listener.port('tls'),
    clearPort: listener.port('clear'),
    listener,
    attempts,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

const NO_LIMITS: Provider['limits'] = {
  imapConnections: null,
  smtpConnections: null,
  messagesPerMinute: null,
  recipientsPerDay: null,
  messageBytes: null,
}

/** Whoever knows `PASSWORD` is signed in at that server with the token, and spliced to it. */
export function mailboxAt<Ready>(
  server: MailServer,
  token: Secret,
  dialogue: UpstreamDialogue<Ready>,
  limits: Partial<Provider['limits']> = {},
): OpenMailbox<Ready> {
  const tls = new UpstreamTls()
  return async ({ password, signal }) => {
    if (password.reveal() !== PASSWORD) return { ok: false, why: 'refused' }
    const connected = await connectUpstream(server, { tls, signal, timeoutMs: 10_000 })
    if (!connected.ok) return { ok: false, why: 'unavailable' }
    const { upstream } = connected
    const signedIn = await dialogue(upstream, { server, user: USER, token })
    if (!signedIn.ok) {
      upstream.conversation.destroy()
      return { ok: false, why: 'unavailable' }
    }
    return {
      ok: true,
      ready: signedIn.ready,
      splice: (client, { farewell, tap }) =>
        void new Splice(client, upstream.conversation.handOver(), {
          farewell,
          tap: tap?.({ id: USER, limits: { ...NO_LIMITS, ...limits } }),
        }),
      close: () => upstream.conversation.destroy(),
    }
  }
}

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
export const plain = (user: string, password: string, authzid = ''): string =>
  base64(`${authzid}\0${user}\0${password}`)
