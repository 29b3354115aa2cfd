/**
 * Asking by the refresh token that the person's sign-in left for this purpose.
 *
 * A provider may give a new token with each answer and take the old one no more. So the claim stands
 * in the store before the question; the new token is stored before anything else is done, and the one
 * before is kept until the new one has worked. Where an answer was lost, a refusal says nothing about
 * the person: the token may only be spent.
 */
import { setTimeout } from 'node:timers/promises'
import type { Secret } from '#base/secret.ts'
import type { Claimed } from '#store/identity-checks.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import { askProvider, type ProviderAnswer } from '#vault/ask-provider.ts'
import type { OAuthClient } from '#vault/client.ts'
import { diagnose } from '#vault/diagnosis.ts'
import { REFRESH_LIMITS } from '#vault/refresh-limits.ts'
import { isSamePerson } from '#vault/same-person.ts'
import { tokenRequest } from '#vault/token-endpoint.ts'
import {
  identityPreviousRefreshTokenPlace,
  identityRefreshTokenPlace,
} from '#vault/token-places.ts'
import type { Asking } from './needs.ts'
import { freshLease, nothingToAsk, settle, undisturbed } from './settle.ts'
import { verdictOf, type Verdict } from './verdict.ts'

/** @returns what was learned, as it was settled */
export async function askByToken(
  needs: Asking,
  provider: IdentityProviderRow,
  client: OAuthClient,
  row: Claimed,
): Promise<Verdict> {
  if (row.refresh_token === null) return await gone(needs, provider, row)
  const current = needs.sealer.open(row.refresh_token, identityRefreshTokenPlace(row.id))
  let used = current
  let answer = await ask(needs, client, row, used)
  if (isRefused(answer)) {
    used = second(needs, client, row) ?? current
    answer = await ask(needs, client, row, used)
  }
  if (!answer.ok && answer.refreshToken === null)
    return await refused(needs, provider, client, row, answer)
  const tokens = sealed(needs, row, answer.refreshToken, used)
  if (answer.ok && isSamePerson(client, row, answer.idToken)) {
    const alive = row.state === 'alive'
    const lease = alive ? { ...freshLease(needs, provider), checker: null, checking_until: 0 } : {}
    if (!(await keep(needs, row, { ...tokens, ...lease }))) return OVERTAKEN
    if (!alive) await settle(needs, provider, row, { is: 'alive' })
    return { is: 'alive' }
  }
  if (!(await keep(needs, row, tokens))) return OVERTAKEN
  if (!answer.ok) return await refused(needs, provider, client, row, answer)
  needs.log.error('liveness.other_person', { identity: row.id, provider: provider.name })
  const verdict = { is: 'unclear', why: 'other_person' } as const
  await settle(needs, provider, row, verdict)
  return verdict
}

const OVERTAKEN: Verdict = { is: 'unclear', why: 'overtaken' }

/** It says that the token is no good, and nothing of how the account stands: that is asked twice. */
const isRefused = (answer: ProviderAnswer): boolean =>
  !answer.ok && answer.refreshToken === null && isOfGrant(verdictOf(diagnose(answer.answer)))

const isOfGrant = (verdict: Verdict): boolean =>
  verdict.is === 'dead' && verdict.reason === 'refused'

/** The token before the current one, where showing it once more does no harm. */
function second(
  { sealer }: Pick<Asking, 'sealer'>,
  { tokenClass }: Pick<OAuthClient, 'tokenClass'>,
  { id, previous_refresh_token: previous }: Claimed,
): Secret | null {
  const harmless = tokenClass === 'stays_valid' || tokenClass === 'grace'
  return previous !== null && harmless
    ? sealer.open(previous, identityPreviousRefreshTokenPlace(id))
    : null
}

async function ask(
  needs: Asking,
  client: OAuthClient,
  row: Claimed,
  token: Secret,
): Promise<ProviderAnswer> {
  // Without scopes: those of the sign-in (RFC 6749 §6).
  const form = { grant_type: 'refresh_token', refresh_token: token }
  const about = { ...needs, limits: REFRESH_LIMITS, reach: () => {} }
  return await askProvider(about, row.id, tokenRequest(client, form, needs))
}

type Tokens = Pick<IdentityRow, 'refresh_token'> &
  Partial<Pick<IdentityRow, 'previous_refresh_token'>>

function sealed(
  { sealer }: Pick<Asking, 'sealer'>,
  { id }: Claimed,
  fresh: Secret | null,
  used: Secret,
): Tokens {
  if (fresh === null || fresh.equals(used))
    return { refresh_token: sealer.seal(used, identityRefreshTokenPlace(id)) }
  return {
    refresh_token: sealer.seal(fresh, identityRefreshTokenPlace(id)),
    previous_refresh_token: sealer.seal(used, identityPreviousRefreshTokenPlace(id)),
  }
}

/**
 * Tried for a while; after that only the doubt is left, and it stands in the store already.
 * @returns false when the person signed in meanwhile
 */
async function keep(
  { store, checker, limits }: Asking,
  { id }: Claimed,
  change: Partial<IdentityRow>,
): Promise<boolean> {
  const until = performance.now() + limits.storeMs
  for (let pause = 20; ; pause = Math.min(1000, 2 * pause)) {
    try {
      return await store.tables.identityChecks.settle(id, checker, change)
    } catch (cause) {
      if (performance.now() > until) throw cause
      await setTimeout(pause)
    }
  }
}

async function refused(
  needs: Asking,
  provider: IdentityProviderRow,
  client: OAuthClient,
  row: Claimed,
  { answer, unanswered }: Extract<ProviderAnswer, { ok: false }> & ProviderAnswer,
): Promise<Verdict> {
  const verdict = verdictOf(diagnose(answer))
  const rotates = client.tokenClass === 'strict' || client.tokenClass === 'grace'
  const ends = verdict.is === 'password_changed' || isOfGrant(verdict)
  if (ends && row.doubted && rotates) return await gone(needs, provider, row)
  await settle(needs, provider, row, verdict, { doubt: row.doubted || unanswered })
  return verdict
}

/** There is no token any more that could be asked with. */
async function gone(needs: Asking, provider: IdentityProviderRow, row: Claimed): Promise<Verdict> {
  needs.log.warn('liveness.token_lost', { identity: row.id, provider: provider.name })
  await undisturbed(needs, async (tables) => await nothingToAsk(needs, tables, provider, row))
  return { is: 'unclear', why: 'possibly_lost' }
}
