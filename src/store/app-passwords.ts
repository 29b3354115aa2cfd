/**
 * Tables app_password, app_password_network and stale_use.
 *
 * The lookup of admission is not here but in credentials.ts.
 */
import { sql, type Kysely } from 'kysely'
import type { AppPasswordRow, Database, StaleUseRow } from './schema.ts'

/** Where and with what a password was used. */
export type Use = { at: number; ip: string; gateway: string; client: string }
export type StaleUse = StaleUseRow &
  Pick<AppPasswordRow, 'name' | 'application' | 'revoked_at' | 'expires_at'>

export type StaleClient = StaleUse & { user_id: string; user_name: string }

/** Networks remembered per password; a phone that travels does not grow the table for ever. */
const MOST_NETWORKS = 50

export function appPasswords(db: Kysely<Database>) {
  const mine = (userId: string) =>
    db.selectFrom('app_password').selectAll().where('user_id', '=', userId)
  return {
    async find(userId: string, id: string): Promise<AppPasswordRow | null> {
      return (
        (await mine(userId)
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .executeTakeFirst()) ?? null
      )
    },

    async findById(id: string): Promise<AppPasswordRow | null> {
      return (
        (await db.selectFrom('app_password').selectAll().where('id', '=', id).executeTakeFirst()) ??
        null
      )
    },

    /** Not deleted, and not ended before `endedAfter`; the newest first. */
    async listOf(userId: string, endedAfter: number): Promise<AppPasswordRow[]> {
      return await mine(userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', endedAfter)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
    },

    async insert(row: AppPasswordRow): Promise<void> {
      await db.insertInto('app_password').values(row).execute()
    },

    async rename(id: string, name: string, nameKey: string): Promise<void> {
      await db
        .updateTable('app_password')
        .set({ name, name_key: nameKey })
        .where('id', '=', id)
        .execute()
    },

    /** false when it had been deleted before. */
    async revoke(id: string, at: number, by: string): Promise<boolean> {
      const result = await db
        .updateTable('app_password')
        .set({ revoked_at: at, revoked_by: by })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** All of a person that have not ended. @returns how many */
    async revokeAll(userId: string, at: number, by: string): Promise<number> {
      const result = await db
        .updateTable('app_password')
        .set({ revoked_at: at, revoked_by: by })
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },

    /** All of a person that have not ended wait for the person's word. @returns how many more */
    async freezeAll(userId: string, at: number): Promise<number> {
      const result = await db
        .updateTable('app_password')
        .set({ frozen_at: at })
        .where('user_id', '=', userId)
        .where('frozen_at', 'is', null)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },

    /** All of a person that wait work again. @returns how many */
    async thawAll(userId: string): Promise<number> {
      const result = await db
        .updateTable('app_password')
        .set({ frozen_at: null })
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('frozen_at', 'is not', null)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },

    /** Writes a use. A row that was revoked meanwhile stays as it is, and a later use is not put back. */
    async used(id: string, use: Use): Promise<void> {
      await db
        .updateTable('app_password')
        .set({
          last_used_at: use.at,
          last_ip: use.ip,
          last_gateway: use.gateway,
          last_client: use.client,
        })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .where((e) => e.or([e('last_used_at', 'is', null), e('last_used_at', '<=', use.at)]))
        .execute()
    },

    /** @returns 'first' for the first network of all, 'new' for a further one, 'known' otherwise */
    async seenNetwork(id: string, network: string, at: number): Promise<'first' | 'new' | 'known'> {
      const { n } = await db
        .selectFrom('app_password_network')
        .select(sql<number>`count(*)`.as('n'))
        .where('app_password_id', '=', id)
        .executeTakeFirstOrThrow()
      const result = await db
        .insertInto('app_password_network')
        .values({ app_password_id: id, network, first_at: at })
        .onConflict((c) => c.doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows !== 1n) return 'known'
      if (n >= MOST_NETWORKS)
        await db
          .deleteFrom('app_password_network')
          .where('app_password_id', '=', id)
          .where('network', 'in', (e) =>
            e
              .selectFrom('app_password_network')
              .select('network')
              .where('app_password_id', '=', id)
              .orderBy('first_at')
              .limit(1),
          )
          .execute()
      return n === 0 ? 'first' : 'new'
    },

    /** Whether the time of any is up since then. */
    async anyExpired(since: number, now: number): Promise<boolean> {
      const found = db
        .selectFrom('app_password')
        .select('id')
        .where('expires_at', '>', since)
        .where('expires_at', '<=', now)
        .limit(1)
      return (await found.executeTakeFirst()) !== undefined
    },

    async addStaleUses(id: string, use: Use, uses: number): Promise<void> {
      const row = {
        app_password_id: id,
        ip: use.ip,
        client: use.client,
        gateway: use.gateway,
        uses,
        first_at: use.at,
        last_at: use.at,
      }
      await db
        .insertInto('stale_use')
        .values(row)
        .onConflict((c) =>
          c.columns(['app_password_id', 'ip', 'client', 'gateway']).doUpdateSet({
            uses: sql<number>`stale_use.uses + ${uses}`,
            last_at: use.at,
          }),
        )
        .execute()
    },

    /** The latest first. */
    async staleUsesOf(userId: string, since: number): Promise<StaleUse[]> {
      return await db
        .selectFrom('stale_use')
        .innerJoin('app_password', 'app_password.id', 'stale_use.app_password_id')
        .selectAll('stale_use')
        .select([
          'app_password.name',
          'app_password.application',
          'app_password.revoked_at',
          'app_password.expires_at',
        ])
        .where('app_password.user_id', '=', userId)
        .where('stale_use.last_at', '>', since)
        .orderBy('stale_use.last_at', 'desc')
        .limit(50)
        .execute()
    },

    async dismissStaleUses(userId: string, id: string): Promise<boolean> {
      const result = await db
        .deleteFrom('stale_use')
        .where('app_password_id', '=', (e) =>
          e
            .selectFrom('app_password')
            .select('id')
            .where('id', '=', id)
            .where('user_id', '=', userId),
        )
        .executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    /** Valid ones that end before `until`, for the notices. */
    async endingBefore(
      now: number,
      until: number,
    ): Promise<Pick<AppPasswordRow, 'id' | 'user_id' | 'name' | 'created_at' | 'expires_at'>[]> {
      return await db
        .selectFrom('app_password')
        .innerJoin('user', 'user.id', 'app_password.user_id')
        .select([
          'app_password.id',
          'app_password.user_id',
          'app_password.name',
          'app_password.created_at',
          'app_password.expires_at',
        ])
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .where('expires_at', '<=', until)
        .where('user.state', '=', 'active')
        .execute()
    },

    /** Valid ones that end before `until`: how many, and those that end first. */
    async nextEnding(
      now: number,
      until: number,
      most: number,
    ): Promise<{ total: number; rows: (AppPasswordRow & { user_name: string })[] }> {
      const ending = db
        .selectFrom('app_password')
        .innerJoin('user', 'user.id', 'app_password.user_id')
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .where('expires_at', '<=', until)
        .where('user.state', '=', 'active')
      const { total } = await ending
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      const rows = await ending
        .selectAll('app_password')
        .select('user.name as user_name')
        .orderBy('expires_at')
        .orderBy('app_password.id')
        .limit(most)
        .execute()
      return { total, rows }
    },

    /** Everybody's that were sent since, those first whose password ended longest ago. */
    async stalest(since: number, most: number): Promise<StaleClient[]> {
      return await db
        .selectFrom('stale_use')
        .innerJoin('app_password', 'app_password.id', 'stale_use.app_password_id')
        .innerJoin('user', 'user.id', 'app_password.user_id')
        .selectAll('stale_use')
        .select([
          'app_password.name',
          'app_password.application',
          'app_password.revoked_at',
          'app_password.expires_at',
          'app_password.user_id',
          'user.name as user_name',
        ])
        .where('stale_use.last_at', '>', since)
        .orderBy(sql`coalesce(revoked_at, expires_at)`)
        .orderBy('stale_use.last_at', 'desc')
        .limit(most)
        .execute()
    },

    /** Forgets those that ended so long ago that no stale client is expected any more. */
    async forget(before: number): Promise<void> {
      await db
        .deleteFrom('app_password')
        .where((e) => e.or([e('revoked_at', '<', before), e('expires_at', '<', before)]))
        .execute()
    },
  }
}
