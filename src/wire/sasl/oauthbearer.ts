/**
 * SASL OAUTHBEARER (RFC 7628): a gs2 header that names the user, then host, port and token.
 *
 * A failure comes as a challenge with JSON; the answer is a single 0x01 (§3.2.3), and only then does
 * the server refuse: who waits without sending it waits for ever.
 */
import { Secret } from '#base/secret.ts'
import { plainField, tokenField } from './fields.ts'

/** The client's one message, not yet in base64. @throws TypeError for what would change its fields */
export function oauthbearer(
  user: string,
  token: Secret,
  { host, port }: { host: string; port: number },
): Secret {
  const name = saslName(plainField('user', user))
  const fields = [
    `n,a=${name},`,
    `host=${plainField('host', host)}`,
    `port=${port}`,
    `auth=Bearer ${tokenField(token.reveal())}`,
  ]
  return new Secret(`${fields.join('\u0001')}\u0001\u0001`)
}

/** What answers the challenge that says why it failed. */
export const OAUTHBEARER_AFTER_FAILURE = '\u0001'

/** A comma would end the name, an equals sign begin an escape (RFC 5801 §4). */
const saslName = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C')
