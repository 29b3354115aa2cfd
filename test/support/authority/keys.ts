/**
 * Keys with which an authority of the tests signs.
 */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'

type Jwk = Readonly<Record<string, unknown>> & { readonly kid: string }
export type SigningKey = {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly kid: string
  readonly privateJwk: Jwk
  readonly publicJwk: Jwk
}

/** RSA, with the thumbprint (RFC 7638) as its name: mail servers cache keys by name. */
export function signingKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { e, n, kty } = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
  const named = (key: KeyObject) => ({
    ...key.export({ format: 'jwk' }),
    use: 'sig',
    alg: 'RS256',
    kid,
  })
  return {
    privateKey,
    publicKey,
    kid,
    privateJwk: named(privateKey),
    publicJwk: named(publicKey),
  }
}
