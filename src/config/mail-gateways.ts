/**
 * The settings of the mail gateways: which listeners there are, and what contradicts each other.
 */
import { isIP } from 'node:net'
import type { z } from 'zod'
import {
  anyOf,
  isLoopback,
  readListen,
  readNetworks,
  reading,
  refused,
  type Listen,
  type Refused,
} from './values.ts'

/** `tls`: from the first byte. `starttls`: when the client asks for it. */
export type MailListen = Listen & {
  readonly name: 'imap' | 'imaps' | 'pop3' | 'pop3s' | 'submission' | 'submissions'
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly security: 'tls' | 'starttls'
  /** Where people reach it; another than `port` behind a proxy or a port that is forwarded. */
  readonly publicPort: number
}

/** SMTP for devices that know no TLS of today. */
export type OldSmtp = Listen & {
  readonly networks: readonly string[]
  /** `off`: passwords travel in the clear. `1.0`: from TLS 1.0 on. */
  readonly tls: 'off' | '1.0'
}

export type MailGateways = {
  /** The name that people type into their mail programs. */
  readonly host: string
  readonly listeners: readonly MailListen[]
  readonly oldSmtp: OldSmtp | null
  /** Networks whose PROXY header is believed, and asked for. */
  readonly proxies: readonly string[]
}

const listens = (what: string, port: number, how: string) =>
  reading(readListen).describe(
    `Address and port for ${what}, such as \`[::]:${port}\`; ${how}. Unset: off.`,
  )
const TLS = 'TLS from the first byte, with the certificates of `TLS_CERT_FILE`'
const STARTTLS = 'TLS by STARTTLS; without it no password is taken unless only this machine listens'

export const MAIL_SETTINGS = {
  IMAPS_LISTEN: listens('IMAP', 993, TLS),
  IMAP_LISTEN: listens('IMAP', 143, STARTTLS),
  POP3S_LISTEN: listens('POP3', 995, TLS),
  POP3_LISTEN: listens('POP3', 110, STARTTLS),
  SUBMISSIONS_LISTEN: listens('sending mail (SMTP)', 465, TLS),
  SUBMISSION_LISTEN: listens('sending mail (SMTP)', 587, STARTTLS),
  MAIL_HOST: reading(readHost).describe(
    'The server name that people type into their mail programs; the certificate has to be for it.',
  ),
  MAIL_PORTS: reading(readPorts).describe(
    'Ports that people type into their mail programs, where a proxy or the firewall brings others to the listeners: `imaps=993, submissions=465`. The names are `imap`, `imaps`, `pop3`, `pop3s`, `submission` and `submissions`; a listener that is not named is reached at its own port.',
  ),
  PROXY_PROTOCOL_NETWORKS: reading(
    readNetworks('would believe everybody; name only the networks of the proxies.'),
  ).describe(
    "Networks of the proxies in front of the mail listeners, separated by commas. Whoever connects from there has to begin with a header of the PROXY protocol, version 1 or 2, which says the client's address. From everywhere else such a header ends the connection.",
  ),
  OLD_SMTP_LISTEN: reading(readListen).describe(
    'Address and port for sending mail from old scanners and machines that know no TLS of today, such as `10.0.0.5:2525`. Their application passwords can be read on the way: use it in a network of its own, with application passwords for nothing else. Each start and each sign-in stands in the audit. Unset: off.',
  ),
  OLD_SMTP_NETWORKS: reading(
    readNetworks('would open it to everybody; name only the networks of the old devices.'),
  ).describe(
    'The networks of those devices, separated by commas. Others are closed without a word. Needed with `OLD_SMTP_LISTEN`.',
  ),
  OLD_SMTP_TLS: anyOf(['off', '1.0']).describe(
    '`off`: passwords are taken in the clear, and TLS is not offered. `1.0`: STARTTLS is needed, and TLS 1.0 and 1.1 with their weak ciphers are taken too.',
  ),
} as const

export type MailSetting = keyof typeof MAIL_SETTINGS
export type MailValues = {
  -readonly [name in MailSetting]?: z.output<(typeof MAIL_SETTINGS)[name]>
}

const LISTENERS = {
  IMAPS_LISTEN: { name: 'imaps', protocol: 'imap', security: 'tls' },
  IMAP_LISTEN: { name: 'imap', protocol: 'imap', security: 'starttls' },
  POP3S_LISTEN: { name: 'pop3s', protocol: 'pop3', security: 'tls' },
  POP3_LISTEN: { name: 'pop3', protocol: 'pop3', security: 'starttls' },
  SUBMISSIONS_LISTEN: { name: 'submissions', protocol: 'smtp', security: 'tls' },
  SUBMISSION_LISTEN: { name: 'submission', protocol: 'smtp', security: 'starttls' },
} as const
type ListenerSetting = keyof typeof LISTENERS
const LISTENER_SETTINGS = Object.keys(LISTENERS) as ListenerSetting[]
const listenerOf = (wanted: string): ListenerSetting | undefined =>
  LISTENER_SETTINGS.find((setting) => LISTENERS[setting].name === wanted)

