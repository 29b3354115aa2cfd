/**
 * From an answer of a token endpoint to what is stored of it, sealed.
 */
import { SECOND } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Resource } from '#domain/mail-account.ts'
import type { AccessTokenRow, MailAccountRow } from '#store/schema.ts'
import type { Grant } from '#store/token-grants.ts'
import { chance } from './application-breaker.ts'
import type { ProviderAnswer } from './ask-provider.ts'
import type { OAuthClient } from './client.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { accessTokenPlace, previousRefreshTokenPlace, refreshTokenPlace } from './token-places.ts'
import { earlyWithJitter, keepAliveAt, refreshExpiry } from './token-times.ts'

type About = {
  readonly lease: { readonly generation: number }
  readonly row: Pick<MailAccountRow, 'id' | 'initialised_at'>
  readonly client: Pick<OAuthClient, 'provider' | 'appOnly'>
}

/**
 * @param used the refresh token that was asked with; it becomes the previous one when a new one came
 * @param use whether the account is in use, and whether somebody waits for this very token
 */
export function grantFrom(
  ctx: Pick<RefreshContext, 'sealer' | 'steady' | 'limits' | 'entropy'>,
  { lease, row, client }: About,
  resource: Resource,
  answer: ProviderAnswer,
  used: Secret | null,
  use: { readonly inUse: boolean; readonly wanted: boolean },
): { grant: Partial<Grant>; accessToken: AccessTokenRow | null } {
  const now = ctx.steady.now()
  const seal = (token: Secret): Buffer => ctx.sealer.seal(token, refreshTokenPlace(row.id))
  const given = answer.ok ? answer.refreshExpiresInS : null
  const ends = refreshExpiry(now, given, client.provider, row)
  const accessToken: AccessTokenRow | null = answer.ok
    ? {
        account_id: row.id,
        resource,
        token: ctx.sealer.seal(answer.accessToken, accessTokenPlace(row.id, resource)),
        received_at: now,
        expires_at: now + answer.expiresInS * SECOND,
        generation: lease.generation,
        used_at: use.wanted ? now : null,
      }
    : null
  const next =
    accessToken === null
      ? now + ctx.limits.backOffMs
      : use.inUse
        ? earlyWithJitter(accessToken, ctx.limits, chance(ctx))
        : keepAliveAt(now, ends.at, ctx.limits, chance(ctx))
  const grant: Partial<Grant> = { last_refresh_at: now, next_refresh_at: next }
  if (used === null || client.appOnly) return { grant, accessToken }
  const fresh = answer.refreshToken
  return {
    accessToken,
    grant: {
      ...grant,
      // The same text back is no new token.
      ...(fresh && !fresh.equals(used)
        ? {
            refresh_token: seal(fresh),
            previous_refresh_token: ctx.sealer.seal(used, previousRefreshTokenPlace(row.id)),
            refresh_issued_at: now,
          }
        : { refresh_token: seal(used) }),
      refresh_expires_at: ends.at,
      refresh_expiry_given: Number(ends.given),
    },
  }
}
