/**
 * The listener of the mail gateways with the real protocols, and nothing behind them: every sign-in
 * is refused, unless a test says what serves a connection.
 */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect as connectPlain, type Socket, type TcpNetConnectOpts } from 'node:net'
import { join } from 'node:path'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { createLog } from '#base/log.ts'
import { networkList } from '#base/network.ts'
import { imap } from '#gateways/imap/serve.ts'
import type { ListenerLimits } from '#gateways/mail/limits.ts'
import { MailListener, type MailDoor } from '#gateways/mail/listener.ts'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { submission } from '#gateways/smtp/submission.ts'
import { Certificates } from '#gateways/tls/certificates.ts'
import type { KeyPairFiles } from '#gateways/tls/key-pair.ts'
import { selfSigned } from './certificate.ts'
import { workFolder } from './program.ts'

export const CERTIFICATE = selfSigned()
const ANOTHER = selfSigned({ names: ['another.example.org'] })
export const PROTOCOLS = ['imap', 'pop3', 'smtp'] as const
/** What a server says first. */
export const GREETING = { imap: /^\* OK /, pop3: /^\+OK /, smtp: /^220 / } as const

const open = async () => ({ ok: false, why: 'refused' }) as const
const REAL: Readonly<Record<MailProtocol, Serve>> = {
  imap: imap({ open }),
  pop3: pop3(open),
  smtp: submission({
    name: 'localhost',
    carried: () => ({ size: null, keywords: [] }),
    openMailbox: open,
  }),
}

export type TestListener = AsyncDisposable & {
  readonly listener: MailListener
  readonly certificates: Certificates
  readonly log: readonly string[]
  /** @param name `imap` is for STARTTLS, `imap-tls` for TLS at once; `smtp-old` for TLS 1.0 */
  port(name: string): number
}

export async function startMailListener({
  limits = {},
  proxies = [],
  serve = REAL,
  old = ['127.0.0.0/8'],
}: {
  limits?: Partial<ListenerLimits>
  proxies?: readonly string[]
  serve?: Readonly<Record<MailProtocol, Serve>>
  old?: readonly string[]
} = {}): Promise<TestListener> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(workFolder()).path
  // Of several: the name that a client asks for is looked at.
  const files = [CERTIFICATE, ANOTHER].map(({ certificate, key }, i) => {
    const [certFile, keyFile] = [join(folder, `${i}.pem`), join(folder, `${i}.key`)]
    writeFileSync(certFile, certificate)
    writeFileSync(keyFile, key)
    return { certFile, keyFile }
  })
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), { now: () => 0 }, 'debug')
  const certificates = Certificates.open(files as [KeyPairFiles, KeyPairFiles], log)
  const door = (name: string, protocol: MailProtocol, how: Partial<MailDoor>): MailDoor => ({
    name,
    protocol,
    host: '127.0.0.1',
    port: 0,
    security: 'starttls',
    age: 'today',
    mayBeClear: () => false,
    admits: () => true,
    serve: serve[protocol],
    ...how,
  })
  const listener = opened.use(
    await MailListener.open({
      doors: [
        ...PROTOCOLS.map((name) => door(name, name, {})),
        ...PROTOCOLS.map((name) => door(`${name}-tls`, name, { security: 'tls' })),
        door('smtp-old', 'smtp', { age: 'old', admits: networkList(old) }),
      ],
      certificates,
      isProxy: networkList(proxies),
      endSignedIn: () => {},
      log,
      limits,
    }),
  )
  const closing = opened.move()
  return {
    listener,
    certificates,
    log: lines,
    port: (name) => listener.port(name),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** A connection to this machine, open. */
export async function dial(port: number, options: Partial<TcpNetConnectOpts> = {}) {
  const socket = connectPlain({ port, host: '127.0.0.1', ...options }).on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** A handshake; null when it failed. */
export async function dialTls(
  port: number,
  options: ConnectionOptions = {},
): Promise<TLSSocket | null> {
  const ca = CERTIFICATE.certificate
  const socket = connect({ port, host: '127.0.0.1', ca, servername: 'localhost', ...options })
  const done = await new Promise<boolean>((resolve) => {
    socket.on('error', () => resolve(false))
    socket.on('close', () => resolve(false))
    socket.on('secureConnect', () => resolve(true))
  })
  return done ? socket : null
}

/** Everything until the other side closes. */
export async function heard(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')))
  // Cut with bytes of ours on their way, it is a reset.
  socket.on('error', () => {})
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return text
}

/** The first thing that the other side says. */
export async function greeting(socket: Socket): Promise<string> {
  return String(((await once(socket, 'data')) as [Buffer])[0])
}
