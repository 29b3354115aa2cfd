/**
 * Table token_init: Init. Token under way, found by the keyed hash of what only one holder has.
 */
import type { Kysely } from 'kysely'
import type { Database, TokenInitRow } from './schema.ts'

export function tokenInits(db: Kysely<Database>) {
  return {
    async find(hashes: readonly Uint8Array[]): Promise<TokenInitRow | null> {
      const found = db.selectFrom('token_init').selectAll().where('hash', 'in', hashes)
      return (await found.executeTakeFirst()) ?? null
    },

    async findById(id: string): Promise<TokenInitRow | null> {
      const found = db.selectFrom('token_init').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async insert(row: TokenInitRow): Promise<void> {
      await db.insertInto('token_init').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<TokenInitRow, 'id'>>): Promise<void> {
      await db.updateTable('token_init').set(change).where('id', '=', id).execute()
    },

    /** true for exactly one of those who ask at the same moment. */
    async take(id: string, now: number): Promise<boolean> {
      const result = await db
        .updateTable('token_init')
        .set({ used_at: now })
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** Those of an account that were not used end. */
    async endOf(accountId: string): Promise<void> {
      await db
        .deleteFrom('token_init')
        .where('account_id', '=', accountId)
        .where('used_at', 'is', null)
        .execute()
    },

    /** Those that wait for an administrator to confirm who signed in, by account; the newest of each. */
    async unconfirmed(now: number, accountId?: string): Promise<Map<string, string>> {
      const rows = await db
        .selectFrom('token_init')
        .select(['account_id', 'id'])
        .where('kind', '<>', 'visit')
        .where('outcome', 'like', '%"outcome":"confirm_delegate"%')
        .where('expires_at', '>', now)
        .$if(accountId !== undefined, (q) => q.where('account_id', '=', accountId!))
        .orderBy('id')
        .execute()
      return new Map(rows.map((row) => [row.account_id, row.id]))
    },

    /** The last visit of an owner's link that came to an end. */
    async pendingVisit(accountId: string): Promise<TokenInitRow | null> {
      const found = db
        .selectFrom('token_init')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('kind', '=', 'visit')
        .where('used_at', 'is not', null)
        .where('outcome', 'is not', null)
        .orderBy('used_at', 'desc')
        .limit(1)
      return (await found.executeTakeFirst()) ?? null
    },

    /** Device codes whose next question is due, the longest due first. */
    async duePolls(now: number, most: number): Promise<TokenInitRow[]> {
      return await db
        .selectFrom('token_init')
        .selectAll()
        .where('kind', '=', 'device')
        .where('used_at', 'is', null)
        .where('next_poll_at', '<=', now)
        .orderBy('next_poll_at')
        .limit(most)
        .execute()
    },

    /** true for the one node that may ask now; the next question is not before `next`. */
    async claimPoll(row: TokenInitRow, next: number): Promise<boolean> {
      const result = await db
        .updateTable('token_init')
        .set({ next_poll_at: next })
        .where('id', '=', row.id)
        .where('used_at', 'is', null)
        .where('next_poll_at', '=', row.next_poll_at)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** Nothing else that is under way for the account can give it a token any more. */
    async endOthers(accountId: string, exceptId: string, now: number): Promise<void> {
      await db
        .updateTable('token_init')
        .set({ secrets: null, used_at: now, expires_at: now })
        .where('account_id', '=', accountId)
        .where('id', '!=', exceptId)
        .where('expires_at', '>', now)
        .execute()
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('token_init').where('expires_at', '<', before).execute()
    },
  }
}
