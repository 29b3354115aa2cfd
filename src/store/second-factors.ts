/**
 * Tables second_factor and recovery_code: what a person gives besides the main password.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, RecoveryCodeRow, SecondFactorRow } from './schema.ts'

export function secondFactors(db: Kysely<Database>) {
  return {
    async find(userId: string, id: string): Promise<SecondFactorRow | null> {
      const row = await db
        .selectFrom('second_factor')
        .selectAll()
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row ?? null
    },

    /** Those that work: their set-up was ended with a first code. The last used first. */
    async listOf(userId: string): Promise<SecondFactorRow[]> {
      return await db
        .selectFrom('second_factor')
        .selectAll()
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is not', null)
        .orderBy(sql`coalesce(last_used_at, created_at)`, 'desc')
        .execute()
    },

    /** WebAuthn: the key with this id, if its set-up was ended. */
    async findByCredential(credentialId: string): Promise<SecondFactorRow | null> {
      const row = await db
        .selectFrom('second_factor')
        .selectAll()
        .where('credential_id', '=', credentialId)
        .where('confirmed_at', 'is not', null)
        .executeTakeFirst()
      return row ?? null
    },

    async insert(row: SecondFactorRow): Promise<void> {
      await db.insertInto('second_factor').values(row).execute()
    },

    /** The set-up that was begun and not ended, if there is one. */
    async unconfirmedOf(userId: string): Promise<SecondFactorRow | null> {
      const row = await db
        .selectFrom('second_factor')
        .selectAll()
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is', null)
        .executeTakeFirst()
      return row ?? null
    },

    /** Forgets set-ups that were begun and not ended. */
    async deleteUnconfirmed(userId: string): Promise<void> {
      await db
        .deleteFrom('second_factor')
        .where('user_id', '=', userId)
        .where('confirmed_at', 'is', null)
        .execute()
    },

    async rename(id: string, name: string): Promise<void> {
      await db.updateTable('second_factor').set({ name }).where('id', '=', id).execute()
    },

    /**
     * Takes a time step once on all nodes: false when this step or a later one was used before.
     * RFC 6238 §5.2.
     */
    async takeStep(id: string, step: number, at: number): Promise<boolean> {
      const result = await db
        .updateTable('second_factor')
        .set({ last_step: step, last_used_at: at })
        .where('id', '=', id)
        .where('last_step', '<', step)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** WebAuthn: a use with a signature counter. false when another use has changed it meanwhile. */
    async takeCounter(
      { id, counter }: Pick<SecondFactorRow, 'id' | 'counter'>,
      next: number,
      at: number,
    ): Promise<boolean> {
      const result = await db
        .updateTable('second_factor')
        .set({ counter: next, last_used_at: at })
        .where('id', '=', id)
        .where('counter', '=', counter)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async used(id: string, at: number): Promise<void> {
      await db.updateTable('second_factor').set({ last_used_at: at }).where('id', '=', id).execute()
    },

    /** The key that a set-up has made. false when somebody has set it up before. */
    async setKey(
      id: string,
      key: Pick<SecondFactorRow, 'credential_id' | 'secret' | 'counter' | 'details'>,
    ): Promise<boolean> {
      const other = await db
        .selectFrom('second_factor')
        .select('id')
        .where('credential_id', '=', key.credential_id)
        .executeTakeFirst()
      if (other) return false
      await db.updateTable('second_factor').set(key).where('id', '=', id).execute()
      return true
    },

    /**
     * Those that were set up before then, and their recovery codes.
     * @param except stays, whatever the clock said that it was set up by
     * @returns how many factors
     */
    async deleteOlder(userId: string, before: number, except: string): Promise<number> {
      const result = await db
        .deleteFrom('second_factor')
        .where('user_id', '=', userId)
        .where('confirmed_at', '<=', before)
        .where('id', '<>', except)
        .executeTakeFirst()
      await db
        .deleteFrom('recovery_code')
        .where('user_id', '=', userId)
        .where('created_at', '<=', before)
        .execute()
      return Number(result.numDeletedRows)
    },

    async confirm(id: string, at: number): Promise<void> {
      await db.updateTable('second_factor').set({ confirmed_at: at }).where('id', '=', id).execute()
    },

    async delete(userId: string, id: string): Promise<boolean> {
      const result = await db
        .deleteFrom('second_factor')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },

    async deleteOf(userId: string): Promise<void> {
      await db.deleteFrom('second_factor').where('user_id', '=', userId).execute()
      await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
    },

    async recoveryCodesOf(userId: string): Promise<RecoveryCodeRow[]> {
      return await db
        .selectFrom('recovery_code')
        .selectAll()
        .where('user_id', '=', userId)
        .execute()
    },

    /** All at once: earlier ones end. */
    async replaceRecoveryCodes(userId: string, rows: readonly RecoveryCodeRow[]): Promise<void> {
      await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
      if (rows.length > 0)
        await db
          .insertInto('recovery_code')
          .values([...rows])
          .execute()
    },

    /** Removes the code: true for exactly one of those who ask at the same moment. */
    async takeRecoveryCode(userId: string, hashes: readonly Uint8Array[]): Promise<boolean> {
      const result = await db
        .deleteFrom('recovery_code')
        .where('user_id', '=', userId)
        .where('hash', 'in', hashes)
        .executeTakeFirst()
      return result.numDeletedRows > 0n
    },
  }
}
