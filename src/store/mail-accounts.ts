/**
 * Tables mail_account and mail_account_user: mailboxes behind OAuth 2, and who may use them.
 *
 * The columns of the tokens are written by token-grants.ts only, under a lease.
 */
import type { Kysely } from 'kysely'
import type { Database, MailAccountRow } from './schema.ts'

export type AccountUser = { account_id: string; user_id: string; name: string }

export function mailAccounts(db: Kysely<Database>) {
  return {
    async find(id: string): Promise<MailAccountRow | null> {
      const found = db.selectFrom('mail_account').selectAll().where('id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    async findByKey(key: string): Promise<MailAccountRow | null> {
      const found = db.selectFrom('mail_account').selectAll().where('identifier_key', '=', key)
      return (await found.executeTakeFirst()) ?? null
    },

    /** By identifier; of one application when it is named. */
    async list(applicationId?: string): Promise<MailAccountRow[]> {
      return await db
        .selectFrom('mail_account')
        .selectAll()
        .$if(applicationId !== undefined, (q) => q.where('application_id', '=', applicationId!))
        .orderBy('identifier_key')
        .execute()
    },

    async insert(row: MailAccountRow): Promise<void> {
      await db.insertInto('mail_account').values(row).execute()
    },

    async update(id: string, change: Partial<Omit<MailAccountRow, 'id'>>): Promise<void> {
      await db.updateTable('mail_account').set(change).where('id', '=', id).execute()
    },

    async delete(id: string): Promise<void> {
      await db.deleteFrom('mail_account').where('id', '=', id).execute()
    },

    /** Users of all accounts, or of one, by name. */
    async users(accountId?: string): Promise<AccountUser[]> {
      return await db
        .selectFrom('mail_account_user')
        .innerJoin('user', 'user.id', 'mail_account_user.user_id')
        .select(['account_id', 'user_id', 'user.name'])
        .$if(accountId !== undefined, (q) => q.where('account_id', '=', accountId!))
        .orderBy('user.name_key')
        .execute()
    },

    /** Those whose refresh token ends before that, and those that wait for a person. */
    async ending(before: number): Promise<MailAccountRow[]> {
      return await db
        .selectFrom('mail_account')
        .selectAll()
        .where((e) => e.or([e('state', '=', 'reconsent'), e('refresh_expires_at', '<=', before)]))
        .orderBy('identifier_key')
        .execute()
    },

    /** How many are in each state. */
    async states(): Promise<{ state: string; accounts: number }[]> {
      return await db
        .selectFrom('mail_account')
        .select(['state', (e) => e.fn.countAll<number>().as('accounts')])
        .groupBy('state')
        .execute()
    },

    /** When the access token of each account ends, where it has one; of one account when named. */
    async accessTokenEnds(accountId?: string): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('access_token')
        .select(['account_id', 'expires_at'])
        .where('resource', '=', 'mail')
        .$if(accountId !== undefined, (q) => q.where('account_id', '=', accountId!))
        .execute()
      return new Map(rows.map((row) => [row.account_id, row.expires_at]))
    },

    /** Those that a person may use. */
    async ofUser(userId: string): Promise<(MailAccountRow & { is_default: number })[]> {
      return await db
        .selectFrom('mail_account')
        .innerJoin('mail_account_user', 'mail_account_user.account_id', 'mail_account.id')
        .selectAll('mail_account')
        .select('is_default')
        .where('mail_account_user.user_id', '=', userId)
        .orderBy('identifier_key')
        .execute()
    },

    /** Those with that e-mail, in its canonical form (`userKey`). */
    async ofEmail(key: string): Promise<MailAccountRow[]> {
      return await db
        .selectFrom('mail_account')
        .selectAll()
        .where('email_key', '=', key)
        .orderBy('identifier_key')
        .execute()
    },

    /** Who may use it as before keeps it as the default mailbox where it was that. */
    async setUsers(accountId: string, userIds: readonly string[]): Promise<void> {
      await db
        .deleteFrom('mail_account_user')
        .where('account_id', '=', accountId)
        .$if(userIds.length > 0, (q) => q.where('user_id', 'not in', userIds))
        .execute()
      if (userIds.length > 0)
        await db
          .insertInto('mail_account_user')
          .values(userIds.map((user_id) => ({ account_id: accountId, user_id, is_default: 0 })))
          .onConflict((c) => c.columns(['account_id', 'user_id']).doNothing())
          .execute()
    },

    /** The one default mailbox of a person. @returns false when they may not use it */
    async setDefault(userId: string, accountId: string): Promise<boolean> {
      const result = await db
        .updateTable('mail_account_user')
        .set((e) => ({
          is_default: e.case().when('account_id', '=', accountId).then(1).else(0).end(),
        }))
        .where('user_id', '=', userId)
        .where((e) =>
          e.exists(
            e
              .selectFrom('mail_account_user as mine')
              .select('mine.user_id')
              .where('mine.user_id', '=', userId)
              .where('mine.account_id', '=', accountId),
          ),
        )
        .executeTakeFirst()
      return result.numUpdatedRows > 0n
    },

    /** Of these accounts, who may use which; of one that is switched off, nobody. */
    async usersOf(ids: readonly string[]): Promise<{ account_id: string; user_id: string }[]> {
      if (ids.length === 0) return []
      return await db
        .selectFrom('mail_account_user')
        .innerJoin('mail_account', 'mail_account.id', 'mail_account_user.account_id')
        .select(['account_id', 'user_id'])
        .where('account_id', 'in', ids)
        .where('state', '<>', 'disabled')
        .execute()
    },
  }
}
