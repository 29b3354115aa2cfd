/**
 * Table one_time_link: links that work once, found by the keyed hash of their token.
 */
import type { Kysely } from 'kysely'
import type { Database, OneTimeLinkRow } from './schema.ts'

export function oneTimeLinks(db: Kysely<Database>) {
  return {
    async find(hashes: readonly Uint8Array[]): Promise<OneTimeLinkRow | null> {
      return (
        (await db
          .selectFrom('one_time_link')
          .selectAll()
          .where('hash', 'in', hashes)
          .executeTakeFirst()) ?? null
      )
    },

    async insert(row: OneTimeLinkRow): Promise<void> {
      await db.insertInto('one_time_link').values(row).execute()
    },

    /** true for exactly one of those who ask at the same moment. */
    async take(id: string, now: number): Promise<boolean> {
      const result = await db
        .updateTable('one_time_link')
        .set({ used_at: now })
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** Links of a person that were not used end; `null`: those that belong to nobody yet. */
    async endOf(userId: string | null, kinds: readonly string[]): Promise<void> {
      await db
        .deleteFrom('one_time_link')
        .where('kind', 'in', kinds)
        .where('user_id', userId === null ? 'is' : '=', userId)
        .where('used_at', 'is', null)
        .execute()
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('one_time_link').where('expires_at', '<', before).execute()
    },
  }
}
