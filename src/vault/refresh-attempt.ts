/**
 * One refresh of one account for one resource, from the look at the account to the stored token.
 *
 *   look → lease and intent, in one commit → ask → store → (only then) hand out
 *
 * docs/decisions has the protocol with its reasons.
 */
import { SECOND, SKEW } from '#base/clock.ts'
import type { RefreshOutcome, Resource } from '#domain/mail-account.ts'
import type { Secret } from '#base/secret.ts'
import type { AccessTokenRow, MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import {
  alarmApplication,
  applicationWorks,
  chance,
  countFailure,
  mayAsk,
} from './application-breaker.ts'
import { askProvider, isTooLate, refreshRequest, type ProviderAnswer } from './ask-provider.ts'
import type { OAuthClient } from './client.ts'
import { diagnose, diagnosis, reasonOf, type Diagnosis } from './diagnosis.ts'
import { giveBack, markDoubt, settleFailure, type Asked } from './failed-refresh.ts'
import { lostScopes } from './granted-scopes.ts'
import { keepAnswer } from './keep-answer.ts'
import type { KeptAnswer } from './kept-answer.ts'
import { takeLease, type Taken } from './lease.ts'
import { OutboundError } from './outbound.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { grantFrom } from './token-grant.ts'
import { isSamePerson } from './same-person.ts'
import { previousRefreshTokenPlace, refreshTokenPlace } from './token-places.ts'
import { handedOutUntil, isEarly } from './token-times.ts'

/**
 * wanted: somebody waits for a token. due: its time has come. person: an administrator asked.
 * recovery: an earlier process of this node (`dead`) was stopped in the middle.
 */
export type Why =
  | { readonly why: 'wanted' | 'due' | 'person' }
  | { readonly why: 'recovery'; readonly dead: string }

export type Attempt =
  | { readonly kind: 'refreshed'; readonly token: Secret; readonly row: AccessTokenRow }
  /** Nothing to do: a token that is fresh enough is stored. */
  | { readonly kind: 'fresh' }
  /** Another node asks, or was quicker. */
  | { readonly kind: 'elsewhere' }
  /** The account is gone, or in a state in which nothing is asked. */
  | { readonly kind: 'not_now'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'failed'; readonly outcome: RefreshOutcome }

export async function attempt(
  ctx: RefreshContext,
  accountId: string,
  resource: Resource,
  how: Why,
): Promise<Attempt> {
  const { tables } = ctx.store
  await ctx.reach('begin', accountId)
  const seen = await tables.mailAccounts.find(accountId)
  const application = seen && (await tables.oauthApplications.find(seen.application_id))
  if (!seen || !application) return { kind: 'not_now', reason: 'gone', retryAfterMs: null }
  const tokens = await tables.tokenGrants.accessTokensOf(accountId)
  const early = judge(ctx, seen, application, tokens, resource, how)
  if (early) return early
  const forced = how.why === 'person'
  const now = ctx.steady.now()
  if (!(await mayAsk(ctx, application, now, ctx.limits, forced))) {
    const reason = application.alarm ?? 'application_paused'
    return { kind: 'not_now', reason, retryAfterMs: application.closed_until - now }
  }
  const client = await clientFor(ctx, seen, application)
  if ('kind' in client) return client
  const held = tokens.find((one) => one.resource === resource)
  const hasFresh = held !== undefined && handedOutUntil(held, now, ctx.limits) > now
  const dead = how.why === 'recovery' ? how.dead : null
  const taken = await takeLease(ctx, seen, client.tokenClass, hasFresh, dead)
  if (!taken) return { kind: 'elsewhere' }
  const asked: Asked = { lease: taken.lease, row: taken.row, application, client, hasFresh }
  const inUse = how.why === 'wanted' || tokens.some((one) => one.used_at !== null)
  const asking = await prepare(ctx, asked, resource, taken).catch(async (thrown: unknown) => {
    // A sealed value that does not open, or no database any more. Nothing was asked.
    await giveBack(ctx, asked, { next_refresh_at: ctx.steady.now() + ctx.limits.maxBackOffMs })
    throw thrown
  })
  // From here on nothing is given back unless it is known what came of it.
  if ('kind' in asking) return asking
  return await ask(ctx, resource, asking, {
    inUse,
    wanted: how.why === 'wanted',
  })
}

type Asking = {
  readonly asked: Asked
  readonly token: Secret | null
  readonly request: Request
  readonly takenAt: number
}

/** All that can go wrong before the provider is asked. */
async function prepare(
  ctx: RefreshContext,
  asked: Asked,
  resource: Resource,
  { unanswered, takenAt }: Taken,
): Promise<Asking | Attempt> {
  const { client, row } = asked
  await ctx.reach('claimed', row.id)
  const remembered = await restoreForgotten(ctx, asked)
  if (remembered) return remembered
  const doubted = unanswered && client.tokenClass === 'strict' && !client.appOnly
  const now = doubted ? await markDoubt(ctx, asked) : asked
  const token =
    row.refresh_token === null || client.appOnly
      ? null
      : ctx.sealer.open(row.refresh_token, refreshTokenPlace(row.id))
  const request = refreshRequest(ctx, client, resource, token)
  await ctx.reach('ask', row.id)
  if (!isTooLate(ctx, takenAt)) return { asked: now, token, request, takenAt }
  // This process stood still. Another may have asked meanwhile; the token could be spent.
  await giveBack(ctx, asked, {})
  return { kind: 'elsewhere' }
}

/** What needs no question to the provider. */
function judge(
  ctx: RefreshContext,
  seen: MailAccountRow,
  application: OAuthApplicationRow,
  tokens: readonly AccessTokenRow[],
  resource: Resource,
  { why }: Why,
): Attempt | null {
  const now = ctx.steady.now()
  const appOnly = application.app_only === 1
  const { state } = seen
  if (state === 'disabled' || state === 'reconsent' || (state === 'new' && !appOnly))
    return { kind: 'not_now', reason: seen.state_reason ?? state, retryAfterMs: null }
  if (seen.refresh_token === null && !appOnly)
    return { kind: 'not_now', reason: 'new', retryAfterMs: null }
  if (why === 'person' || why === 'recovery') return null
  const held = tokens.find((one) => one.resource === resource)
  const isDue = (seen.next_refresh_at ?? 0) <= now || (seen.last_refresh_at ?? 0) > now + SKEW
  if (why === 'due') return isDue ? null : { kind: 'fresh' }
  const until = held ? handedOutUntil(held, now, ctx.limits) : 0
  if (held && until > now && !isEarly(held, now, ctx.limits)) return { kind: 'fresh' }
  if (seen.failures === 0 || isDue || seen.next_refresh_at === null) return null
  return {
    kind: 'not_now',
    reason: seen.state_reason ?? 'backing_off',
    retryAfterMs: seen.next_refresh_at - now,
  }
}

/** Discovery can be needed, and fail, before anything is claimed. */
async function clientFor(
  ctx: RefreshContext,
  seen: MailAccountRow,
  application: OAuthApplicationRow,
): Promise<OAuthClient | Attempt> {
  try {
    return await ctx.clientOf(application)
  } catch (thrown) {
    const now = ctx.steady.now()
    const isOurs = thrown instanceof Error && 'code' in thrown && thrown.code === 'conflict'
    if (isOurs) {
      const reason = reasonOf(diagnose({ status: 401, error: 'invalid_client' }))
      await alarmApplication(ctx, application, reason, now, ctx.limits)
      return { kind: 'failed', outcome: { kind: 'application', reason } }
    }
    ctx.log.warn('refresh.no_client', { application: application.identifier, cause: thrown })
    const failure = thrown instanceof OutboundError ? thrown.failure : 'network'
    const reason = reasonOf(diagnose({ failure }))
    await countFailure(ctx, application, now, ctx.limits)
    const retryAfterMs = ctx.limits.backOffMs
    await ctx.store.tables.mailAccounts.update(seen.id, { next_refresh_at: now + retryAfterMs })
    return { kind: 'failed', outcome: { kind: 'passing', reason, retryAfterMs } }
  }
}

/**
 * A database that failed over to a copy which lacked the last commits has an older token than this
 * process stored. What is remembered is put back, and nobody is asked.
 */
async function restoreForgotten(ctx: RefreshContext, asked: Asked): Promise<Attempt | null> {
  const known = ctx.recent.get(asked.row.id)
  if (!known || known.kept.lease.generation <= asked.row.granted) return null
  ctx.log.error('refresh.rolled_back', { account: asked.row.identifier })
  const kept: KeptAnswer = { ...known.kept, lease: asked.lease }
  await keepAnswer(ctx, kept, asked.row, false)
  return { kind: 'fresh' }
}

async function ask(
  ctx: RefreshContext,
  resource: Resource,
  { asked, token, request, takenAt }: Asking,
  use: { inUse: boolean; wanted: boolean },
): Promise<Attempt> {
  const { client, row } = asked
  let answer = await askProvider(ctx, row.id, request)
  let used = token
  const previous = previousFor(ctx, asked, answer)
  if (previous && !isTooLate(ctx, takenAt)) {
    const again = refreshRequest(ctx, client, resource, previous)
    const second = await askProvider(ctx, row.id, again)
    if (second.ok || second.refreshToken) [answer, used] = [second, previous]
  }
  if (answer.ok && !isSamePerson(client, row, answer.idToken)) {
    // Whatever went wrong there, this mailbox is not opened with somebody else's token.
    ctx.log.error('refresh.other_person', { account: row.identifier })
    const failure = { diagnosis: diagnosis('other_person', null), unanswered: false }
    const outcome = await settleFailure(ctx, asked, failure)
    return outcome ? { kind: 'failed', outcome } : { kind: 'elsewhere' }
  }
  if (answer.ok || answer.refreshToken) return await keep(ctx, asked, resource, answer, used, use)
  const failure = { diagnosis: diagnose(answer.answer), unanswered: answer.unanswered }
  const outcome = await settleFailure(ctx, asked, failure)
  return outcome ? { kind: 'failed', outcome } : { kind: 'elsewhere' }
}

/**
 * The token before the current one: asked with once, when the current one was refused for the second
 * time by a provider for which that does no harm.
 */
function previousFor(
  ctx: RefreshContext,
  { row, client }: Asked,
  answer: ProviderAnswer,
): Secret | null {
  if (answer.ok || answer.refreshToken || row.previous_refresh_token === null) return null
  if (client.tokenClass !== 'stays_valid' && client.tokenClass !== 'grace') return null
  if (diagnose(answer.answer).kind !== 'definite') return null
  if (client.tokenClass === 'grace' && row.definite_at === null) return null
  return ctx.sealer.open(row.previous_refresh_token, previousRefreshTokenPlace(row.id))
}

async function keep(
  ctx: RefreshContext,
  asked: Asked,
  resource: Resource,
  answer: ProviderAnswer,
  used: Secret | null,
  use: { inUse: boolean; wanted: boolean },
): Promise<Attempt> {
  const { lease, row, client, application } = asked
  const failure = answer.ok ? narrower(asked, resource, answer) : diagnose(answer.answer)
  const kept: KeptAnswer = {
    lease,
    ...grantFrom(ctx, asked, resource, answer, used, use),
    trouble: failure ? reasonOf(failure) : null,
  }
  const rotates = client.tokenClass === 'strict' || client.tokenClass === 'grace'
  const done = await keepAnswer(ctx, kept, row, rotates && answer.refreshToken !== null)
  if (done === 'gone') return { kind: 'not_now', reason: 'gone', retryAfterMs: null }
  if (done === 'overtaken') return { kind: 'elsewhere' }
  if (!answer.ok || !kept.accessToken) {
    const outcome = {
      kind: 'passing',
      reason: kept.trouble ?? '',
      retryAfterMs: 30 * SECOND,
    } as const
    return { kind: 'failed', outcome }
  }
  await applicationWorks(ctx, application).catch((cause: unknown) =>
    ctx.log.warn('refresh.application_not_noted', { cause }),
  )
  return { kind: 'refreshed', token: answer.accessToken, row: kept.accessToken }
}

/** Tokens that open less than before are stored and used; the account says what they lack. */
function narrower(
  { client, row }: Asked,
  resource: Resource,
  { scopes }: Extract<ProviderAnswer, { ok: true }>,
): Pick<Diagnosis, 'cause' | 'code'> | null {
  const lost = client.appOnly ? [] : lostScopes(client, resource, row.granted_scopes, scopes)
  return lost.length === 0 ? null : { cause: 'scopes_missing', code: lost.join(' ') }
}

export { chance }
