/**
 * Leases: who may ask the provider for an account. Taken by compare-and-set, never held as a
 * transaction, never renewed: whoever is too late does not ask.
 */
import type { MailAccountRow } from '#store/schema.ts'
import type { Lease } from '#store/token-grants.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import type { RefreshContext } from './refresh-needs.ts'

export type Taken = {
  readonly lease: Lease
  readonly row: MailAccountRow
  /** In the time of this process. */
  readonly takenAt: number
  /** An earlier lease ended without a word: its request may have been answered. */
  readonly unanswered: boolean
}

/**
 * @param seen the account as it was read before
 * @param dead a process that is known to have ended
 * @returns null when another process has it, or may have it
 */
export async function takeLease(
  ctx: RefreshContext,
  seen: MailAccountRow,
  tokenClass: TokenClass,
  hasFresh: boolean,
  dead: string | null,
): Promise<Taken | null> {
  const theirs =
    seen.lease_owner !== null && seen.lease_owner !== ctx.name.owner && seen.lease_owner !== dead
  if (theirs && !isOver(ctx, seen, tokenClass, hasFresh)) return null
  await ctx.reach('claim', seen.id)
  const takenAt = ctx.steady.now()
  const row = await ctx.store.tables.tokenGrants.take(
    seen.id,
    seen,
    ctx.name.owner,
    ctx.limits.leaseMs,
    dead,
  )
  if (!row) return null
  ctx.seenOver.delete(seen.id)
  const { owner } = ctx.name
  return {
    lease: { accountId: row.id, owner, generation: row.generation },
    row,
    takenAt,
    // A lease of this very process that is still there was never used: its taking was not heard of.
    unanswered:
      seen.intent_at !== null && seen.lease_owner !== owner && row.granted === seen.granted,
  }
}

/**
 * Whether somebody else's lease may be taken. The one who has it may hold an answer that no database
 * took while there was none: so the lease has to be seen over for a while in which there was one.
 * With a provider that takes each token once, the token in hand is used up first, because asking
 * again is the end of the grant if the holder only stands still.
 */
function isOver(
  ctx: RefreshContext,
  seen: MailAccountRow,
  tokenClass: TokenClass,
  hasFresh: boolean,
): boolean {
  const now = ctx.steady.now()
  if (seen.lease_until > now) {
    ctx.seenOver.delete(seen.id)
    return false
  }
  const first = ctx.seenOver.get(seen.id)
  if (first?.generation !== seen.generation) {
    ctx.seenOver.set(seen.id, { generation: seen.generation, since: now })
    return false
  }
  if (now - first.since < ctx.limits.patienceMs) return false
  const age = now - (seen.intent_at ?? 0)
  return !(tokenClass === 'strict' && hasFresh && age < ctx.limits.strictPatienceMs)
}
