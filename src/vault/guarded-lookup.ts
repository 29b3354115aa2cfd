/**
 * Names → addresses that may be connected to. A name that changes between two looks (DNS rebinding)
 * changes nothing: what was looked up here is what is connected.
 */
import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { MayReach } from './reachable.ts'

/** All addresses of a name have been refused. The code is on the error as Node has it on its own. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed'
  readonly code = 'NOT_ALLOWED'
  constructor(host: string) {
    super(`${host} has no address that may be connected to.`)
  }
}

/** For `lookup` of sockets and agents: Node's own, less the addresses that are closed. */
export function guardedLookup(
  mayReach: MayReach,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const all = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found
      const open = all.filter(({ address }) => mayReach(address))
      const [first] = open
      if (!first) return callback(new NotAllowed(host), '')
      if (options.all === true) callback(null, open)
      else callback(null, first.address, first.family)
    })
  }
}

/**
 * For clients that take no `lookup`: connect to this address, and ask TLS for the name.
 * @throws NotAllowed, or what the lookup throws
 */
export async function reachableAddress(
  host: string,
  mayReach: MayReach,
  lookup?: LookupFunction,
): Promise<string> {
  if (isIP(host) !== 0) {
    if (!mayReach(host)) throw new NotAllowed(host)
    return host
  }
  return await new Promise((resolve, reject) => {
    guardedLookup(mayReach, lookup)(host, {}, (error, found) => {
      if (error) reject(error)
      else resolve(typeof found === 'string' ? found : (found[0]?.address ?? ''))
    })
  })
}
