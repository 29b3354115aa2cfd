/**
 * Table notice: what people are told, and which of it still has to be mailed.
 */
import type { Kysely } from 'kysely'
import type { NewNotice } from '#domain/notice.ts'
import type { Database, NoticeRow } from './schema.ts'

export type Notice = NoticeRow & { user_name: string; user_email: string; user_language: string }

export function notices(db: Kysely<Database>) {
  /** In one statement; at least one, at most some hundred. The same event is one notice. */
  const addAll = async (
    all: readonly { readonly id: string; readonly notice: NewNotice }[],
    at: number,
  ): Promise<void> => {
    const rows = all.map(({ id, notice }) => ({
      id,
      user_id: notice.userId,
      kind: notice.kind,
      once_key: notice.onceKey,
      params: JSON.stringify(notice.params),
      mail_state: 'pending',
      mail_tries: 0,
      mail_next_at: at,
      dismissed_at: null,
      created_at: at,
    }))
    await db
      .insertInto('notice')
      .values(rows)
      .onConflict((c) => c.column('once_key').doNothing())
      .execute()
  }
  const withUser = () =>
    db
      .selectFrom('notice')
      .innerJoin('user', 'user.id', 'notice.user_id')
      .selectAll('notice')
      .select([
        'user.name as user_name',
        'user.email as user_email',
        'user.language as user_language',
      ])
  return {
    /** The same event is one notice: a second one with the same key is not added. */
    async add(id: string, notice: NewNotice, at: number): Promise<void> {
      await addAll([{ id, notice }], at)
    },

    addAll,

    async listOf(userId: string): Promise<Notice[]> {
      return await withUser()
        .where('notice.user_id', '=', userId)
        .where('dismissed_at', 'is', null)
        .orderBy('notice.id', 'desc')
        .limit(100)
        .execute()
    },

    async listAll(most: number): Promise<Notice[]> {
      return await withUser()
        .where('dismissed_at', 'is', null)
        .orderBy('notice.id', 'desc')
        .limit(most)
        .execute()
    },

    async dismiss(userId: string, id: string, at: number): Promise<boolean> {
      const result = await db
        .updateTable('notice')
        .set({ dismissed_at: at })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('dismissed_at', 'is', null)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async due(now: number, most: number): Promise<Notice[]> {
      return await withUser()
        .where('mail_state', '=', 'pending')
        .where('mail_next_at', '<=', now)
        .orderBy('mail_next_at')
        .limit(most)
        .execute()
    },

    /** One node takes a mail: true for exactly one. It is due again at `until` if that node dies. */
    async claim(id: string, seen: number, until: number): Promise<boolean> {
      const result = await db
        .updateTable('notice')
        .set((e) => ({ mail_next_at: until, mail_tries: e('mail_tries', '+', 1) }))
        .where('id', '=', id)
        .where('mail_state', '=', 'pending')
        .where('mail_next_at', '=', seen)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    async mailed(id: string, state: 'sent' | 'failed' | 'pending', nextAt: number): Promise<void> {
      await db
        .updateTable('notice')
        .set({ mail_state: state, mail_next_at: nextAt })
        .where('id', '=', id)
        .execute()
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('notice').where('created_at', '<', before).execute()
    },
  }
}
