/**
 * Statements about what belongs to many users: one for all of them, never one each.
 */
import type { Kysely } from 'kysely'
import type { UserState } from '#domain/user.ts'
import type { Database } from './schema.ts'

type Stamp = { readonly updated_at: number; readonly updated_by: string }

/** Each takes at most some thousand ids, and at least one. */
export function manyUsers(db: Kysely<Database>) {
  return {
    async setState(ids: readonly string[], state: UserState, stamp: Stamp): Promise<void> {
      await db
        .updateTable('user')
        .set({ state, ...stamp })
        .where('id', 'in', ids)
        .execute()
    },

    /** Second factors from before `at` no longer suffice. */
    async askFactorsAgain(ids: readonly string[], at: number, stamp: Stamp): Promise<void> {
      await db
        .updateTable('user')
        .set({ factors_again_at: at, ...stamp })
        .where('id', 'in', ids)
        .execute()
    },

    /** Those that have not ended. @returns how many */
    async revokeAppPasswords(ids: readonly string[], at: number, by: string): Promise<number> {
      const result = await db
        .updateTable('app_password')
        .set({ revoked_at: at, revoked_by: by })
        .where('user_id', 'in', ids)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },

    /** @returns how many ended */
    async endSessions(ids: readonly string[]): Promise<number> {
      const result = await db.deleteFrom('session').where('user_id', 'in', ids).executeTakeFirst()
      return Number(result.numDeletedRows)
    },

    /**
     * Sessions that began without a factor because the browser was remembered, but for those of one
     * person. @returns how many ended
     */
    async endRememberedSessions(ids: readonly string[], except: string | null): Promise<number> {
      const result = await db
        .deleteFrom('session')
        .where('user_id', 'in', ids)
        .where('user_id', '<>', except ?? '')
        .where('method', 'like', '%+remembered_device')
        .executeTakeFirst()
      return Number(result.numDeletedRows)
    },

    /** They stay known: their tries are counted apart. @returns how many */
    async forgetDevices(ids: readonly string[]): Promise<number> {
      const result = await db
        .updateTable('device')
        .set({ remembered_at: null })
        .where('user_id', 'in', ids)
        .where('remembered_at', 'is not', null)
        .executeTakeFirst()
      return Number(result.numUpdatedRows)
    },
  }
}
