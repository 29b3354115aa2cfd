/**
 * Table seen_token: tokens that count once, until they would have ended anyway.
 */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

export function seenTokens(db: Kysely<Database>) {
  return {
    /** true for exactly one of those who show it. */
    async addOnce(hash: Uint8Array, expiresAt: number): Promise<boolean> {
      const result = await db
        .insertInto('seen_token')
        .values({ hash, expires_at: expiresAt })
        .onConflict((c) => c.column('hash').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },

    async forget(now: number): Promise<void> {
      await db.deleteFrom('seen_token').where('expires_at', '<=', now).execute()
    },
  }
}
