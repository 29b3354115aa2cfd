/**
 * Identifiers of OAuth 2 applications and mail accounts: set once, used in links, scripts and audit.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

/** Refused in an identifier, besides the space and controls. */
export const FORBIDDEN = '/~\\<>,;#&\'"$?*|.[]{}()+'
const MAX_IDENTIFIER = 64

/**
 * @throws Problem `invalid`, field `identifier`: `empty`, `too_long` or `characters` (the message
 *   names those that were found)
 */
export function identifier(typed: string): string {
  const name = typed.normalize('NFC')
  if (name === '') throw invalid('identifier', 'empty', 'Give an identifier.')
  if ([...name].length > MAX_IDENTIFIER)
    throw invalid(
      'identifier',
      'too_long',
      `The identifier has more than ${MAX_IDENTIFIER} characters.`,
    )
  const found = [...new Set([...name].filter((one) => FORBIDDEN.includes(one) || /\s/u.test(one)))]
  if (found.length > 0)
    throw invalid(
      'identifier',
      'characters',
      `The identifier cannot have ${found.map((one) => (one === ' ' ? 'a space' : one)).join(' ')}`,
    )
  if (hasControls(name) || !name.isWellFormed())
    throw invalid('identifier', 'characters', 'The identifier has control characters.')
  return name
}

/** Two identifiers that a person would call the same have one key, and only one can exist. */
export const identifierKey = (name: string): string =>
  name.normalize('NFKC').toLowerCase().normalize('NFKC')
