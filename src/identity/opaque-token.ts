/**
 * Opaque tokens: 256 random bits that mean nothing by themselves. The store has keyed hashes only.
 */
import type { Entropy } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { Keyring, Purpose } from '#vault/keyring.ts'

const BYTES = 32

export type TokenPurpose = Extract<
  Purpose,
  'session' | 'device' | 'one-time-link' | 'token-init' | 'scim-token' | 'provider-visit'
>

/** 43 characters of the URL alphabet (RFC 4648 §5). */
export const mintToken = (entropy: Entropy): Secret =>
  new Secret(entropy(BYTES).toString('base64url'))

/** Under which hashes the row of a token can stand; none for what cannot be a token. */
export function tokenHashes(
  keyring: Keyring,
  purpose: TokenPurpose,
  token: Secret | null,
): readonly Buffer[] {
  if (token === null || !/^[\w-]{43}$/.test(token.reveal())) return []
  return keyring.hashes(purpose, token)
}