/** @param origin whose host is the name for mail programs when no other is given */
export function mailGateways(values: MailValues, origin: string): MailGateways {
  return {
    host: values.MAIL_HOST ?? URL.parse(origin)?.hostname ?? '',
    listeners: LISTENER_SETTINGS.flatMap((setting) => {
      const listen = values[setting]
      if (!listen) return []
      const publicPort = values.MAIL_PORTS?.get(setting) ?? listen.port
      return [{ ...LISTENERS[setting], ...listen, publicPort }]
    }),
    oldSmtp:
      values.OLD_SMTP_LISTEN && values.OLD_SMTP_NETWORKS
        ? {
            ...values.OLD_SMTP_LISTEN,
            networks: values.OLD_SMTP_NETWORKS,
            tls: values.OLD_SMTP_TLS ?? 'off',
          }
        : null,
    proxies: values.PROXY_PROTOCOL_NETWORKS ?? [],
  }
}

/**
 * What is right by itself and wrong together, a sentence each.
 * @param given what was set, whether or not it could be read
 * @param http where the HTTP listener is
 * @param hasTls whether there are certificates
 */
export function mailContradictions(
  values: MailValues,
  given: { has(name: MailSetting): boolean },
  http: Listen | undefined,
  hasTls: boolean,
  prefix: string,
): string[] {
  const files = `${prefix}TLS_CERT_FILE and ${prefix}TLS_KEY_FILE`
  const found: string[] = []
  for (const setting of LISTENER_SETTINGS) {
    const listen = values[setting]
    if (!listen || hasTls) continue
    if (LISTENERS[setting].security === 'tls')
      found.push(`${prefix}${setting} speaks TLS from the first byte and needs ${files}.`)
    else if (!isLoopback(listen.host))
      found.push(
        `${prefix}${setting} is open beyond this machine, where passwords would travel in the clear. Set ${files}.`,
      )
  }
  for (const setting of values.MAIL_PORTS?.keys() ?? [])
    if (!given.has(setting))
      found.push(
        `${prefix}MAIL_PORTS has "${LISTENERS[setting].name}" and needs ${prefix}${setting}.`,
      )
  if (values.OLD_SMTP_LISTEN && !given.has('OLD_SMTP_NETWORKS'))
    found.push(
      `${prefix}OLD_SMTP_LISTEN needs ${prefix}OLD_SMTP_NETWORKS: name the networks of the old devices.`,
    )
  for (const setting of ['OLD_SMTP_NETWORKS', 'OLD_SMTP_TLS'] as const)
    if (values[setting] && given.has(setting) && !given.has('OLD_SMTP_LISTEN'))
      found.push(`${prefix}${setting} needs ${prefix}OLD_SMTP_LISTEN.`)
  if (values.OLD_SMTP_TLS === '1.0' && !hasTls)
    found.push(`${prefix}OLD_SMTP_TLS is 1.0 and needs ${files}.`)
  return [...found, ...sameAddress(values, http, prefix)]
}

/** A listener for all addresses takes the port of every one. Port 0 is any that is free. */
function sameAddress(values: MailValues, http: Listen | undefined, prefix: string): string[] {
  const all: [string, Listen | undefined][] = [
    ['LISTEN', http],
    ...LISTENER_SETTINGS.map((name): [string, Listen | undefined] => [name, values[name]]),
    ['OLD_SMTP_LISTEN', values.OLD_SMTP_LISTEN],
  ]
  const found: string[] = []
  for (const [i, [name, one]] of all.entries())
    for (const [other, two] of all.slice(i + 1)) {
      if (!one || !two || one.port === 0 || one.port !== two.port) continue
      const hosts = [one.host, two.host].map((host) => (host === 'localhost' ? '127.0.0.1' : host))
      if (hosts[0] === hosts[1] || hosts.some((host) => host === '::' || host === '0.0.0.0'))
        found.push(`${prefix}${name} and ${prefix}${other} are at the same address and port.`)
    }
  return found
}

function readHost(text: string): string | Refused {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
  const host = text.toLowerCase()
  const named = host.length <= 253 && host.split('.').every((part) => label.test(part))
  return named && isIP(host) === 0
    ? host
    : refused('is not the name of a server, such as mail.example.org.')
}

/** `imaps=993, submissions=465` */
function readPorts(text: string): ReadonlyMap<ListenerSetting, number> | Refused {
  const ports = new Map<ListenerSetting, number>()
  for (const part of text.split(',')) {
    const [, name = '', digits = ''] = /^\s*([^\s=]+)\s*=\s*(\d{1,5})\s*$/.exec(part) ?? []
    const port = Number(digits)
    if (port < 1 || port > 65535)
      return refused(`has "${part.trim()}", which is no name and port, such as imaps=993.`)
    const setting = listenerOf(name)
    if (!setting) {
      const names = LISTENER_SETTINGS.map((one) => LISTENERS[one].name).join(', ')
      return refused(`has "${name}", which is not one of ${names}.`)
    }
    if (ports.has(setting)) return refused(`has "${name}" twice.`)
    ports.set(setting, port)
  }
  return ports
}
