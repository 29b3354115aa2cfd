/**
 * An answer is stored before anybody uses it: in the database, or else on the disk until it is.
 */
import { setTimeout } from 'node:timers/promises'
import { stateAfter, type AccountState } from '#domain/mail-account.ts'
import type { MailAccountRow } from '#store/schema.ts'
import { moveState, Overtaken, untilNotOvertaken } from './account-events.ts'
import type { KeptAnswer } from './kept-answer.ts'
import type { RefreshContext, RefreshTables } from './refresh-needs.ts'

/** `overtaken`: the answer of a later lease is stored already. `gone`: the account was deleted. */
export type Keeping = 'stored' | 'overtaken' | 'gone'

/**
 * Tries for ever. What the database does not take at once goes to the disk as well, and is stored
 * from there when the process ends before it could.
 * @param known the account as it was when its lease was taken
 * @param atOnce whether it goes to the disk before the database is asked: a second answer cannot be
 *   had from a provider that takes each refresh token once
 */
export async function keepAnswer(
  ctx: RefreshContext,
  kept: KeptAnswer,
  known: MailAccountRow,
  atOnce: boolean,
): Promise<Keeping> {
  const { accountId } = kept.lease
  ctx.recent.set(accountId, { kept, at: ctx.steady.now() })
  let spooling: Promise<string | null> | null = null
  const toDisk = (): Promise<string | null> => (spooling ??= spooled(ctx, kept))
  const later = globalThis.setTimeout(() => void toDisk(), ctx.limits.spoolAfterMs)
  try {
    if (atOnce) await toDisk()
    const done = await untilStored(ctx, kept, known, toDisk)
    const name = await (spooling as Promise<string | null> | null)
    if (name !== null) await ctx.spool.remove(name).catch(() => {}) // it is stored, twice is no harm
    return done
  } finally {
    clearTimeout(later)
  }
}

async function untilStored(
  ctx: RefreshContext,
  kept: KeptAnswer,
  known: MailAccountRow,
  toDisk: () => Promise<string | null>,
): Promise<Keeping> {
  const { accountId } = kept.lease
  for (let tries = 0; ; tries++) {
    try {
      await ctx.reach('store', accountId)
      const done = await storeAnswer(ctx, kept, known)
      await ctx.reach('stored', accountId)
      return done
    } catch (cause) {
      if (tries === 0) ctx.log.warn('refresh.store_waits', { account: known.identifier, cause })
      await toDisk()
      if (ctx.closed.aborted) throw cause // the next process takes it from the disk
      await setTimeout(Math.min(ctx.limits.storeRetryMs, 20 * 2 ** Math.min(tries, 10)))
    }
  }
}

/** A full disk must not keep the answer from the database. */
async function spooled(ctx: RefreshContext, kept: KeptAnswer): Promise<string | null> {
  const { accountId } = kept.lease
  try {
    await ctx.reach('spool', accountId)
    const name = await ctx.spool.add(kept)
    await ctx.reach('spooled', accountId)
    return name
  } catch (cause) {
    ctx.log.error('refresh.spool_failed', { accountId, cause })
    return null
  }
}

/** @throws Problem `unavailable` when the database does not answer; it may have stored it even so */
export async function storeAnswer(
  ctx: RefreshContext,
  kept: KeptAnswer,
  known: MailAccountRow | null,
): Promise<Keeping> {
  return await untilNotOvertaken(ctx.store, async (tables) =>
    known !== null && isWell(known) && kept.trouble === null
      ? await storeQuietly(tables, kept)
      : await storeWithState(tables, kept),
  )
}

const isWell = ({ state, state_reason, doubted_at }: MailAccountRow): boolean =>
  state === 'active' && state_reason === null && doubted_at === null

async function storeQuietly(tables: RefreshTables, kept: KeptAnswer): Promise<Keeping> {
  const { accountId, generation } = kept.lease
  const stored = await tables.tokenGrants.store(kept.lease, kept.grant)
  if (stored) {
    if (kept.accessToken) await tables.tokenGrants.setAccessToken(kept.accessToken)
    return 'stored'
  }
  const row = await tables.mailAccounts.find(accountId)
  if (!row) return 'gone'
  // An earlier try whose outcome nobody heard.
  return row.granted === generation ? 'stored' : 'overtaken'
}

/** The state changes with it, which is written down first. */
async function storeWithState(tables: RefreshTables, kept: KeptAnswer): Promise<Keeping> {
  const { accountId, generation } = kept.lease
  const row = await tables.mailAccounts.find(accountId)
  if (!row) return 'gone'
  if (row.granted >= generation) return row.granted === generation ? 'stored' : 'overtaken'
  const to = stateWith(row, kept)
  const reason = to === 'active' ? null : (kept.trouble ?? row.state_reason)
  if (to !== row.state || reason !== row.state_reason)
    await moveState(tables, row, to, reason, kept.grant.last_refresh_at ?? row.state_at)
  const done = await storeQuietly(tables, kept)
  if (done === 'overtaken') throw new Overtaken() // and the state is not changed either
  return done
}

/** An application that acts for itself has nothing to initialise: its first token makes it active. */
function stateWith(row: MailAccountRow, kept: KeptAnswer): AccountState {
  const state = row.state as AccountState
  if (kept.trouble !== null)
    return stateAfter(state, { kind: 'passing', reason: kept.trouble, retryAfterMs: null })
  if (state === 'new' && kept.grant.refresh_token === undefined) return 'active'
  return stateAfter(state, { kind: 'refreshed' })
}
