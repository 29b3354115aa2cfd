/**
 * SASL LOGIN (draft-murchison-sasl-login): two prompts, a user name, a password. Never a standard,
 * and the one mechanism that many programs know.
 */
import { utf8 } from '#base/bytes.ts'
import { MAX_FIELD } from './plain.ts'

/** `Username:` and `Password:` in base64: some clients look for exactly these. */
export const USERNAME_PROMPT = 'VXNlcm5hbWU6'
export const PASSWORD_PROMPT = 'UGFzc3dvcmQ6'

export type LoginRead =
  | { ok: true; text: string }
  | { ok: false; why: 'fields' | 'empty' | 'too_long' | 'utf8' }

/** One response, decoded from base64: the user name, or the password. */
export function readLogin(response: Buffer): LoginRead {
  if (response.length === 0) return { ok: false, why: 'empty' }
  if (response.length > MAX_FIELD) return { ok: false, why: 'too_long' }
  if (response.includes(0)) return { ok: false, why: 'fields' }
  const text = utf8(response)
  return text === null ? { ok: false, why: 'utf8' } : { ok: true, text }
}
