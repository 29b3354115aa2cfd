/**
 * Users: the people who sign in on the web, and what their names may be.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

/** auditor: reads what an administrator reads, and changes nothing. */
export const ROLES = ['user', 'auditor', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** invited: has not accepted the invitation link yet, has no password, opens nothing. */
export const USER_STATES = ['invited', 'active', 'disabled'] as const
export type UserState = (typeof USER_STATES)[number]

/** As the list shows it. frozen: active here, and not known to be alive where the person is from. */
export const LISTED_STATES = [...USER_STATES, 'frozen'] as const
export type ListedState = (typeof LISTED_STATES)[number]

/** What the list is filtered by. required: by policy, whether there is one or not. */
export const FACTOR_FILTERS = ['none', 'set_up', 'required'] as const
export type FactorFilter = (typeof FACTOR_FILTERS)[number]

/** What the list is sorted by. */
export const USER_ORDERS = [
  'name',
  'email',
  'source',
  'secondFactors',
  'appPasswords',
  'nextExpiry',
  'lastSignInAt',
  'state',
  'createdAt',
] as const

export const LANGUAGES = ['en', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

const MAX_USER_NAME = 64
const MAX_EMAIL = 254 // RFC 5321 §4.5.3.1.3, less the angle brackets

/**
 * A user name as it is stored and shown. Two names that a person would call the same have the same
 * `userKey`, and only one of them can exist.
 * @throws Problem `invalid`, field `name`
 */
export function userName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '') throw invalid('name', 'empty', 'Give a user name.')
  if ([...name].length > MAX_USER_NAME)
    throw invalid('name', 'too_long', `The user name has more than ${MAX_USER_NAME} characters.`)
  // A colon would end the user name in HTTP Basic (RFC 7617 §2); the rest would not survive a path,
  // a header or a directory filter.
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._+@' -]*$/u.test(name))
    throw invalid('name', 'characters', "A user name has letters, digits, spaces and . _ - + @ '.")
  return name
}

/** One canonical identity for User, USER and ｕｓｅｒ: one row, one failure counter. */
export const userKey = (name: string): string =>
  name.normalize('NFKC').trim().toLowerCase().normalize('NFKC')

/** @throws Problem `invalid`, field `email` */
export function emailAddress(typed: string): string {
  const email = typed.normalize('NFC').trim()
  if (
    email.length > MAX_EMAIL ||
    hasControls(email) ||
    !/^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/.test(email)
  )
    throw invalid('email', 'email', 'This is not an e-mail address.')
  return email
}
