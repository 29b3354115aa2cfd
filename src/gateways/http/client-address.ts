/**
 * Where a request comes from: the socket's peer, or what a trusted proxy in front says.
 */
import { isIP } from 'node:net'
import { plainAddress } from '#base/network.ts'

export type Origin = { readonly ip: string; readonly tls: boolean }

type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * X-Forwarded-For is read from its end: each trusted hop added what it saw, and the first that is
 * not trusted is the client. What stands before that was sent by the client and proves nothing.
 */
export function originOf(
  peer: { readonly address: string; readonly tls: boolean },
  headers: Headers,
  isTrusted: (address: string) => boolean,
): Origin {
  const ip = plainAddress(peer.address)
  if (!isTrusted(ip)) return { ip, tls: peer.tls }
  const scheme = listOf(headers['x-forwarded-proto']).at(-1)
  const tls = peer.tls || scheme?.toLowerCase() === 'https'
  for (const hop of listOf(headers['x-forwarded-for']).toReversed()) {
    const address = plainAddress(hop.replace(/^\[(.*)\](?::\d+)?$/, '$1'))
    if (isIP(address) === 0) break
    if (!isTrusted(address)) return { ip: address, tls }
  }
  return { ip, tls }
}

const listOf = (value: string | string[] | undefined): string[] =>
  (Array.isArray(value) ? value.join(',') : (value ?? ''))
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
