/**
 * Table identity, as far as people are asked about: who is due, who asks, and what came of it for
 * many at once. Whoever asks has claimed them by compare-and-set, for as long as an answer can take.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { SECOND, type Clock } from '#base/clock.ts'
import type { Lease, LeaseTerms } from '#domain/identity-lease.ts'
import type { Database, IdentityRow } from './schema.ts'

export type Claimed = IdentityRow & {
  /** Somebody asked before, and nobody knows what was answered. */
  readonly doubted: boolean
  /** The person has something that ends with them: an application password, or a browser session. */
  readonly inUse: boolean
}
const FREE = { checker: null, checking_until: 0 } as const
/** Far below what a statement can carry on either database. */
const AT_ONCE = 500

/**
 * @param clock null: the database is the one clock of claims, because nodes' clocks may differ;
 *   otherwise all processes are on one machine and have its clock
 */
export function identityChecks(db: Kysely<Database>, clock: Clock | null) {
  const nowSql = (): RawBuilder<number> =>
    clock
      ? sql<number>`${clock.now()}`
      : sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

  const due = (providerId: string, now: number) =>
    db
      .selectFrom('identity')
      .where('provider_id', '=', providerId)
      .where('next_check_at', '<=', now)
      .where('checking_until', '<', nowSql())

  const inUse = (now: number) =>
    sql<number>`case when exists (
        select 1 from app_password p where p.user_id = identity.user_id
          and p.revoked_at is null and p.expires_at > ${now})
      or exists (
        select 1 from session s where s.user_id = identity.user_id and s.expires_at > ${now})
      then 1 else 0 end`.as('in_use')

  const mine = (ids: readonly string[], checker: string) =>
    db.updateTable('identity').where('id', 'in', ids).where('checker', '=', checker)

  return {
    /** Those due longest. Nobody else gets them for `forMs`, unless they are given back. */
    async claim(
      providerId: string,
      { now, checker, forMs, most }: { now: number; checker: string; forMs: number; most: number },
    ): Promise<Claimed[]> {
      const seen = await due(providerId, now)
        .selectAll('identity')
        .select(inUse(now))
        .orderBy('next_check_at')
        .orderBy('id')
        .limit(most)
        .execute()
      if (seen.length === 0) return []
      const still = due(providerId, now)
        .select('id')
        .where(
          'id',
          'in',
          seen.map(({ id }) => id),
        )
        // Two nodes that see the same rows must not wait for each other in a circle.
        .$if(clock === null, (q) => q.orderBy('id').forUpdate().skipLocked())
      const taken = await db
        .updateTable('identity')
        .set({ checker, checking_until: sql<number>`${nowSql()} + ${forMs}` })
        .where('id', 'in', still)
        .returning('id')
        .execute()
      const ids = new Set(taken.map(({ id }) => id))
      return seen
        .filter(({ id }) => ids.has(id))
        .map(({ in_use, ...row }) => ({
          ...row,
          doubted: row.checker !== null,
          inUse: in_use === 1,
        }))
    },

    /** All of these are there: one statement, for who is alive already. */
    async confirm(ids: readonly string[], checker: string, lease: Lease): Promise<void> {
      if (ids.length === 0) return
      await mine(ids, checker)
        .where('state', '=', 'alive')
        .set({ ...lease, ...FREE })
        .execute()
    },

    /**
     * Nothing is known of these; they are asked about again then. null: not any more.
     * @param doubt what was asked with may be spent: whoever asks next is told
     */
    async release(
      ids: readonly string[],
      checker: string,
      nextCheckAt: number | null,
      { doubt = false }: { doubt?: boolean } = {},
    ): Promise<void> {
      if (ids.length === 0) return
      const free = doubt ? { checking_until: 0 } : FREE
      await mine(ids, checker)
        .set({ next_check_at: nextCheckAt, ...free })
        .execute()
    },

    /**
     * What came of one: a new refresh token before anybody uses it, a state.
     * @param asked when it was due as the question began. Who was asked for anew since then (the
     *   person signed out at the provider) stays due: the answer may be from before
     * @returns false when the person signed in meanwhile, or somebody else asks
     */
    async settle(
      id: string,
      checker: string,
      change: Partial<Omit<IdentityRow, 'id'>>,
      asked?: number | null,
    ): Promise<boolean> {
      const { next_check_at: next } = change
      const due =
        asked === undefined || asked === null || next === undefined
          ? {}
          : {
              next_check_at: sql<number | null>`case
                when next_check_at <> ${asked} then next_check_at else ${next} end`,
            }
      const result = await mine([id], checker)
        .set({ ...change, ...due })
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /**
     * Interval or grace time of a provider are others: what was last known is good for as long as
     * they say, and nobody is asked about later than that.
     */
    async newTerms(
      providerId: string,
      now: number,
      { intervalS, graceS }: LeaseTerms,
    ): Promise<void> {
      const [interval, grace] = [intervalS * SECOND, graceS * SECOND]
      await db
        .updateTable('identity')
        .set({
          alive_until: sql<number>`alive_at + ${grace}
            + case when next_check_at is null then 0 else ${interval} end`,
          next_check_at: sql<number | null>`case
            when next_check_at > ${now + interval} then ${now + interval} else next_check_at end`,
        })
        .where('provider_id', '=', providerId)
        .execute()
    },

    /**
     * Who would be asked about later than anybody is was confirmed by a clock that was far ahead: due
     * now, and what was known is good for no longer than if it were known from now.
     * @param slackMs later than the interval, and still not by a wrong clock
     */
    async clockWentBack(
      providerId: string,
      now: number,
      { intervalS, graceS }: LeaseTerms,
      slackMs: number,
    ): Promise<void> {
      const most = now + intervalS * SECOND
      const ahead = await db
        .selectFrom('identity')
        .select('id')
        .where('provider_id', '=', providerId)
        .where('next_check_at', '>', most + slackMs)
        .execute()
      for (let at = 0; at < ahead.length; at += AT_ONCE)
        await db
          .updateTable('identity')
          .set({
            next_check_at: now,
            alive_at: sql<number>`case when alive_at > ${now} then ${now} else alive_at end`,
            alive_until: sql<number>`case when alive_until > ${most + graceS * SECOND}
              then ${most + graceS * SECOND} else alive_until end`,
          })
          .where(
            'id',
            'in',
            ahead.slice(at, at + AT_ONCE).map(({ id }) => id),
          )
          // Not who was confirmed meanwhile.
          .where('next_check_at', '>', most + slackMs)
          .execute()
    },

    /** It is known in another way from now on: whoever can be asked about is due. */
    async askAnew(providerId: string, now: number): Promise<void> {
      await db
        .updateTable('identity')
        .set({ next_check_at: now })
        .where('provider_id', '=', providerId)
        .where('state', '=', 'alive')
        .where((e) =>
          e.or([
            e('refresh_token', 'is not', null),
            e('account_id', 'is not', null),
            e('scim', 'is not', null),
          ]),
        )
        .execute()
    },

    /** After a restore: any token may have been spent since, and all are asked about anew. */
    async doubtAll(): Promise<void> {
      await db
        .updateTable('identity')
        .set({ checker: 'restored', checking_until: 0 })
        .where('refresh_token', 'is not', null)
        .execute()
    },

    /**
     * SCIM has spoken at that time and has said nothing against those who are alive: they are.
     * @returns how many
     */
    async confirmByScim(providerId: string, now: number, lease: Lease): Promise<number> {
      const result = await db
        .updateTable('identity')
        .set(lease)
        .where('provider_id', '=', providerId)
        .where('next_check_at', '<=', now)
        .where('state', '=', 'alive')
        .where('scim', 'is not', null)
        .where('scim_deleted_at', 'is', null)
        .where('alive_at', '<', lease.alive_at)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },

    /** Those whose provider says nothing are looked at again then. */
    async postpone(providerId: string, now: number, nextCheckAt: number): Promise<void> {
      await db
        .updateTable('identity')
        .set({ next_check_at: nextCheckAt })
        .where('provider_id', '=', providerId)
        .where('next_check_at', '<=', now)
        .execute()
    },

    /** The end of the first lease of a provider's people that has not ended. */
    async firstEnd(providerId: string, now: number): Promise<number | null> {
      const row = await db
        .selectFrom('identity')
        .select((e) => e.fn.min<number | null>('alive_until').as('at'))
        .where('provider_id', '=', providerId)
        .where('state', '=', 'alive')
        .where('alive_until', '>', now)
        .executeTakeFirst()
      return row?.at ?? null
    },
  }
}
