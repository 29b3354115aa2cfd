/**
 * Digits as people type them: in any script, with spaces anywhere.
 */

/** So many digits 0 to 9; null for everything else. */
export function canonicalDigits(typed: string, howMany: number): string | null {
  const digits = typed.normalize('NFKC').replaceAll(/[\p{White_Space}\p{Cf}-]/gu, '')
  if ([...digits].length !== howMany || !/^\p{Nd}+$/u.test(digits)) return null
  return Array.from(digits, digitValue).join('')
}

/** Every script's digits stand in a row from 0 to 9 (Unicode §4.6, property Nd). */
function digitValue(digit: string): number {
  const at = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(at - value - 1))) value++
  return value
}
