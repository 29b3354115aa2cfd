/**
 * API: live connections, one's own and (for administrators) any person's.
 */
import type { DoorNeeds } from '#changes/door.ts'
import { closeConnection } from '#changes/live-connections.ts'
import { existing } from '#changes/users.ts'
import type { Gateway } from '#domain/app-password.ts'
import type { ShownConnection } from '#store/live-connections.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /me/connections'
  | 'DELETE /me/connections/:id'
  | 'GET /users/:id/connections'
  | 'DELETE /users/:id/connections/:connectionId'

export function connectionHandlers(needs: DoorNeeds): HandlersOf<Names> {
  const { clock, store } = needs
  const listOf = async (userId: string): Promise<Answer<'GET /me/connections'>> =>
    (await store.tables.liveConnections.listOf(userId, clock.now())).map(view)

  return {
    'GET /me/connections': async ({ user }) => await listOf(user.id),

    'DELETE /me/connections/:id': async ({ caller, user, params }) => {
      await closeConnection(needs, caller, user, params.id)
      return null
    },

    'GET /users/:id/connections': async ({ params }) =>
      await listOf((await existing(needs, params.id)).id),

    'DELETE /users/:id/connections/:connectionId': async ({ caller, params }) => {
      const user = await existing(needs, params.id)
      await closeConnection(needs, caller, user, params.connectionId)
      return null
    },
  }
}

const view = (row: ShownConnection): Answer<'GET /me/connections'>[number] => ({
  id: row.id,
  gateway: row.gateway as Gateway,
  mailbox: row.email,
  appPasswordId: row.app_password_id,
  appPasswordName: row.app_password_name,
  client: row.client,
  ip: row.ip,
  openedAt: row.opened_at,
  bytesIn: row.bytes_in,
  bytesOut: row.bytes_out,
})
