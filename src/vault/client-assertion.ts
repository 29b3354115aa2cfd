/**
 * Proof by certificate: a JWT that the client signs (RFC 7523 §2.2, RS256), named by the SHA-256 of
 * the certificate (RFC 7515 §4.1.8), as Entra ID asks for.
 */
import { sign, type KeyObject } from 'node:crypto'
import type { Clock, Entropy } from '#base/clock.ts'
import { MINUTE, SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Long enough for one request and a clock that is a little off; of no use to whoever finds it later. */
const LIFE_MS = 5 * MINUTE

type Signer = { readonly privateKey: KeyObject; readonly x5tS256: string }

/** @param audience the token endpoint, exactly as it is asked */
export function clientAssertion(
  { privateKey, x5tS256 }: Signer,
  clientId: string,
  audience: string,
  { clock, entropy }: { clock: Clock; entropy: Entropy },
): Secret {
  const now = Math.floor(clock.now() / SECOND)
  const header = { alg: 'RS256', typ: 'JWT', 'x5t#S256': x5tS256 }
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: entropy(16).toString('hex'),
    iat: now,
    nbf: now,
    exp: now + LIFE_MS / SECOND,
  }
  const signed = `${encoded(header)}.${encoded(claims)}`
  const signature = sign('sha256', Buffer.from(signed), privateKey)
  return new Secret(`${signed}.${signature.toString('base64url')}`)
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
