/**
 * Table throttle: counters of tries, shared by all nodes.
 */
import { sql, type Kysely } from 'kysely'
import type { Limit } from '#domain/throttle.ts'
import type { Database } from './schema.ts'

export function throttle(db: Kysely<Database>) {
  return {
    /**
     * Counts one try in one statement, so that parallel tries each see their own number.
     * @returns how many tries there were in this limit's time, this one included
     */
    async count(limit: Limit, now: number): Promise<number> {
      const until = Math.min(now + limit.perMs, Number.MAX_SAFE_INTEGER)
      const row = await db
        .insertInto('throttle')
        .values({ key: limit.key, tries: 1, until })
        .onConflict((c) =>
          c.column('key').doUpdateSet({
            tries: sql<number>`case when throttle.until <= ${now} then 1 else throttle.tries + 1 end`,
            until: sql<number>`case when throttle.until <= ${now} then ${until} else throttle.until end`,
          }),
        )
        .returning('tries')
        .executeTakeFirstOrThrow()
      return row.tries
    },

    /** Takes one try back: it was no failure. */
    async takeBack(keys: readonly string[]): Promise<void> {
      if (keys.length === 0) return
      await db
        .updateTable('throttle')
        .set({ tries: sql<number>`tries - 1` })
        .where('key', 'in', keys)
        .where('tries', '>', 0)
        .execute()
    },

    async clear(keys: readonly string[]): Promise<void> {
      if (keys.length > 0) await db.deleteFrom('throttle').where('key', 'in', keys).execute()
    },

    /** Forgets counters whose time is over. They would start anew anyway. */
    async forget(now: number): Promise<void> {
      await db.deleteFrom('throttle').where('until', '<=', now).execute()
    },
  }
}
