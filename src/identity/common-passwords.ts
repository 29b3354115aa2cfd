/**
 * Common passwords: what is tried first, from lists of leaked ones, loaded at the first use.
 */

/** So many characters beside a common word make nothing uncommon: "Summer2026!". */
export const TRIVIAL_ENDING = 6
/** A text that repeats so few characters is as easy as these alone. */
const SHORT_UNIT = 4

/** Neighbours in the alphabet and on keyboards (English, French, German), three at least. */
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789'.repeat(3),
  'qwertyuiopasdfghjklzxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertzuiopasdfghjklyxcvbnm',
].flatMap((row) => [row, [...row].toReversed().join('')])

let loaded: Promise<ReadonlySet<string>> | null = null

/** Some 50,000 passwords in lower case, 18,000 of them with 8 characters or more. */
async function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  )
  return await loaded
}

/**
 * Whether a password is a common one: in any case, with spaces or without, several times in a row,
 * neighbours on the keyboard, or any of these with a trivial beginning or ending.
 */
export async function isCommon(password: string): Promise<boolean> {
  const list = await commonPasswords()
  const text = password
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\p{White_Space}/gu, '')
  if (isTried(text, list)) return true
  const [, before = '', core = '', after = ''] = /^(\P{L}*)(.*\p{L})(\P{L}*)$/u.exec(text) ?? []
  return isTried(core, list) && isTrivial(before, list) && isTrivial(after, list)
}

function isTried(text: string, list: ReadonlySet<string>): boolean {
  const unit = unitOf(text)
  return (
    list.has(text) ||
    isRow(text) ||
    (unit !== text && (unit.length <= SHORT_UNIT || list.has(unit) || isRow(unit)))
  )
}

const isTrivial = (text: string, list: ReadonlySet<string>): boolean =>
  text.length <= TRIVIAL_ENDING || isTried(text, list)

const isRow = (text: string): boolean => text.length > 2 && ROWS.some((row) => row.includes(text))

/** What a text repeats from end to end: "pass" of "passpasspa"; itself when it does not. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length++)
    if (text.startsWith(text.slice(length))) return text.slice(0, length)
  return text
}
