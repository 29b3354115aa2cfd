/**
 * Throttle: how many wrong main passwords and codes are taken, from whom, before answers stop helping.
 *
 * A browser that has signed in as a person before carries a device cookie and has counters of its
 * own; strangers share one counter per account. So a stranger can use up the tries of strangers, and
 * never those of the person's own browser. Application passwords have no counter of an account: 115
 * bits are not guessed, and a stale client must not lock anybody out.
 *
 * A try is counted before it is checked and taken back when it succeeds, so that parallel tries
 * cannot pass the limit together. A try that was refused unchecked is no failure and does not count.
 */
import { DAY, HOUR, MINUTE } from '#base/clock.ts'
import { networkOf } from '#base/network.ts'

/** A counter: its name, how many tries it takes in how long. */
export type Limit = { readonly key: string; readonly tries: number; readonly perMs: number }

const FOREVER = Number.MAX_SAFE_INTEGER
/** How long a browser is known after its last sign-in; no failure of it is older than that. */
export const DEVICE_LIFE = 180 * DAY

/**
 * What is tried: a main password, the code of a second factor, the token of a one-time link, a
 * passkey; or a visit to an identity provider that a stranger begins.
 */
export type Tried = 'password' | 'code' | 'link' | 'passkey' | 'visit'
/** These have far too many bits, so no account has to be guarded, only the audit from floods. */
const UNGUESSABLE: ReadonlySet<Tried> = new Set(['link', 'passkey', 'visit'])

export type Trier = {
  /** The id of the person, or what stands for nobody (`nobodysAccount`). */
  readonly account: string
  readonly ip: string
  /** The known device of this account, if the browser proved to be one. */
  readonly device: string | null
}

/** Names that nobody has share so many counters: spraying invented names fills no table. */
const NOBODYS_ACCOUNTS = 1024
export const nobodysAccount = (number: number): string => `nobody-${number % NOBODYS_ACCOUNTS}`

/**
 * What limits a try, ordered by key. The try is taken only if none is used up.
 * All nodes take the counters in this order, so that two never wait for each other.
 */
export const limitsOf = (what: Tried, trier: Trier): Limit[] =>
  [...accountLimits(what, trier), ...placeLimits(what, trier)].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  )

function accountLimits(what: Tried, { account, device }: Trier): Limit[] {
  if (UNGUESSABLE.has(what)) return []
  const who = `${what}:${account}:${device ?? 'strangers'}`
  return [
    // Slows a guesser; a person who mistypes ten times has time for coffee.
    { key: `${who}:burst`, tries: 10, perMs: 15 * MINUTE },
    // NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures, then that way in is closed until a
    // success from a known device, or a link from an administrator, opens it again.
    { key: `${who}:total`, tries: 100, perMs: device === null ? FOREVER : DEVICE_LIFE },
  ]
}

/** From the narrowest place to the widest. A known device is held up by none of them. */
function placeLimits(what: Tried, { ip, device }: Trier): Limit[] {
  if (device !== null) return []
  const kind = UNGUESSABLE.has(what) ? `${what}-` : ''
  // A visit guesses nothing and leaves a row for a quarter of an hour; a company signs in at nine.
  const times = what === 'visit' ? 20 : 1
  return [
    { key: `${kind}address:${networkOf(ip, 32, 64)}`, tries: 50 * times, perMs: 15 * MINUTE },
    // One household or hoster has a /48 of IPv6, an office a /24 of IPv4.
    { key: `${kind}network:${networkOf(ip, 24, 48)}`, tries: 300 * times, perMs: HOUR },
    // Spraying from everywhere.
    { key: `${kind}everywhere`, tries: 5000 * times, perMs: HOUR },
  ]
}

/**
 * `allowed`: it may be checked. `account`: this account takes no more for now, which must not show.
 * `place`: this address, its network or everybody has used up what strangers may try; that says
 * nothing about any account. `first` once in the limit's time: it is written down then.
 */
