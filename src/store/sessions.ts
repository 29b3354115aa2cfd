/**
 * Table session: browser sessions, found by the keyed hash of their cookie.
 */
import type { Kysely } from 'kysely'
import type { Database, SessionRow } from './schema.ts'

export type SessionStage = 'second_factor' | 'set_up' | 'full'
export type Session = Omit<SessionRow, 'stage'> & { stage: SessionStage }

export function sessions(db: Kysely<Database>) {
  return {
    async find(hashes: readonly Uint8Array[]): Promise<Session | null> {
      const row = await db
        .selectFrom('session')
        .selectAll()
        .where('hash', 'in', hashes)
        .executeTakeFirst()
      return (row as Session | undefined) ?? null
    },

    /** Those that have not ended, the last used first. */
    async listOf(userId: string, now: number): Promise<Session[]> {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .orderBy('last_seen_at', 'desc')
        .execute()
      return rows as Session[]
    },

    /** Of a provider's session, of a person who came from there, or of both where both are named. */
    async ofProvider(
      providerId: string,
      { sid, userId }: { sid: string | null; userId: string | null },
    ): Promise<Session[]> {
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('provider_id', '=', providerId)
        .$if(sid !== null, (q) => q.where('provider_sid', '=', sid!))
        .$if(userId !== null, (q) => q.where('user_id', '=', userId!))
        .execute()
      return rows as Session[]
    },

    async insert(row: Session): Promise<void> {
      await db.insertInto('session').values(row).execute()
    },

    /** false when the session is gone: an update never brings it back. */
    async update(id: string, change: Partial<Omit<Session, 'id'>>): Promise<boolean> {
      const result = await db
        .updateTable('session')
        .set(change)
        .where('id', '=', id)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /**
     * A step further, with a new token: false when the session is gone, or its token was replaced
     * meanwhile (two answers to the same question: one counts).
     */
    async replace(
      id: string,
      hash: Uint8Array,
      change: Partial<Omit<Session, 'id'>>,
    ): Promise<boolean> {
      const result = await db
        .updateTable('session')
        .set(change)
        .where('id', '=', id)
        .where('hash', '=', hash)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('session').where('id', '=', id).execute()
    },

    async deleteByHash(hashes: readonly Uint8Array[]): Promise<void> {
      await db.deleteFrom('session').where('hash', 'in', hashes).execute()
    },

    /** @returns how many ended */
    async deleteOf(userId: string, { except }: { except?: string } = {}): Promise<number> {
      const result = await db
        .deleteFrom('session')
        .where('user_id', '=', userId)
        .$if(except !== undefined, (q) => q.where('id', '<>', except!))
        .executeTakeFirst()
      return Number(result.numDeletedRows)
    },

    /** Those that began without a factor, because the browser was remembered. */
    async deleteRemembered(userId: string, { except }: { except?: string } = {}): Promise<void> {
      await db
        .deleteFrom('session')
        .where('user_id', '=', userId)
        .where('method', 'like', '%+remembered_device')
        .$if(except !== undefined, (q) => q.where('id', '<>', except!))
        .execute()
    },

    async forget(now: number): Promise<void> {
      await db.deleteFrom('session').where('expires_at', '<=', now).execute()
    },
  }
}
