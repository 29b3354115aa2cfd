/**
 * What a person granted, held against what is needed.
 */
import type { OAuthClient } from './client.ts'
import type { TokenAnswer } from './token-endpoint.ts'

/** They say who signs in and for how long; providers do not repeat them, or by other names. */
const SIGN_IN = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/**
 * `scopes`: asked for and not granted. `fatal`: of no use at all, because no scope of mail is there,
 * or no refresh token, without which the tokens end within the hour.
 */
export function missingScopes(
  client: Pick<OAuthClient, 'scopes'>,
  { scopes, refreshToken }: Pick<Extract<TokenAnswer, { ok: true }>, 'scopes' | 'refreshToken'>,
): { readonly scopes: readonly string[]; readonly fatal: boolean } {
  const needed = client.scopes.mail.filter((scope) => !SIGN_IN.has(scope))
  // RFC 6749 §5.1: not said means as asked for. Names of scopes are case-sensitive, Entra's are not.
  const granted = scopes && new Set(scopes.map((scope) => scope.toLowerCase()))
  const missing = granted ? needed.filter((scope) => !granted.has(scope.toLowerCase())) : []
  const nothing = needed.length > 0 && missing.length === needed.length
  if (refreshToken !== null) return { scopes: missing, fatal: nothing }
  return { scopes: [...missing, 'offline_access'], fatal: true }
}
