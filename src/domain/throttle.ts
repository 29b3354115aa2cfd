/**
 * Throttle: how many wrong main passwords and codes are taken, from whom, before answers stop helping.
 *
 * A browser that has signed in as a person before carries a device cookie and has counters of its
 * own; strangers share one counter per account. So a stranger can use up the tries of strangers, and
 * never those of the person's own browser. Application passwords do not take part: 115 bits are not
 * guessed, and a stale client must not lock anybody out.
 *
 * A try is counted before it is checked and taken back when it succeeds, so that parallel tries
 * cannot pass the limit together.
 */
import { HOUR, MINUTE } from '#base/clock.ts'
import { networkOf } from '#base/network.ts'

/** A counter: its name, how many tries it takes in how long, and why. */
export type Limit = { readonly key: string; readonly tries: number; readonly perMs: number }

const FOREVER = Number.MAX_SAFE_INTEGER

export type Trier = {
  /** The canonical name that was typed, or the id of the second factor's owner. */
  readonly account: string
  readonly ip: string
  /** The known device of this account, if the browser proved to be one. */
  readonly device: string | null
}

/** What limits a try of a main password or a code. The try is taken only if none is used up. */
export function limitsOf(what: 'password' | 'code', { account, ip, device }: Trier): Limit[] {
  const who = `${what}:${account}:${device ?? 'strangers'}`
  return [
    // Slows a guesser; a person who mistypes ten times has time for coffee.
    { key: `${who}:burst`, tries: 10, perMs: 15 * MINUTE },
    // NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures, then that way in is closed until a
    // success from a known device, or a link from an administrator, opens it again.
    { key: `${who}:total`, tries: 100, perMs: FOREVER },
    ...(device === null ? addressLimits(ip) : []),
  ]
}

function addressLimits(ip: string): Limit[] {
  return [
    { key: `address:${networkOf(ip, 32, 64)}`, tries: 50, perMs: 15 * MINUTE },
    // One household or hoster has a /48 of IPv6, an office a /24 of IPv4.
    { key: `network:${networkOf(ip, 24, 48)}`, tries: 300, perMs: HOUR },
    // Spraying from everywhere: known devices are not held up by it.
    { key: 'everywhere', tries: 5000, perMs: HOUR },
  ]
}

/** Set to zero by a success: what counts consecutive failures of this account. */
export const clearedBySuccess = (limit: Limit): boolean =>
  limit.key.includes(':burst') || limit.key.includes(':total')
