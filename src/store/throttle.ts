/**
 * Table throttle: counters of tries, shared by all nodes.
 *
 * Rows are locked in the order of their keys, whatever order they are named in: two nodes never wait
 * for each other.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { SKEW } from '#base/clock.ts'
import type { Limit } from '#domain/throttle.ts'
import type { Database } from './schema.ts'

export function throttle(db: Kysely<Database>) {
  return {
    /**
     * Counts one try under each of these in one statement, so that parallel tries each see their
     * own number.
     * @returns how many tries there were in each limit's time, this one included, by key
     */
    async count(limits: readonly Limit[], now: number): Promise<Map<string, number>> {
      const rows = await db
        .insertInto('throttle')
        .values(
          limits.toSorted(byKey).map(({ key, perMs }) => ({
            key,
            tries: 1,
            until: Math.min(now + perMs, Number.MAX_SAFE_INTEGER),
          })),
        )
        .onConflict((c) =>
          c.column('key').doUpdateSet({
            tries: sql<number>`case when ${isOver(now)} then 1 else throttle.tries + 1 end`,
            until: sql<number>`case when ${isOver(now)} then excluded.until else throttle.until end`,
          }),
        )
        .returning(['key', 'tries'])
        .execute()
      return new Map(rows.map((row) => [row.key, row.tries]))
    },

    /** Takes that many tries back from each, or all: they were no failures. */
    async takeBack(tries: ReadonlyMap<string, 0 | 1 | 'all'>): Promise<void> {
      for (const [key, number] of [...tries].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (number === 'all') await db.deleteFrom('throttle').where('key', '=', key).execute()
        else
          await db
            .updateTable('throttle')
            .set({ tries: sql<number>`tries - ${number}` })
            .where('key', '=', key)
            .where('tries', '>', 0)
            .execute()
    },

    /** Every counter whose key begins so, of which a beginning has no wildcard of LIKE. */
    async clearAll(beginnings: readonly string[]): Promise<void> {
      const rows = await db
        .selectFrom('throttle')
        .select('key')
        .where((e) => e.or(beginnings.map((beginning) => e('key', 'like', `${beginning}%`))))
        .execute()
      await this.takeBack(new Map(rows.map((row) => [row.key, 'all'])))
    },

    /** Forgets counters whose time is over. They would start anew anyway. */
    async forget(now: number): Promise<void> {
      await db.deleteFrom('throttle').where('until', '<=', now).execute()
    },
  }
}

/** Over, or begun by a clock that was far ahead and is not any more. */
const isOver = (now: number): RawBuilder<boolean> =>
  sql`(throttle.until <= ${now} or throttle.until > excluded.until + ${SKEW})`

const byKey = (a: Limit, b: Limit): number => (a.key < b.key ? -1 : 1)