export type Verdict =
  | { readonly is: 'allowed' | 'account' }
  | { readonly is: 'place'; readonly limit: string; readonly first: boolean }

/**
 * Judges a counted try, and says which counters do not keep it.
 *
 * What is refused unchecked is no failure of the account. A place that is used up keeps its tries
 * from the wider ones: one address cannot use up what everybody shares. Whether the account was
 * used up does not show in the counters of places.
 * @param counted the tries of each counter, this one included
 */
export function judgeTry(
  what: Tried,
  trier: Trier,
  counted: ReadonlyMap<string, number>,
): { readonly verdict: Verdict; readonly takeBack: ReadonlySet<string> } {
  const over = ({ key, tries }: Limit): number => (counted.get(key) ?? 0) - tries
  const account = accountLimits(what, trier)
  const places = placeLimits(what, trier)
  const narrowest = places.findIndex((limit) => over(limit) > 0)
  const place = places[narrowest]
  if (place) {
    const unkept = [...account, ...places.slice(narrowest + 1)]
    return {
      verdict: { is: 'place', limit: place.key, first: over(place) === 1 },
      takeBack: new Set(unkept.map(({ key }) => key)),
    }
  }
  return account.some((limit) => over(limit) > 0)
    ? { verdict: { is: 'account' }, takeBack: new Set(account.map(({ key }) => key)) }
    : { verdict: { is: 'allowed' }, takeBack: new Set() }
}

/**
 * What a success takes back: all consecutive failures of the account, those of strangers too; and
 * the try itself where failures of many accounts are counted.
 */
export function afterSuccess(what: Tried, trier: Trier): Map<string, 1 | 'all'> {
  const own = accountLimits(what, trier)
  const strangers = accountLimits(what, { ...trier, device: null })
  return new Map<string, 1 | 'all'>([
    ...[...own, ...strangers].map(({ key }) => [key, 'all'] as const),
    ...placeLimits(what, trier).map(({ key }) => [key, 1] as const),
  ])
}

/**
 * Wrong application passwords of one address, at all gateways and nodes together; from then on they
 * are told to wait. A right one is never held up.
 */
export const wrongAtGateways = (ip: string): Limit => ({
  key: `gateway:${networkOf(ip, 32, 64)}`,
  tries: 60,
  perMs: MINUTE,
})

/** Wrong tokens of SCIM: they are not guessed, but each is looked up. */
export const wrongAtScim = (ip: string): Limit => ({
  key: `scim:${networkOf(ip, 32, 64)}`,
  tries: 60,
  perMs: MINUTE,
})

/**
 * Codes that are sent: so that nobody's mailbox or telephone is flooded, and no bill of the operator.
 * @param destination what stands for the address or the number: a keyed hash
 */
export const limitsOfSending = (account: string, destination: string, ip: string): Limit[] => [
  { key: `send-again:${destination}`, tries: 1, perMs: SEND_AGAIN_AFTER },
  { key: `send-to:${destination}`, tries: 6, perMs: HOUR },
  { key: `send-for:${account}:hour`, tries: 10, perMs: HOUR },
  { key: `send-for:${account}:day`, tries: 30, perMs: DAY },
  // Whoever gets here has given a main password, or more: a company that signs in at nine passes.
  { key: `send-address:${networkOf(ip, 32, 64)}`, tries: 1000, perMs: HOUR },
  { key: 'send-everywhere', tries: 5000, perMs: HOUR },
]
/** So long a code takes to arrive, usually. */
export const SEND_AGAIN_AFTER = MINUTE
/** An administrator tries the SMS gateway out. */
export const smsTests: Limit = { key: 'send-sms-test', tries: 10, perMs: HOUR }

/** How every counter of an account begins: a new main password by a link opens all ways in again. */
export const countersOf = (account: string): readonly string[] => [
  `code:${account}:`,
  `password:${account}:`,
]
