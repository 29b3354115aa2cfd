/**
 * Where codes are sent: telephone numbers, and how a destination is shown to who may not know it.
 */
import { invalid } from '#base/problem.ts'

/**
 * E.164: `+`, a country code, 15 digits at most. Spaces, dots, dashes and brackets are for the eye.
 * @throws Problem `invalid`, field `number`
 */
export function phoneNumber(typed: string): string {
  const number = typed
    .normalize('NFKC')
    .replaceAll(/[\p{White_Space}\p{Cf}().\-\u2010-\u2015]/gu, '')
  if (!/^\+[1-9]\d{6,14}$/.test(number))
    throw invalid('number', 'form', 'Write the number with its country: +33 6 12 34 56 78.')
  return number
}

/** `+33612345678` → `+33•••78`: enough to know one's own, too little to call it. */
export const maskedNumber = (number: string): string =>
  `${number.slice(0, 3)}•••${number.slice(-2)}`

/** `ada@example.org` → `a•••@example.org`. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const [first = ''] = email
  return `${first}•••${email.slice(at)}`
}
