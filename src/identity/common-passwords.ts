/**
 * Common passwords: what is tried first, from lists of leaked ones, loaded at the first use.
 */

/** So many characters at the ends that are no letters make nothing uncommon: "Summer2026!". */
export const TRIVIAL_ENDING = 6
/** A text that repeats so few characters is as easy as these alone. */
const SHORT_UNIT = 4

let loaded: Promise<ReadonlySet<string>> | null = null

/** Some 50,000 passwords in lower case, 18,000 of them with 8 characters or more. */
async function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  )
  return await loaded
}

/**
 * Whether a password is a common one in any case, with trivial endings or not, twice or more in a
 * row, or a run of neighbours such as "abcdefgh" and "87654321".
 */
export async function isCommon(password: string): Promise<boolean> {
  const text = password.normalize('NFKC').toLowerCase()
  const list = await commonPasswords()
  const unit = unitOf(text)
  return [text, unit, withoutEndings(text), withoutEndings(unit)].some(
    (form) =>
      list.has(form) ||
      isRun(form) ||
      (form === unit && unit !== text && form.length <= SHORT_UNIT),
  )
}

/** Without what is no letter at both ends, as long as that is little. */
export function withoutEndings(text: string): string {
  const core = text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
  return text.length - core.length <= TRIVIAL_ENDING && core.length >= 3 ? core : text
}

/** What a text repeats from end to end: "password" of "passwordpasswordpass"; itself otherwise. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length++)
    if (
      text ===
      text
        .slice(0, length)
        .repeat(Math.ceil(text.length / length))
        .slice(0, text.length)
    )
      return text.slice(0, length)
  return text
}

/** Each character is the next one, or each the one before. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!)
  if (codes.length < 3) return false
  return [1, -1].some((step) => codes.every((code, i) => i === 0 || code === codes[i - 1]! + step))
}
