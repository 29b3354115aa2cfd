/**
 * The tokens of mail accounts: written by compare-and-set under a lease, never in the dark.
 *
 * A lease says who may ask the provider, and until when. Each lease has a higher generation than the
 * one before; of two answers the one with the higher generation stays, in whichever order they are
 * stored. An intent is on record before the provider is asked, so that after a crash it is known
 * what may be spent.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { accessTokens } from './access-tokens.ts'
import type { Database, MailAccountRow } from './schema.ts'

/** What a refresh, or Init. Token, stores. Sealed by the caller. */
export type Grant = Pick<
  MailAccountRow,
  | 'refresh_token'
  | 'previous_refresh_token'
  | 'refresh_issued_at'
  | 'refresh_expires_at'
  | 'refresh_expiry_given'
  | 'last_refresh_at'
  | 'next_refresh_at'
>
export type Lease = {
  readonly accountId: string
  readonly owner: string
  readonly generation: number
}
const NO_LEASE = { lease_owner: null, lease_until: 0, intent_at: null } as const

/**
 * @param clock null: the database is the one clock of leases, because nodes' clocks may differ;
 *   otherwise all processes are on one machine and have its clock
 */
export function tokenGrants(db: Kysely<Database>, clock: Clock | null) {
  const nowSql = (): RawBuilder<number> =>
    clock
      ? sql<number>`${clock.now()}`
      : sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`
  return {
    ...accessTokens(db),

    /** The time that leases and tokens are measured by, on all nodes. */
    async now(): Promise<number> {
      if (clock) return clock.now()
      const { rows } = await sql<{ now: number }>`select ${nowSql()} as now`.execute(db)
      return rows[0]!.now
    },

    /**
     * Takes the lease, and puts the intent on record, in one statement: if nobody has taken it since
     * `seen` was read, and it is free, over, this owner's own, or that of `dead`, a process which is
     * known to have ended.
     * @returns the account as it was taken, `generation` being that of the lease; null: somebody
     *   else was quicker
     */
    async take(
      accountId: string,
      seen: Pick<MailAccountRow, 'generation'>,
      owner: string,
      leaseMs: number,
      dead: string | null = null,
    ): Promise<MailAccountRow | null> {
      const row = await db
        .updateTable('mail_account')
        .set((e) => ({
          generation: e('generation', '+', 1),
          lease_owner: owner,
          lease_until: sql<number>`${nowSql()} + ${leaseMs}`,
          intent_at: nowSql(),
        }))
        .where('id', '=', accountId)
        .where('generation', '=', seen.generation)
        .where((e) =>
          e.or([
            e('lease_owner', 'is', null),
            e('lease_owner', 'in', dead === null ? [owner] : [owner, dead]),
            e('lease_until', '<=', nowSql()),
          ]),
        )
        .returningAll()
        .executeTakeFirst()
      return row ?? null
    },

    /**
     * Stores what the provider gave, unless the answer of a later lease is stored already. Ends the
     * lease, if it is still this one.
     */
    async store({ accountId, generation }: Lease, grant: Partial<Grant>): Promise<boolean> {
      const mine = sql<boolean>`generation = ${generation}`
      const result = await db
        .updateTable('mail_account')
        .set({
          ...grant,
          granted: generation,
          lease_owner: sql`case when ${mine} then null else lease_owner end`,
          lease_until: sql`case when ${mine} then 0 else lease_until end`,
          intent_at: sql`case when ${mine} then null else intent_at end`,
          doubted_at: null,
          definite_at: null,
          failures: 0,
        })
        .where('id', '=', accountId)
        .where('granted', '<', generation)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** Gives the lease back without a grant: nothing was spent, or the provider said no. */
    async release(
      { accountId, owner, generation }: Lease,
      change: Partial<MailAccountRow>,
    ): Promise<boolean> {
      const result = await db
        .updateTable('mail_account')
        .set({ ...change, ...NO_LEASE })
        .where('id', '=', accountId)
        .where('lease_owner', '=', owner)
        .where('generation', '=', generation)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /**
     * What a person's Init. Token brought replaces everything, also what is asked for at this moment.
     * @returns the generation that it has; null: the account is gone
     */
    async begin(accountId: string, change: Partial<MailAccountRow>): Promise<number | null> {
      const row = await db
        .updateTable('mail_account')
        .set((e) => ({
          ...change,
          ...NO_LEASE,
          generation: e('generation', '+', 1),
          granted: e('generation', '+', 1),
          doubted_at: null,
          definite_at: null,
          failures: 0,
        }))
        .where('id', '=', accountId)
        .returning('generation')
        .executeTakeFirst()
      return row?.generation ?? null
    },

    /**
     * A person ended the tokens: Init. Token has to be run. Whoever asks the provider at this moment
     * has lost, because the generation moved on.
     */
    async end(accountId: string, now: number): Promise<void> {
      await db
        .updateTable('mail_account')
        .set((e) => ({
          refresh_token: null,
          previous_refresh_token: null,
          refresh_issued_at: null,
          refresh_expires_at: null,
          refresh_expiry_given: 0,
          initialised_at: null,
          initialised_by: null,
          initialised_as: null,
          subject: null,
          granted_scopes: '',
          generation: e('generation', '+', 1),
          granted: e('generation', '+', 1),
          lease_owner: null,
          lease_until: 0,
          intent_at: null,
          doubted_at: null,
          definite_at: null,
          next_refresh_at: null,
          failures: 0,
          state: 'new',
          state_reason: null,
          state_at: now,
        }))
        .where('id', '=', accountId)
        .execute()
      await db.deleteFrom('access_token').where('account_id', '=', accountId).execute()
    },

    /** Accounts of an application that could not be refreshed are tried again at once. */
    async dueAgain(applicationId: string, now: number): Promise<void> {
      await db
        .updateTable('mail_account')
        .set({ next_refresh_at: now, failures: 0 })
        .where('application_id', '=', applicationId)
        .where('state', '=', 'degraded')
        .execute()
    },

    /** Leases of a node's earlier processes: what they may have asked for when they were stopped. */
    async leasesOf(node: string, current: string): Promise<MailAccountRow[]> {
      return await db
        .selectFrom('mail_account')
        .selectAll()
        .where('lease_owner', 'like', `${node}.%`)
        .where('lease_owner', '<>', current)
        .execute()
    },

    /**
     * Accounts whose refresh is due, of applications that may be asked, the longest due first. One
     * that was refreshed in the future was written by a wrong clock, and is due too.
     */
    async due(now: number, future: number, most: number): Promise<MailAccountRow[]> {
      return await db
        .selectFrom('mail_account')
        .innerJoin('oauth_application', 'oauth_application.id', 'mail_account.application_id')
        .selectAll('mail_account')
        .where('state', 'in', ['active', 'degraded'])
        .where((e) => e.or([e('next_refresh_at', '<=', now), e('last_refresh_at', '>', future)]))
        .where('oauth_application.closed_until', '<=', now)
        .where('lease_until', '<=', now)
        .orderBy('next_refresh_at')
        .limit(most)
        .execute()
    },
  }
}
