/**
 * What a person granted, held against what is needed.
 */
import type { Resource } from '#domain/mail-account.ts'
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
  const needed = neededScopes(client)
  const missing = without(needed, scopes)
  const nothing = needed.length > 0 && missing.length === needed.length
  if (refreshToken !== null) return { scopes: missing, fatal: nothing }
  return { scopes: [...missing, 'offline_access'], fatal: true }
}

/**
 * Scopes of mail that a person granted at Init. Token, and that a refresh did not bring any more. What
 * was missing from the beginning is none of them: it was said then. Of other resources it is not
 * known what was granted.
 * @param granted as stored, separated by spaces
 * @param scopes of the answer; null: as asked for
 */
export function lostScopes(
  client: Pick<OAuthClient, 'scopes'>,
  resource: Resource,
  granted: string,
  scopes: readonly string[] | null,
): readonly string[] {
  if (resource !== 'mail') return []
  const needed = neededScopes(client)
  const neverGranted = without(needed, granted.split(' '))
  return without(needed, scopes).filter((scope) => !neverGranted.includes(scope))
}

const neededScopes = ({ scopes }: Pick<OAuthClient, 'scopes'>): readonly string[] =>
  scopes.mail.filter((scope) => !SIGN_IN.has(scope))

/** RFC 6749 §5.1: not said means as asked for. Names of scopes are case-sensitive, Entra's are not. */
function without(needed: readonly string[], scopes: readonly string[] | null): readonly string[] {
  const granted = scopes && new Set(scopes.map((scope) => scope.toLowerCase()))
  return granted ? needed.filter((scope) => !granted.has(scope.toLowerCase())) : []
}
