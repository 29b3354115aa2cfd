/**
 * Table provider_visit: people who were sent to a provider and are expected back, each once.
 */
import type { Kysely } from 'kysely'
import type { Database, ProviderVisitRow } from './schema.ts'

export function providerVisits(db: Kysely<Database>) {
  return {
    async find(hashes: readonly Uint8Array[]): Promise<ProviderVisitRow | null> {
      const found = db.selectFrom('provider_visit').selectAll().where('hash', 'in', hashes)
      return (await found.executeTakeFirst()) ?? null
    },

    async insert(row: ProviderVisitRow): Promise<void> {
      await db.insertInto('provider_visit').values(row).execute()
    },

    /** true for exactly one of those who come back with it; what was sealed goes with it. */
    async take(id: string, now: number): Promise<boolean> {
      const result = await db
        .updateTable('provider_visit')
        .set({ used_at: now, secrets: null })
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('provider_visit').where('expires_at', '<', before).execute()
    },
  }
}
