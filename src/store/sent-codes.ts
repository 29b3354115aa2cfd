/**
 * Table sent_code: codes that were sent by e-mail or SMS and wait to be typed.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, SentCodeRow } from './schema.ts'

export function sentCodes(db: Kysely<Database>) {
  return {
    async insert(row: SentCodeRow): Promise<void> {
      await db.insertInto('sent_code').values(row).execute()
    },

    /** A session waits for one code of a factor: the one that was sent last. */
    async deleteOf(sessionId: string, factorId: string): Promise<void> {
      await db
        .deleteFrom('sent_code')
        .where('session_id', '=', sessionId)
        .where('factor_id', '=', factorId)
        .execute()
    },

    /**
     * Counts a try on every code that the session waits for, before it is checked, so that parallel
     * tries cannot pass the limit together.
     * @returns those that may still be compared
     */
    async tried(
      { sessionId, most }: { sessionId: string; most: number },
      now: number,
    ): Promise<SentCodeRow[]> {
      return await db
        .updateTable('sent_code')
        .set({ tries: sql<number>`tries + 1` })
        .where('session_id', '=', sessionId)
        .where('expires_at', '>', now)
        .where('tries', '<', most)
        .returningAll()
        .execute()
    },

    /** Uses a code up: true for exactly one of those who typed it. */
    async take(id: string): Promise<boolean> {
      const result = await db.deleteFrom('sent_code').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows === 1n
    },

    async forget(now: number): Promise<void> {
      await db.deleteFrom('sent_code').where('expires_at', '<=', now).execute()
    },
  }
}
