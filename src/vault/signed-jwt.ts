/**
 * A JWT that is not an id_token, by the signature of its issuer (RFC 7515, RFC 7519).
 *
 * Only asymmetric algorithms of the list, only a key that the issuer shows under its own address:
 * what the token itself says of keys (`jwk`, `jku`, `x5u`) is not looked at.
 */
import { constants, verify, type KeyObject } from 'node:crypto'
import type { Claims } from './id-token.ts'
import type { KeysOf, ProviderKey } from './provider-keys.ts'

type Algorithm = {
  readonly hash: string
  readonly kind: 'rsa' | 'ec'
  readonly curve?: string
  readonly pss?: true
}
/** RFC 7518 §3.1. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: { hash: 'sha256', kind: 'rsa' },
  RS384: { hash: 'sha384', kind: 'rsa' },
  RS512: { hash: 'sha512', kind: 'rsa' },
  PS256: { hash: 'sha256', kind: 'rsa', pss: true },
  PS384: { hash: 'sha384', kind: 'rsa', pss: true },
  PS512: { hash: 'sha512', kind: 'rsa', pss: true },
  ES256: { hash: 'sha256', kind: 'ec', curve: 'prime256v1' },
  ES384: { hash: 'sha384', kind: 'ec', curve: 'secp384r1' },
  ES512: { hash: 'sha512', kind: 'ec', curve: 'secp521r1' },
}
const MAX_TOKEN = 16 * 1024

export type SignedJwt = { readonly header: Claims; readonly claims: Claims }

/** null: it does not hold. @throws OutboundError when the keys cannot be had */
export async function verifiedJwt(
  keysOf: KeysOf,
  jwksUrl: string,
  token: string,
): Promise<SignedJwt | null> {
  const [head, body, signed, ...more] = token.split('.')
  if (!head || !body || !signed || more.length > 0 || token.length > MAX_TOKEN) return null
  const [header, claims] = [decoded(head), decoded(body)]
  const alg = header?.['alg']
  const algorithm =
    typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined
  // RFC 7515 §4.1.11: what has to be understood is not, by us.
  if (!header || !claims || !algorithm || 'crit' in header) return null
  const kid = typeof header['kid'] === 'string' ? header['kid'] : null
  const fitting = (await keysOf(jwksUrl, kid)).filter((key) =>
    fits(key, kid, String(alg), algorithm),
  )
  const [only] = fitting
  // Two keys of one name: nobody knows which one it is.
  if (!only || fitting.length > 1) return null
  const bytes = Buffer.from(`${head}.${body}`)
  return verify(
    algorithm.hash,
    bytes,
    keyFor(only.key, algorithm),
    Buffer.from(signed, 'base64url'),
  )
    ? { header, claims }
    : null
}

const fits = (
  { kid, alg, use, key }: ProviderKey,
  wanted: string | null,
  said: string,
  { kind, curve }: Algorithm,
): boolean =>
  (wanted === null || kid === wanted) &&
  (alg === null || alg === said) &&
  (use === null || use === 'sig') &&
  key.asymmetricKeyType === kind &&
  (curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve)

function keyFor(key: KeyObject, { kind, pss }: Algorithm): Parameters<typeof verify>[2] {
  if (kind === 'ec') return { key, dsaEncoding: 'ieee-p1363' }
  if (pss !== true) return key
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants
  return { key, padding, saltLength }
}

function decoded(part: string): Claims | null {
  if (!/^[\w-]+$/.test(part)) return null
  try {
    const said: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? (said as Claims)
      : null
  } catch {
    return null
  }
}
