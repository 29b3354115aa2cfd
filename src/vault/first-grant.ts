/**
 * The first tokens of an account: what a person's Init. Token brought.
 */
import type { Secret } from '#base/secret.ts'
import type { Tables } from '#store/store.ts'
import type { OAuthClient } from './client.ts'
import type { RefreshContext } from './refresh-needs.ts'
import type { TokenAnswer } from './token-endpoint.ts'
import { grantFrom } from './token-grant.ts'

export type InitialisedBy = {
  /** Who ran Init. Token here. */
  readonly by: string
  /** Who signed in at the provider. */
  readonly as: string
  readonly subject: string
  readonly grantedScopes: readonly string[]
}

/** @throws Error when the answer has no refresh token: the caller has to say so to the person */
export async function storeFirstGrant(
  ctx: Pick<RefreshContext, 'sealer' | 'steady' | 'limits' | 'entropy'>,
  tables: Pick<Tables, 'tokenGrants'>,
  client: Pick<OAuthClient, 'provider'>,
  accountId: string,
  answer: Extract<TokenAnswer, { ok: true }>,
  who: InitialisedBy,
): Promise<void> {
  const token: Secret | null = answer.refreshToken
  if (token === null) throw new Error('The answer has no refresh token.')
  const now = ctx.steady.now()
  const { grant, accessToken } = grantFrom(
    ctx,
    {
      lease: { generation: 0 },
      row: { id: accountId, initialised_at: now },
      client: { ...client, appOnly: false },
    },
    'mail',
    { ...answer, unanswered: false },
    token,
    { inUse: true, wanted: false },
  )
  const generation = await tables.tokenGrants.begin(accountId, {
    ...grant,
    state: 'active',
    state_reason: null,
    state_at: now,
    initialised_at: now,
    initialised_by: who.by,
    initialised_as: who.as,
    subject: who.subject,
    granted_scopes: who.grantedScopes.join(' '),
    previous_refresh_token: null,
    refresh_issued_at: now,
  })
  if (generation === null) return // the account was deleted meanwhile
  await tables.tokenGrants.deleteAccessTokens(accountId)
  if (accessToken) await tables.tokenGrants.setAccessToken({ ...accessToken, generation })
}
