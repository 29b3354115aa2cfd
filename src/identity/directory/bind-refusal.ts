/**
 * Why a directory refuses a person's bind, as far as it says. For the administrator: the person gets
 * one sentence for all.
 */
import type { BindAnswer } from './connection.ts'

/** docs/operate/directory.md has this table. */
export const BIND_REFUSALS = {
  wrong_password: 'The password is wrong.',
  unknown_there: 'The directory does not know the account.',
  hours: 'The account may not sign in at this time.',
  workstation: 'The account may not sign in from here.',
  password_expired: 'The password has ended; the person has to change it.',
  must_change: 'The person has to change the password first.',
  disabled: 'The account is disabled.',
  expired: 'The account has ended.',
  locked: 'The account is locked after too many wrong passwords.',
  not_granted: 'The account may not sign in in this way.',
} as const
export type BindRefusal = keyof typeof BIND_REFUSALS

/** Sub-codes of Active Directory: `80090308: LdapErr: …, data 52e, v3839`. */
const SUB_CODES: Readonly<Record<string, BindRefusal>> = {
  '525': 'unknown_there',
  '52e': 'wrong_password',
  '530': 'hours',
  '531': 'workstation',
  '532': 'password_expired',
  '533': 'disabled',
  '534': 'not_granted',
  '568': 'not_granted',
  '701': 'expired',
  '773': 'must_change',
  '775': 'locked',
}

/** PasswordPolicyResponseValue, error (draft-behera-ldap-password-policy-10 §6.2). */
const POLICY_ERRORS: Readonly<Record<number, BindRefusal>> = {
  0: 'password_expired',
  1: 'locked',
  2: 'must_change',
}

/** Result codes of other directories. */
const CODES: Readonly<Record<number, BindRefusal>> = {
  19: 'locked', // 389: too many wrong passwords
  32: 'unknown_there',
  53: 'disabled', // 389 and eDirectory
}

/** null: the bind was granted, and nothing is in its way. */
export function bindRefusal(answer: BindAnswer): BindRefusal | null {
  const byPolicy = answer.policyError === null ? undefined : POLICY_ERRORS[answer.policyError]
  if (answer.ok) return byPolicy ?? null
  const [, subCode = ''] = /\bdata ([0-9a-f]{3,8})\b/i.exec(answer.says) ?? []
  return SUB_CODES[subCode.toLowerCase()] ?? byPolicy ?? CODES[answer.code] ?? 'wrong_password'
}
