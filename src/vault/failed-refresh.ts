/**
 * What follows when a refresh brought no token: whom it concerns, and when it is tried again.
 *
 * Nothing here removes a token. A definite no counts only when it came twice, some time apart, and
 * nobody stored a newer token meanwhile.
 */
import { setTimeout } from 'node:timers/promises'
import { stateAfter, type AccountState, type RefreshOutcome } from '#domain/mail-account.ts'
import type { MailAccountRow, OAuthApplicationRow } from '#store/schema.ts'
import type { Lease } from '#store/token-grants.ts'
import { moveState, Overtaken, tellOfAccount, untilNotOvertaken } from './account-events.ts'
import { alarmApplication, applicationWorks, chance, countFailure } from './application-breaker.ts'
import type { OAuthClient } from './client.ts'
import { reasonOf, type Diagnosis } from './diagnosis.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { backOff } from './token-times.ts'

/** Stored as reason while an answer may be lost. */
export const POSSIBLY_LOST = 'possibly_lost'

export type Failure = {
  readonly diagnosis: Diagnosis
  /** The provider may have done it all the same; the answer is lost. */
  readonly unanswered: boolean
}

export type Asked = {
  readonly lease: Lease
  /** As it was when the lease was taken. */
  readonly row: MailAccountRow
  readonly application: OAuthApplicationRow
  readonly client: OAuthClient
  /** An access token that can still be handed out. */
  readonly hasFresh: boolean
}

/** Gives the lease back. @returns what it came to; null: somebody stored a token meanwhile */
export async function settleFailure(
  ctx: RefreshContext,
  asked: Asked,
  failure: Failure,
): Promise<RefreshOutcome | null> {
  const { diagnosis } = failure
  const now = ctx.steady.now()
  const reason = reasonOf(diagnosis)
  if (diagnosis.kind === 'application') {
    await persistently(ctx, () => alarmApplication(ctx, asked.application, reason, now, ctx.limits))
    await giveBack(ctx, asked, {})
    return { kind: 'application', reason }
  }
  const current = await persistently(ctx, () => ctx.store.tables.mailAccounts.find(asked.row.id))
  if (!current || current.granted !== asked.row.granted) {
    await giveBack(ctx, asked, {})
    return null
  }
  if (diagnosis.kind === 'definite') return await settleDefinite(ctx, asked, now, reason)
  await persistently(ctx, () => countFailure(ctx, asked.application, now, ctx.limits))
  const lost = failure.unanswered && asked.client.tokenClass === 'strict' && !asked.client.appOnly
  const failures = asked.row.failures + 1
  const wait = pauseAfter(ctx, asked, failures, failure)
  const degrades =
    lost ||
    !asked.hasFresh ||
    failures >= ctx.limits.failuresUntilDegraded ||
    asked.row.state !== 'active'
  const doubted = lost || asked.row.doubted_at !== null
  await giveBack(
    ctx,
    asked,
    {
      failures,
      next_refresh_at: now + wait,
      ...(lost ? { doubted_at: asked.row.doubted_at ?? now } : {}),
    },
    degrades ? { kind: 'passing', reason: doubted ? POSSIBLY_LOST : reason } : null,
    lost && asked.row.doubted_at === null,
  )
  return { kind: 'passing', reason, retryAfterMs: wait }
}

/** The provider knows the application, and says that the grant is over. */
async function settleDefinite(
  ctx: RefreshContext,
  asked: Asked,
  now: number,
  reason: string,
): Promise<RefreshOutcome> {
  await persistently(ctx, () => applicationWorks(ctx, asked.application))
  const first = asked.row.definite_at
  if (first === null || now - first < ctx.limits.confirmMs) {
    const wait = ctx.limits.confirmMs + Math.floor(ctx.limits.startJitterMs * chance(ctx))
    const change = {
      definite_at: first ?? now,
      failures: asked.row.failures + 1,
      next_refresh_at: (first ?? now) + wait,
    }
    await giveBack(ctx, asked, change, { kind: 'passing', reason })
    return { kind: 'passing', reason, retryAfterMs: wait }
  }
  const over = { failures: asked.row.failures + 1, next_refresh_at: null }
  await giveBack(ctx, asked, over, { kind: 'definite', reason })
  return { kind: 'definite', reason }
}

