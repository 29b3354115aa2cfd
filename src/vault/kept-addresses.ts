/**
 * Addresses of names that were looked up a moment ago. A system's lookup is a thread, five files and
 * a tenth of what a sign-in at a mail gateway costs, for an answer that is the same for hours.
 *
 * Kept is the one address that may be connected to, and whoever connects checks that it did. Nothing
 * is kept of a lookup that failed.
 */
import { SECOND, type Clock } from '#base/clock.ts'

/** A provider that moves is found again soon, and so is another of its addresses when one is down. */
const KEPT_MS = 5 * SECOND
/** Names of servers are in applications: few. */
const MOST = 1000

type AddressOf = (host: string) => Promise<string>
type Kept = { readonly address: Promise<string>; readonly at: number }

/** Those who ask for a name while it is looked up wait for the same answer. */
export function keptAddresses(addressOf: AddressOf, clock: Clock): AddressOf {
  const kept = new Map<string, Kept>()
  return (host) => {
    const now = clock.now()
    const known = kept.get(host)
    if (known && now >= known.at && now - known.at < KEPT_MS) return known.address
    if (kept.size >= MOST) kept.clear()
    const fresh: Kept = { address: addressOf(host), at: now }
    kept.set(host, fresh)
    fresh.address.catch(() => {
      if (kept.get(host) === fresh) kept.delete(host)
    })
    return fresh.address
  }
}
