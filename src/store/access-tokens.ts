/**
 * Table access_token: the tokens that are handed out, one for each account and resource.
 */
import type { Kysely } from 'kysely'
import type { AccessTokenRow, Database, MailAccountRow } from './schema.ts'

/** What a hand-out has to know of an account and its token. */
export type Held = Pick<MailAccountRow, 'state' | 'granted'> & {
  readonly token: AccessTokenRow | null
}

export function accessTokens(db: Kysely<Database>) {
  return {
    /** In one statement what a hand-out has to know; null: there is no such account. */
    async held(accountId: string, resource: string): Promise<Held | null> {
      const row = await db
        .selectFrom('mail_account')
        .leftJoin('access_token', (join) =>
          join
            .onRef('access_token.account_id', '=', 'mail_account.id')
            .on('access_token.resource', '=', resource),
        )
        .selectAll('access_token')
        .select(['mail_account.state', 'mail_account.granted'])
        .where('mail_account.id', '=', accountId)
        .executeTakeFirst()
      if (!row) return null
      const { state, granted, ...token } = row
      return { state, granted, token: token.token === null ? null : (token as AccessTokenRow) }
    },

    async accessToken(accountId: string, resource: string): Promise<AccessTokenRow | null> {
      const found = db
        .selectFrom('access_token')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('resource', '=', resource)
      return (await found.executeTakeFirst()) ?? null
    },

    async accessTokensOf(accountId: string): Promise<AccessTokenRow[]> {
      return await db
        .selectFrom('access_token')
        .selectAll()
        .where('account_id', '=', accountId)
        .execute()
    },

    /** One of a later generation stays. */
    async setAccessToken(row: AccessTokenRow): Promise<void> {
      await db
        .insertInto('access_token')
        .values(row)
        .onConflict((c) =>
          c
            .columns(['account_id', 'resource'])
            .doUpdateSet(row)
            .where('access_token.generation', '<=', row.generation),
        )
        .execute()
    },

    /** The first hand-out of a token: its account is in use, so it is refreshed early. */
    async used(
      { account_id, resource, generation }: AccessTokenRow,
      now: number,
      nextRefreshAt: number,
    ): Promise<void> {
      const first = await db
        .updateTable('access_token')
        .set({ used_at: now })
        .where('account_id', '=', account_id)
        .where('resource', '=', resource)
        .where('generation', '=', generation)
        .where('used_at', 'is', null)
        .executeTakeFirst()
      if (first.numUpdatedRows === 0n) return
      await db
        .updateTable('mail_account')
        .set({ next_refresh_at: nextRefreshAt })
        .where('id', '=', account_id)
        .where((e) =>
          e.or([e('next_refresh_at', 'is', null), e('next_refresh_at', '>', nextRefreshAt)]),
        )
        .execute()
    },

    async deleteAccessTokens(accountId: string): Promise<void> {
      await db.deleteFrom('access_token').where('account_id', '=', accountId).execute()
    },
  }
}
