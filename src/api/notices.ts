/**
 * API: notices, to the person and (all of them) to administrators.
 */
import { Problem } from '#base/problem.ts'
import type { DoorNeeds } from '#changes/door.ts'
import type { NoticeKind } from '#domain/notice.ts'
import type { Notice } from '#store/notices.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

const MOST_SHOWN = 200

/** `mailing`: whether notices are mailed at all. */
export function noticeHandlers(
  { store, clock }: DoorNeeds,
  mailing: boolean,
): HandlersOf<'GET /me/notices' | 'DELETE /me/notices/:id' | 'GET /notices'> {
  const view = (row: Notice): Answer<'GET /notices'>[number] => ({
    id: row.id,
    userId: row.user_id,
    userName: row.user_name,
    kind: row.kind as NoticeKind,
    params: JSON.parse(row.params) as Record<string, string | number>,
    mail: mailing ? (row.mail_state as 'pending' | 'sent' | 'failed') : 'off',
    createdAt: row.created_at,
  })
  return {
    'GET /me/notices': async ({ user }) => (await store.tables.notices.listOf(user.id)).map(view),

    'DELETE /me/notices/:id': async ({ user, params }) => {
      if (!(await store.tables.notices.dismiss(user.id, params.id, clock.now())))
        throw new Problem('not_found', 'There is no such notice.')
      return null
    },

    'GET /notices': async () => (await store.tables.notices.listAll(MOST_SHOWN)).map(view),
  }
}
