/**
 * Main passwords: what one may be (NIST SP 800-63B-4 §3.1.1.2).
 *
 * Counted in code points of the NFC form; no rules about kinds of characters. Refused is what is
 * short, common, or made of the person's own name.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid, type Fault, type Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import type { Policy } from '#domain/policy.ts'
import { isCommon, TRIVIAL_ENDING } from './common-passwords.ts'

const ALONE = 15
const WITH_SECOND_FACTOR = 8
/** Longer than any that a person types or a password manager makes. */
const MAX_BYTES = 256

/** How many characters a new main password must have: fewer where a second factor is in force. */
export function passwordMinimum(
  { second_factor: policy }: Pick<Policy, 'second_factor'>,
  confirmedFactors: number,
): number {
  const inForce = policy === 'required' || (policy === 'offered' && confirmedFactors > 0)
  return inForce ? WITH_SECOND_FACTOR : ALONE
}

/** The one form in which it is hashed, whichever keyboard composed it. */
export const canonicalPassword = (typed: Secret): Secret =>
  new Secret(typed.reveal().normalize('NFC'))

/** Whose password it is: nothing of this may make it up. */
export type Whose = {
  readonly name: string
  readonly displayName: string
  readonly email: string
  readonly host: string
}

/**
 * @returns its canonical form, for the hasher
 * @throws Problem `invalid`, field `password`: `characters`, `too_short`, `too_long`, `common`,
 *   `personal`
 */
export async function checkMainPassword(
  typed: Secret,
  { minimum, whose }: { minimum: number; whose: Whose },
): Promise<Secret> {
  const canonical = canonicalPassword(typed)
  const text = canonical.reveal()
  // U+FFFD stands for what was no character: two different inputs would be one password.
  if (hasControls(text) || text.includes('\u{fffd}'))
    throw refused('characters', 'The password has control characters.')
  if ([...text].length < minimum)
    throw refused('too_short', `The password has fewer than ${minimum} characters.`)
  if (canonical.revealBytes().length > MAX_BYTES)
    throw refused('too_long', `The password has more than ${MAX_BYTES} bytes.`)
  if (await isCommon(text))
    throw refused('common', 'The password is one of those that are tried first.')
  if (await isMadeOf(text, wordsOf(whose)))
    throw refused('personal', 'The password is made of your name, your address or this server.')
  return canonical
}

const refused = (fault: Fault, message: string): Problem => invalid('password', fault, message)

const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** The names, the address and the host, whole and in parts; not what every address ends in. */
function wordsOf({ name, displayName, email, host }: Whose): string[] {
  const [local = '', domain = ''] = email.split('@')
  const labels = [domain, host].flatMap((one) => one.split('.').slice(0, -1))
  const names = [name, displayName, local].map(fold)
  const parts = names.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u))
  const whole = [email, domain, host, 'passerelle', ...labels].map(fold)
  return [...new Set([...whole, ...names, ...parts])]
    .filter((word) => word.length >= 3)
    .sort((a, b) => b.length - a.length)
}

/** Whether little, or something common, is left when the words are taken out. */
async function isMadeOf(text: string, words: readonly string[]): Promise<boolean> {
  const folded = fold(text).replaceAll(/\p{White_Space}/gu, '')
  const rest = words.reduce((left, word) => left.replaceAll(word, ' '), folded).replaceAll(' ', '')
  if (rest === folded) return false
  if (await isCommon(rest)) return true
  const mostly = folded.length - rest.length >= rest.length
  return rest.length <= TRIVIAL_ENDING && (mostly || !/\p{L}/u.test(rest))
}
