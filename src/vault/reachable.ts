/**
 * Where the vault may connect to: public addresses, and private ones that the operator names.
 *
 * An administrator writes addresses of providers into a form; without this rule the form would be a
 * way to talk to the metadata service of a cloud, or to whatever listens on this machine only.
 */
import { isIP } from 'node:net'
import { ipv6Words, networkList, plainAddress } from '#base/network.ts'

/** Says of an address (never of a name) whether it may be connected to. */
export type MayReach = (address: string) => boolean

/** Not for the public: the special-purpose registry of IANA, and Azure's host agent. */
const SPECIAL_V4 = networkList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10', // shared, RFC 6598; the metadata service of some clouds is here too
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local; 169.254.169.254 is the metadata service of most clouds
  '168.63.129.16/32', // Azure's host agent: a public address that every machine there reaches
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
/** Only global unicast is public at all (RFC 4291 §2.4) … */
const GLOBAL_V6 = networkList(['2000::/3'])
/** … except Teredo and other protocol assignments, documentation, and 6to4, which hides an IPv4. */
const SPECIAL_V6 = networkList(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
/** IPv4 in IPv6, and behind a NAT64 (RFC 6052): what counts is the address inside. */
const CARRIES_V4 = networkList(['::ffff:0:0/96', '64:ff9b::/96'])

/** @param allowed networks that the operator opens although they are not public */
export function reachable(allowed: readonly string[]): MayReach {
  const opened = networkList(allowed)
  return (address) => {
    const bare = carriedV4(plainAddress(address))
    return isIP(bare) !== 0 && (isPublic(bare) || opened(bare))
  }
}

const isPublic = (address: string): boolean =>
  isIP(address) === 4 ? !SPECIAL_V4(address) : GLOBAL_V6(address) && !SPECIAL_V6(address)

function carriedV4(address: string): string {
  if (isIP(address) !== 6 || !CARRIES_V4(address)) return address
  const [high = 0, low = 0] = ipv6Words(address).slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
