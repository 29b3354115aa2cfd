/**
 * Table identity: which user a person of a provider is, and whether the provider still knows them.
 *
 * The subject is the person for ever; names and e-mail addresses are never looked up here.
 */
import type { Kysely } from 'kysely'
import type { Database, IdentityRow } from './schema.ts'

export function identities(db: Kysely<Database>) {
  return {
    async find(id: string): Promise<IdentityRow | null> {
      const found = db.selectFrom('identity').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async findBySubject(providerId: string, subject: string): Promise<IdentityRow | null> {
      const found = db
        .selectFrom('identity')
        .selectAll()
        .where('provider_id', '=', providerId)
        .where('subject', '=', subject)
      return (await found.executeTakeFirst()) ?? null
    },

    /** A person has one at the most. */
    async ofUser(userId: string): Promise<IdentityRow | null> {
      const found = db.selectFrom('identity').selectAll().where('user_id', '=', userId)
      return (await found.executeTakeFirst()) ?? null
    },

    async insert(row: IdentityRow): Promise<void> {
      await db.insertInto('identity').values(row).execute()
    },

    /** @returns false when it is gone */
    async update(id: string, change: Partial<Omit<IdentityRow, 'id'>>): Promise<boolean> {
      const result = await db
        .updateTable('identity')
        .set(change)
        .where('id', '=', id)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** Of people who sign in by that OAuth 2 application. */
    async forgetTokens(applicationId: string): Promise<void> {
      await db
        .updateTable('identity')
        .set({ refresh_token: null, previous_refresh_token: null, next_check_at: null })
        .where('provider_id', 'in', (e) =>
          e
            .selectFrom('identity_provider')
            .select('identity_provider.id')
            .where('application_id', '=', applicationId),
        )
        .execute()
    },

    /** What is asked about the person is asked at the next moment, also when a question is under way. */
    async dueNow(userId: string, now: number): Promise<void> {
      await db
        .updateTable('identity')
        .set({ next_check_at: now })
        .where('user_id', '=', userId)
        .where((e) => e.or([e('next_check_at', '>', now), e('checker', 'is not', null)]))
        .where('next_check_at', 'is not', null)
        .execute()
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('identity').where('id', '=', id).execute()
    },
  }
}
