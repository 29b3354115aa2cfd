/**
 * Addresses of providers as an administrator writes them: checked when they are saved.
 *
 * A name may point anywhere by the time it is used; that is checked again on the connected address
 * (outbound.ts).
 */
import { isIP } from 'node:net'
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'
import type { MayReach } from './reachable.ts'

const MAX_URL = 2048

/**
 * @returns the address in its canonical form, without a slash at the end where it has no path
 * @throws Problem `invalid` with the field and `url`, `https`, `userinfo`, `fragment` or `address`
 */
export function upstreamUrl(typed: string, field: string, mayReach: MayReach): string {
  const text = typed.trim()
  // The parser would drop tabs and line feeds and turn \ into /: what was read is not what is used.
  const url =
    text.length > MAX_URL || hasControls(text) || /[\s\\]/.test(text) ? null : URL.parse(text)
  if (!url || !/^[a-z]+:\/\/[^/]/i.test(text))
    throw invalid(field, 'url', `${field}: this is not an address such as https://login.example.`)
  if (url.protocol !== 'https:')
    throw invalid(field, 'https', `${field}: the address has to begin with https://.`)
  if (url.username !== '' || url.password !== '')
    throw invalid(field, 'userinfo', `${field}: the address cannot have a name before the host.`)
  if (url.hash !== '' || text.includes('#'))
    throw invalid(field, 'fragment', `${field}: the address cannot have a part behind #.`)
  checkHost(url.hostname, field, mayReach)
  return url.pathname === '/' && url.search === '' ? url.origin : url.href
}

/**
 * A host of IMAP, POP or SMTP.
 * @throws Problem `invalid` with the field and `host` or `address`
 */
export function upstreamHost(typed: string, field: string, mayReach: MayReach): string {
  const text = typed.trim()
  const url = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(text) ? URL.parse(`https://${text}/`) : null
  if (!url) throw invalid(field, 'host', `${field}: this is not the name of a host.`)
  checkHost(url.hostname, field, mayReach)
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

/** `hostname` as URL has it: 127.1, 0x7f000001 and 017700000001 are 127.0.0.1 there. */
function checkHost(hostname: string, field: string, mayReach: MayReach): void {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const local = bare === 'localhost' || bare.endsWith('.localhost')
  const closed = isIP(bare) === 0 ? local && !mayReach('127.0.0.1') : !mayReach(bare)
  if (closed)
    throw invalid(
      field,
      'address',
      `${field}: ${bare} is not a public address. The operator can allow its network (PASSERELLE_ALLOW_PRIVATE_NETWORKS).`,
    )
}
