/**
 * Table meta: facts about the platform itself, apart from everything that people can delete.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from './schema.ts'

export function meta(db: Kysely<Database>) {
  return {
    async get(name: string): Promise<string | null> {
      const row = await db
        .selectFrom('meta')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirst()
      return row?.value ?? null
    },

    /** All whose name begins with that word and a colon. */
    async list(prefix: string): Promise<{ name: string; value: string }[]> {
      return await db
        .selectFrom('meta')
        .selectAll()
        .where(sql`substr(name, 1, ${prefix.length + 1})`, '=', `${prefix}:`)
        .orderBy('name')
        .execute()
    },

    /** Writes it once: false when it was there already. */
    async addOnce(name: string, value: string): Promise<boolean> {
      const result = await db
        .insertInto('meta')
        .values({ name, value })
        .onConflict((c) => c.column('name').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },

    async remove(name: string): Promise<void> {
      await db.deleteFrom('meta').where('name', '=', name).execute()
    },

    /** Facts of that word whose value is a time before that one. */
    async forget(prefix: string, before: number): Promise<void> {
      const named = sql`substr(name, 1, ${prefix.length + 1}) = ${`${prefix}:`}`
      await db
        .deleteFrom('meta')
        // In a case, so that no other value is ever read as a number.
        .where(
          sql<boolean>`case when ${named} then cast(value as bigint) < ${before} else false end`,
        )
        .execute()
    },

    async set(name: string, value: string): Promise<void> {
      await db
        .insertInto('meta')
        .values({ name, value })
        .onConflict((c) => c.column('name').doUpdateSet({ value }))
        .execute()
    },
  }
}
