/**
 * The part of the object graph for the mail gateways: every listener that is configured.
 */
import { networkList } from '#base/network.ts'
import { change, type Caller } from '#changes/door.ts'
import { MailListener, type MailDoor } from '#gateways/mail/listener.ts'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import type { Certificates } from '#gateways/tls/certificates.ts'
import { isLoopback } from '../config/values.ts'
import type { Config } from '../config.ts'
import type { Ground } from '../ground.ts'

type Needs = {
  readonly certificates: Certificates | null
  /** Each protocol up to its splice. */
  readonly serve: Readonly<Record<MailProtocol, Serve>>
  /** Ends what is spliced, with a farewell. */
  readonly endSignedIn: () => void
}

/** @returns null: none is configured */
export async function openMailGateways(
  ground: Ground,
  { certificates, serve, endSignedIn }: Needs,
  caller: Caller,
): Promise<MailListener | null> {
  const { config, log } = ground
  const doors = mailDoorsOf(config, serve)
  if (doors.length === 0) return null
  await tellOfOldSmtp(ground, caller)
  const isProxy = networkList(config.mailGateways.proxies)
  return await MailListener.open({ doors, certificates, isProxy, endSignedIn, log })
}

function mailDoorsOf(
  { mailGateways: { listeners, oldSmtp }, tls }: Pick<Config, 'mailGateways' | 'tls'>,
  serve: Readonly<Record<MailProtocol, Serve>>,
): MailDoor[] {
  const isHere = networkList(['127.0.0.0/8', '::1'])
  const doors = listeners.map((listener): MailDoor => {
    const onlyHere = isLoopback(listener.host)
    return {
      ...listener,
      age: 'today',
      // A proxy on this machine brings others here. Without a certificate it is the one with TLS.
      mayBeClear: (ip) => onlyHere && (tls.length === 0 || isHere(ip)),
      admits: () => true,
      serve: serve[listener.protocol],
    }
  })
  if (!oldSmtp) return doors
  const admits = networkList(oldSmtp.networks)
  const security = oldSmtp.tls === 'off' ? 'none' : 'starttls'
  const { host, port } = oldSmtp
  const old = { name: 'old_smtp', protocol: 'smtp', host, port, security, age: 'old' } as const
  return [...doors, { ...old, mayBeClear: () => security === 'none', admits, serve: serve.smtp }]
}

/** Passwords that can be read on the way are never taken in silence. */
async function tellOfOldSmtp(ground: Ground, caller: Caller): Promise<void> {
  const { oldSmtp } = ground.config.mailGateways
  if (!oldSmtp) return
  const { host, port, networks, tls } = oldSmtp
  const details = { listen: `${host}:${port}`, networks: networks.join(', '), tls }
  ground.log.warn('mail.old_smtp_open', details)
  const target = { kind: 'listener', id: null, name: 'old_smtp' }
  await change(ground, caller, { action: 'gateway.old_smtp', target, details }, async () => {})
}
