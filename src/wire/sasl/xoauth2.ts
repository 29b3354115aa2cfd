/**
 * SASL XOAUTH2, as Google and Microsoft define it: `user=` name, `auth=Bearer ` token, each ended by
 * 0x01, and one more 0x01. A failure comes as a challenge with JSON; the answer is an empty line.
 */
import { Secret } from '#base/secret.ts'
import { plainField, tokenField } from './fields.ts'

/** The client's one message, not yet in base64. @throws TypeError for what would change its fields */
export function xoauth2(user: string, token: Secret): Secret {
  const name = plainField('user', user)
  if (name.includes(' ')) throw new TypeError('The user cannot stand in a SASL message.')
  return new Secret(`user=${name}\u0001auth=Bearer ${tokenField(token.reveal())}\u0001\u0001`)
}

/** What answers the challenge that says why it failed: nothing. */
export const XOAUTH2_AFTER_FAILURE = ''
