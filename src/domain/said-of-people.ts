/**
 * What providers and directories say of people: text that can be shown, and what can be a name or an
 * address here. null where it cannot.
 */
import { emailAddress, userName } from './user.ts'

const MAX_LINE = 1024
const MAX_SHOWN_NAME = 128

/** One line, without what a terminal or a page could take for something else. */
export const lineOf = (value: unknown): string | null =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= MAX_LINE &&
  value.isWellFormed() &&
  !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)
    ? value
    : null

/** Empty where there is none. */
export const shownNameOf = (value: unknown): string =>
  [...(lineOf(value) ?? '')].slice(0, MAX_SHOWN_NAME).join('')

export function addressOf(value: unknown): string | null {
  const text = lineOf(value)
  return text === null ? null : tried(() => emailAddress(text))
}

export const userNameOf = (text: string): string | null => tried(() => userName(text))

function tried<T>(act: () => T): T | null {
  try {
    return act()
  } catch {
    return null
  }
}
