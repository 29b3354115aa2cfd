/**
 * Addresses of directories: `ldaps://host`, or `ldap://host` where StartTLS follows. Nothing is ever
 * sent in the clear but the request for TLS.
 */
import { isIP } from 'node:net'
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'
import type { MayReach } from '#vault/reachable.ts'

export type DirectoryAddress = {
  /** As the administrator wrote it. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** null: TLS from the first byte. */
  readonly startTls: boolean
}

const PORTS = { 'ldap:': 389, 'ldaps:': 636 } as const

/**
 * @throws Problem `invalid`, field `urls`: `url`, `userinfo`, `https` (in the clear) or `address`
 */
export function directoryAddress(
  typed: string,
  startTls: boolean,
  mayReach: MayReach,
): DirectoryAddress {
  const text = typed.trim()
  const url = hasControls(text) || /[\s\\]/.test(text) ? null : URL.parse(text)
  const port = PORTS[url?.protocol as keyof typeof PORTS]
  if (!url || port === undefined || url.hostname === '' || !/^\/?$/.test(url.pathname))
    throw invalid('urls', 'url', `${text}: this is no address such as ldaps://dc1.example.org.`)
  if (url.search !== '' || url.hash !== '')
    throw invalid('urls', 'url', `${text}: the address ends behind the port.`)
  if (url.username !== '' || url.password !== '')
    throw invalid('urls', 'userinfo', 'The address cannot have a name before the host.')
  if (url.protocol === 'ldap:' && !startTls)
    throw invalid('urls', 'https', `${text}: without StartTLS passwords would pass in the clear.`)
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1')
  checkHost(host, mayReach)
  return {
    url: typed,
    host,
    port: url.port === '' ? port : Number(url.port),
    startTls: url.protocol === 'ldap:',
  }
}

/** A name is looked up when it is used; its address is checked then. */
function checkHost(host: string, mayReach: MayReach): void {
  // A URL of another scheme than http keeps what is not written like an address as it is.
  const like = /^[\d.]+$|^0x/i.test(host) && isIP(host) === 0
  const local = host === 'localhost' || host.endsWith('.localhost')
  if (!/^[\w.:-]+$/.test(host) || like)
    throw invalid('urls', 'host', `${host}: this is not the name of a host.`)
  if (isIP(host) === 0 ? local && !mayReach('127.0.0.1') : !mayReach(host))
    throw invalid(
      'urls',
      'address',
      `${host} is not a public address. The operator can allow its network (PASSERELLE_ALLOW_PRIVATE_NETWORKS).`,
    )
}

export const whereOf = ({ host, port }: DirectoryAddress): string => `${host}:${port}`
