/**
 * API: browser sessions of the person who is signed in.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { endSessions } from '#changes/users.ts'
import type { Session } from '#store/sessions.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names = 'GET /me/sessions' | 'DELETE /me/sessions' | 'DELETE /me/sessions/:id'

export function sessionHandlers(needs: DoorNeeds): HandlersOf<Names> {
  const { sessions } = needs.store.tables
  return {
    'GET /me/sessions': async ({ user, session }) =>
      sessionViews(await sessions.listOf(user.id, needs.clock.now()), session.id),

    'DELETE /me/sessions': async ({ caller, user, session }) => {
      await endSessions(needs, caller, user, { except: session.id })
      return null
    },

    'DELETE /me/sessions/:id': async ({ caller, user, params }) => {
      await endSessions(needs, caller, user, { id: params.id })
      return null
    },
  }
}

/** `current` is the id of the session that asks, if it is one of these. */
export function sessionViews(
  rows: readonly Session[],
  current: string | null,
): Answer<'GET /me/sessions'> {
  return rows.map((row) => ({
    id: row.id,
    current: row.id === current,
    method: row.method,
    ip: row.ip,
    client: row.client,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }))
}