/**
 * Releases the lease; a change of state is written down before it, in the same transaction. Tries
 * for ever: what was learned about a token that may be spent must not be forgotten.
 */
export async function giveBack(
  ctx: RefreshContext,
  { lease, row }: Pick<Asked, 'lease' | 'row'>,
  change: Partial<MailAccountRow>,
  outcome: { kind: 'passing' | 'definite'; reason: string } | null = null,
  lost = false,
): Promise<void> {
  await ctx.reach('release', row.id)
  await persistently(ctx, async () => {
    if (!outcome) {
      await ctx.store.tables.tokenGrants.release(lease, change)
      return
    }
    await untilNotOvertaken(ctx.store, async (tables) => {
      const now = await tables.mailAccounts.find(row.id)
      // Another node has the lease: what this one learned no longer counts.
      if (now?.generation !== lease.generation || now.lease_owner !== lease.owner) return
      const state = now.state as AccountState
      const to = stateAfter(state, { ...outcome, retryAfterMs: null })
      if (to !== state || (to !== 'disabled' && now.state_reason !== outcome.reason))
        await moveState(tables, now, to, outcome.reason, ctx.steady.now())
      const released = await tables.tokenGrants.release(lease, change)
      if (!released) throw new Overtaken()
      const say = async (kind: Parameters<typeof tellOfAccount>[2]): Promise<void> =>
        await tellOfAccount(ctx, tables, kind, now, lease.generation, outcome.reason)
      if (to === 'reconsent' && state !== 'reconsent') await say('mail_account_reconsent')
      if (lost) await say('mail_account_lost')
    })
  })
  await ctx.reach('released', row.id)
}

/**
 * A strict provider was asked, and nobody knows what it answered. That is said at once, on the page,
 * in the audit and by notice, whatever the one more try comes to.
 */
export async function markDoubt(ctx: RefreshContext, asked: Asked): Promise<Asked> {
  const { lease, row } = asked
  if (row.doubted_at !== null) return asked
  const marked = await untilNotOvertaken(ctx.store, async (tables) => {
    const now = await tables.mailAccounts.find(row.id)
    if (!now) return null
    const outcome = { kind: 'passing', reason: POSSIBLY_LOST, retryAfterMs: null } as const
    const to = stateAfter(now.state as AccountState, outcome)
    const at = ctx.steady.now()
    await moveState(tables, now, to, POSSIBLY_LOST, at)
    await tables.mailAccounts.update(row.id, { doubted_at: at })
    await tellOfAccount(ctx, tables, 'mail_account_lost', now, lease.generation, POSSIBLY_LOST)
    return { state: to, state_reason: POSSIBLY_LOST, doubted_at: at }
  })
  return { ...asked, row: { ...row, ...marked } }
}

function pauseAfter(ctx: RefreshContext, asked: Asked, failures: number, failure: Failure): number {
  const { limits } = ctx
  // The window in which the spent token still works may be open now, and closed in a minute.
  const first =
    failure.unanswered && asked.client.tokenClass === 'grace' && failures <= 3
      ? limits.graceBackOffMs
      : limits.backOffMs
  const pause = backOff(failures, first, limits.maxBackOffMs, chance(ctx))
  return Math.max(pause, failure.diagnosis.retryAfterMs ?? 0)
}

/** Until the database takes it. */
async function persistently<T>({ closed }: RefreshContext, act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (thrown) {
      if (!isPassing(thrown) || closed.aborted) throw thrown
      await setTimeout(Math.min(500, 20 * 2 ** Math.min(tries, 10)))
    }
  }
}

const isPassing = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'unavailable'
