/**
 * Second factors: their kinds, what a person may call one, and how many there may be.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid } from '#base/problem.ts'

/** What a person can set up. `webauthn`: a passkey or a security key. */
export const FACTOR_KINDS = ['totp', 'webauthn', 'email', 'sms'] as const
export type FactorKind = (typeof FACTOR_KINDS)[number]
/** What can be given as the second factor: a recovery code stands in for one that was lost. */
export const SECOND_KINDS = [...FACTOR_KINDS, 'recovery_code'] as const
export type SecondKind = (typeof SECOND_KINDS)[number]

const MAX_NAME = 64
/** Of all kinds together. */
export const MOST_FACTORS = 10
/** Authenticator apps: each more is one more code that a guess can hit. */
export const MOST_APPS = 5

/** The name of a factor. @throws Problem `invalid`, field `name` */
export function factorName(typed: string): string {
  const name = typed.normalize('NFC').trim()
  if (name === '' || [...name].length > MAX_NAME || hasControls(name))
    throw invalid('name', 'characters', `A name has 1 to ${MAX_NAME} characters.`)
  return name
}
