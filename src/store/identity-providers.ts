/**
 * Table identity_provider: OpenID Connect providers and directories from which people come.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, IdentityProviderRow } from './schema.ts'

export function identityProviders(db: Kysely<Database>) {
  return {
    async find(id: string): Promise<IdentityProviderRow | null> {
      const found = db.selectFrom('identity_provider').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async findByKey(key: string): Promise<IdentityProviderRow | null> {
      const found = db.selectFrom('identity_provider').selectAll().where('name_key', '=', key)
      return (await found.executeTakeFirst()) ?? null
    },

    /** The one whose token of SCIM that is, under any of the keys. */
    async findByScim(hashes: readonly Uint8Array[]): Promise<IdentityProviderRow | null> {
      const found = db.selectFrom('identity_provider').selectAll().where('scim_hash', 'in', hashes)
      return (await found.executeTakeFirst()) ?? null
    },

    /** As they stand on the sign-in page. */
    async list(): Promise<IdentityProviderRow[]> {
      return await db
        .selectFrom('identity_provider')
        .selectAll()
        .orderBy('position')
        .orderBy('id')
        .execute()
    },

    /** How many use an OAuth 2 application. */
    async ofApplication(applicationId: string): Promise<IdentityProviderRow[]> {
      return await db
        .selectFrom('identity_provider')
        .selectAll()
        .where('application_id', '=', applicationId)
        .orderBy('position')
        .execute()
    },

    async insert(row: IdentityProviderRow): Promise<void> {
      await db.insertInto('identity_provider').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<IdentityProviderRow, 'id'>>): Promise<void> {
      await db.updateTable('identity_provider').set(change).where('id', '=', id).execute()
    },

    /** It answered: what was wrong before is over. Written once a minute at the most. */
    async reached(id: string, now: number): Promise<void> {
      await db
        .updateTable('identity_provider')
        .set({ reached_at: now, failing_since: null, failure: null })
        .where('id', '=', id)
        .where((e) =>
          e.or([
            e('failing_since', 'is not', null),
            e('reached_at', 'is', null),
            e('reached_at', '<', now - 60_000),
          ]),
        )
        .execute()
    },

    /** It does not answer. @returns true for the first who says so since it last answered */
    async failed(id: string, now: number, failure: string): Promise<boolean> {
      const first = await db
        .updateTable('identity_provider')
        .set({ failing_since: now, failure })
        .where('id', '=', id)
        .where('failing_since', 'is', null)
        .executeTakeFirst()
      return first.numUpdatedRows === 1n
    },

    /** Fails while people come from there. */
    async delete(id: string): Promise<void> {
      await db.deleteFrom('identity_provider').where('id', '=', id).execute()
    },

    /** How many people come from each, and how many of them are frozen. */
    async people(): Promise<Map<string, { people: number; frozen: number }>> {
      const rows = await db
        .selectFrom('identity')
        .select([
          'provider_id',
          sql<number>`count(*)`.as('people'),
          sql<number>`sum(case when state = 'frozen' then 1 else 0 end)`.as('frozen'),
        ])
        .groupBy('provider_id')
        .execute()
      return new Map(
        rows.map((row) => [row.provider_id, { people: row.people, frozen: row.frozen }]),
      )
    },
  }
}
