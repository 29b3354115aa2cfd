/**
 * Table oauth_application: what Passerelle is registered as at a provider.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, OAuthApplicationRow } from './schema.ts'

export function oauthApplications(db: Kysely<Database>) {
  return {
    async find(id: string): Promise<OAuthApplicationRow | null> {
      const found = db.selectFrom('oauth_application').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async findByKey(key: string): Promise<OAuthApplicationRow | null> {
      const found = db.selectFrom('oauth_application').selectAll().where('identifier_key', '=', key)
      return (await found.executeTakeFirst()) ?? null
    },

    /** By identifier. */
    async list(): Promise<OAuthApplicationRow[]> {
      return await db
        .selectFrom('oauth_application')
        .selectAll()
        .orderBy('identifier_key')
        .execute()
    },

    async insert(row: OAuthApplicationRow): Promise<void> {
      await db.insertInto('oauth_application').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<OAuthApplicationRow, 'id'>>): Promise<void> {
      await db.updateTable('oauth_application').set(change).where('id', '=', id).execute()
    },

    /** One of those that saw the breaker closed until `seen` may try: true for exactly one. */
    async probe(id: string, seen: number, until: number): Promise<boolean> {
      const result = await db
        .updateTable('oauth_application')
        .set({ closed_until: until })
        .where('id', '=', id)
        .where('closed_until', '=', seen)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** @returns how many there are now, in a row */
    async countFailure(id: string): Promise<number> {
      const row = await db
        .updateTable('oauth_application')
        .set((e) => ({ failures: e('failures', '+', 1) }))
        .where('id', '=', id)
        .returning('failures')
        .executeTakeFirst()
      return row?.failures ?? 0
    },

    /** Never shortens what is closed already. */
    async close(id: string, until: number): Promise<void> {
      await db
        .updateTable('oauth_application')
        .set({ closed_until: until })
        .where('id', '=', id)
        .where('closed_until', '<', until)
        .execute()
    },

    /** Fails while a mail account uses it. */
    async delete(id: string): Promise<void> {
      await db.deleteFrom('oauth_application').where('id', '=', id).execute()
    },

    /** How many accounts use each application. */
    async accountCounts(): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('mail_account')
        .select(['application_id', sql<number>`count(*)`.as('n')])
        .groupBy('application_id')
        .execute()
      return new Map(rows.map((row) => [row.application_id, row.n]))
    },
  }
}
