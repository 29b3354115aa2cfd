/**
 * Application passwords: one revocable secret per application, limited to named gateways.
 *
 * Decides what an application password is, how it is written and read, and when it has died. Knows
 * no SQL and no protocol. What admits an application with one is domain/admission.ts.
 */
import { hasControls } from '#base/bytes.ts'
import type { Entropy } from '#base/clock.ts'
import { invalid } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'

/** The doors for applications. An application password opens those that it names. */
export const GATEWAYS = ['drive', 'imap', 'pop3', 'smtp'] as const
export type Gateway = (typeof GATEWAYS)[number]
/** Those behind which a mailbox is, which the user name chooses. */
export const MAIL_GATEWAYS = ['imap', 'pop3', 'smtp'] as const satisfies readonly Gateway[]
export type MailGateway = (typeof MAIL_GATEWAYS)[number]
export const isMailGateway = (gateway: Gateway): gateway is MailGateway =>
  MAIL_GATEWAYS.some((one) => one === gateway)

/** What a person picks when creating one; it sets which gateways the password opens at first. */
export const APPLICATIONS = {
  outlook: ['imap', 'smtp'],
  apple_mail: ['imap', 'smtp'],
  mail_client: ['imap', 'pop3', 'smtp'],
  phone: ['drive', 'imap', 'smtp'],
  network_drive: ['drive'],
  sync: ['drive'],
  scanner: ['smtp'],
  business: ['imap', 'pop3', 'smtp'],
  other: GATEWAYS,
} as const satisfies Record<string, readonly Gateway[]>
export type Application = keyof typeof APPLICATIONS
export const APPLICATION_NAMES = Object.keys(APPLICATIONS) as Application[]

/**
 * The gateways that a new password opens: those of its application, unless others were picked.
 * @throws Problem `invalid`, field `gateways`: `empty`
 */
export function gatewaysOf(
  application: Application,
  picked?: readonly Gateway[],
): readonly Gateway[] {
  const wanted: readonly Gateway[] = picked ?? APPLICATIONS[application]
  if (wanted.length === 0) throw invalid('gateways', 'empty', 'Pick at least one gateway.')
  return GATEWAYS.filter((one) => wanted.includes(one))
}

/** Crockford base32, lower case: no i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** 23 × 5 = 115 bits: above the 112 from which NIST SP 800-63B-4 §3.1.2.2 allows a fast hash. */
const RANDOM_SYMBOLS = 23
const SYMBOLS = 25
export const MAX_NAME = 64

/** The symbol that a typed character stands for. ASCII only: U+212A (K) is not a k. */
const VALUE = new Map<string, number>([
  ...[...ALPHABET].flatMap((symbol, value): [string, number][] => [
    [symbol, value],
    [symbol.toUpperCase(), value],
  ]),
  ...(['o', 'O'] as const).map((symbol): [string, number] => [symbol, 0]),
  ...(['i', 'I', 'l', 'L'] as const).map((symbol): [string, number] => [symbol, 1]),
])

/** A new application password in its canonical form: 25 symbols, the last two of them check symbols. */
export function mintAppPassword(entropy: Entropy): Secret {
  const random = [...entropy(RANDOM_SYMBOLS)].map((byte) => byte & 31) // 256 = 8 × 32: no bias
  return new Secret([...random, ...checkSymbols(random)].map((value) => ALPHABET[value]).join(''))
}

/** For eyes and paper: five groups of five. */
export function grouped(password: Secret): string {
  return password.reveal().match(/.{5}/g)!.join('-')
}

export type Typed =
  | { read: 'app_password'; canonical: Secret }
  | { read: 'mistyped' } // 25 symbols whose check symbols do not fit
  | { read: 'something_else' } // not written like an application password: most often a main password

/** Reads what was typed: any case, with or without spaces and dashes, o for 0, i and l for 1. */
export function readAppPassword(typed: string): Typed {
  if (typed.length > 2 * SYMBOLS + 8) return { read: 'something_else' }
  const values: number[] = []
  for (const character of typed) {
    if (character === ' ' || character === '-') continue
    const value = VALUE.get(character)
    if (value === undefined) return { read: 'something_else' }
    values.push(value)
  }
  if (values.length !== SYMBOLS) return { read: 'something_else' }
  const [first, second] = checkSymbols(values.slice(0, RANDOM_SYMBOLS))
  if (first !== values[SYMBOLS - 2] || second !== values[SYMBOLS - 1]) return { read: 'mistyped' }
  let canonical = ''
  for (const value of values) canonical += ALPHABET[value]!
  return { read: 'app_password', canonical: new Secret(canonical) }
}

/**
 * Two check symbols of a Reed-Solomon code over GF(32): the remainder of division by
 * (x + α)(x + α²). Any one or two wrong symbols, and any two that changed places, do not fit.
 */
function checkSymbols(data: readonly number[]): [number, number] {
  let high = 0
  let low = 0
  for (const symbol of data) {
    const carry = symbol ^ high
    high = low ^ times(carry, GENERATOR_HIGH)
    low = times(carry, GENERATOR_LOW)
  }
  return [high, low]
}

/** GF(32) with the primitive polynomial x⁵ + x² + 1. */
const POWER: number[] = []
for (let i = 0, value = 1; i < 31; i++) {
  POWER.push(value)
  value = (value << 1) ^ (value & 16 ? 0b100101 : 0)
}
const LOGARITHM = new Map(POWER.map((value, i) => [value, i]))
const times = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : POWER[(LOGARITHM.get(a)! + LOGARITHM.get(b)!) % 31]!
const GENERATOR_HIGH = POWER[1]! ^ POWER[2]!
const GENERATOR_LOW = times(POWER[1]!, POWER[2]!)

/**
 * The name of a connection: 1 to 64 Unicode characters after trimming, NFC, no control characters.
 * @throws Problem `invalid`, field `name`: `empty`, `too_long` or `controls`
 */
export function connectionName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '') throw invalid('name', 'empty', 'Give the connection a name.')
  if ([...name].length > MAX_NAME)
    throw invalid('name', 'too_long', `The name has more than ${MAX_NAME} characters.`)
  if (hasControls(name) || /\p{Cs}/u.test(name))
    throw invalid('name', 'controls', 'The name has control characters.')
  return name
}

/** Names are the same when a person would say so: case and compatibility forms do not count. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase()

/** A free name near the one that is taken: "Outlook 2", "Outlook 3" …, never longer than allowed. */
export function suggestName(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/ \d{1,3}$/, '')
  for (let n = 2; ; n++) {
    const suffix = ` ${n}`
    const name = `${[...base]
      .slice(0, MAX_NAME - suffix.length)
      .join('')
      .trim()}${suffix}`
    if (!taken.has(nameKey(name))) return name
  }
}
