/**
 * The headers of WebDAV (RFC 4918 §10) that are small: Depth, Overwrite, Timeout, Lock-Token,
 * Destination.
 */

export type Depth = '0' | '1' | 'infinity'

/** undefined when it was not sent, null when it is none. */
export function readDepth(header: string | undefined): Depth | null | undefined {
  if (header === undefined) return undefined
  const text = header.trim().toLowerCase()
  return text === '0' || text === '1' || text === 'infinity' ? text : null
}

/** Overwriting is what happens unless the client says no (RFC 4918 §10.6); null: neither T nor F. */
export function readOverwrite(header: string | undefined): boolean | null {
  const text = header?.trim().toUpperCase() ?? 'T'
  return text === 'T' ? true : text === 'F' ? false : null
}

/** Seconds that a client wishes, first usable wish wins; Infinite is as much as there is. */
export function readTimeout(header: string | undefined): number | null {
  for (const wish of (header ?? '').slice(0, 256).split(',')) {
    if (/^\s*infinite\s*$/i.test(wish)) return Number.MAX_SAFE_INTEGER
    const [, seconds] = /^\s*second-(\d{1,15})\s*$/i.exec(wish) ?? []
    if (seconds !== undefined) return Number(seconds)
  }
  return null
}

/**
 * X-OC-Mtime, by which synchronising clients say when a file changed: whole seconds since 1970, or
 * null. WebDAV itself has no word for it.
 */
export function readModified(header: string | undefined): number | null {
  const [, seconds] = /^\s*(\d{1,11})(?:\.\d*)?\s*$/.exec(header ?? '') ?? []
  return seconds === undefined ? null : Number(seconds)
}

/** `<urn:uuid:…>`; null when it is not a coded URL. */
export const readLockToken = (header: string | undefined): string | null =>
  /^\s*<([^<>\s]{1,2048})>\s*$/.exec(header ?? '')?.[1] ?? null

export type Destination =
  | { at: 'here'; path: string }
  | { at: 'elsewhere' } // another host: 502 (RFC 4918 §9.8.5)
  | { at: 'nowhere' } // missing or malformed: 400

/**
 * Only the path of it is used, and only when it names the host that the request came to.
 * @param hosts names of this server: the Host header, and the public one behind a proxy
 */
export function readDestination(header: string | undefined, hosts: readonly string[]): Destination {
  if (header === undefined || !/^[\x21-\x7e]{1,12288}$/.test(header)) return { at: 'nowhere' }
  if (header.includes('#') || header.includes('?')) return { at: 'nowhere' }
  if (header.startsWith('/'))
    return header.startsWith('//') ? { at: 'nowhere' } : { at: 'here', path: header }
  const [, scheme, authority, path] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)?$/i.exec(header) ?? []
  if (scheme === undefined || authority === undefined) return { at: 'nowhere' }
  if (authority.includes('@')) return { at: 'nowhere' }
  if (!/^https?$/i.test(scheme)) return { at: 'elsewhere' }
  const named = withoutDefaultPort(authority)
  return hosts.some((host) => withoutDefaultPort(host) === named)
    ? { at: 'here', path: path ?? '/' }
    : { at: 'elsewhere' }
}

/** A proxy that ends TLS speaks http to us of what the client calls https: ports 80 and 443 are one. */
const withoutDefaultPort = (authority: string): string =>
  authority.toLowerCase().replace(/:(?:80|443)?$/, '')
