/**
 * The logout token (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6): a provider says that somebody
 * signed out there.
 */
import { SECOND, type Clock } from '#base/clock.ts'
import type { OAuthClient } from './client.ts'
import type { Discover } from './discovery.ts'
import type { Claims } from './id-token.ts'
import type { KeysOf } from './provider-keys.ts'
import { verifiedJwt } from './signed-jwt.ts'

export type LogoutToken = {
  readonly issuer: string
  /** Who signed out, in the provider's words; null: the session alone says it. */
  readonly sub: string | null
  /** What the provider calls its session; null: all of the person. */
  readonly sid: string | null
  /** Counts once. */
  readonly jti: string
  /** Until then it has to be remembered, in milliseconds. */
  readonly expiresAt: number
}

type Needs = { readonly keysOf: KeysOf; readonly discover: Discover; readonly clock: Clock }

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Clocks of others may differ by so much. */
const LEEWAY = 60 * SECOND
/** §2.4 advises two minutes; one that is older was kept by somebody. */
const MAX_AGE = 10 * 60 * SECOND
const MAX_TEXT = 1024

/** null: it does not hold. @throws OutboundError, Problem when keys cannot be had */
export async function readLogoutToken(
  { keysOf, discover, clock }: Needs,
  client: OAuthClient,
  token: string,
): Promise<LogoutToken | null> {
  const { issuer } = client.endpoints
  if (issuer === null) return null
  const jwks = client.endpoints.jwks ?? (await discover(issuer)).jwks
  if (jwks === null) return null
  const signed = await verifiedJwt(keysOf, jwks, token)
  if (!signed || !isTyped(signed.header['typ'])) return null
  const { claims } = signed
  const now = clock.now()
  const [iat, exp] = [timeOf(claims['iat']), timeOf(claims['exp'])]
  const [jti, sub, sid] = ['jti', 'sub', 'sid'].map((name) => textOf(claims[name]))
  const holds =
    claims['iss'] === issuer &&
    isFor(claims['aud'], client.clientId) &&
    iat !== null &&
    iat <= now + LEEWAY &&
    iat > now - MAX_AGE - LEEWAY &&
    ('exp' in claims ? exp !== null && exp > now - LEEWAY : true) &&
    // An id_token that somebody got hold of has a nonce, and no event (§2.4).
    !('nonce' in claims) &&
    isLogout(claims['events'])
  if (!holds || !jti || (!sub && !sid)) return null
  return {
    issuer,
    sub: sub ?? null,
    sid: sid ?? null,
    jti,
    expiresAt: (iat ?? now) + MAX_AGE + 2 * LEEWAY,
  }
}

/** RFC 8725 §3.11; `application/` may stand in front of it (RFC 7515 §4.1.9). */
const isTyped = (typ: unknown): boolean =>
  typeof typ === 'string' && /^(application\/)?logout\+jwt$/i.test(typ)

const isFor = (aud: Claims[string], clientId: string): boolean =>
  aud === clientId || (Array.isArray(aud) && aud.length === 1 && aud[0] === clientId)

function isLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return false
  const event = (events as Readonly<Record<string, unknown>>)[EVENT]
  return typeof event === 'object' && event !== null && !Array.isArray(event)
}

const timeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value * SECOND : null

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : null
