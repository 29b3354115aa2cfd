/**
 * API: browsers that are remembered and need no second factor for now.
 */
import { SECOND } from '#base/clock.ts'
import type { DoorNeeds } from '#changes/door.ts'
import { deviceId, forgetDevices, rememberedDevices } from '#changes/remembered-devices.ts'
import { existing } from '#changes/users.ts'
import type { Policy } from '#domain/policy.ts'
import { findDevice } from '#identity/known-device.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import type { DeviceRow } from '#store/schema.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /me/devices'
  | 'DELETE /me/devices'
  | 'DELETE /me/devices/:id'
  | 'GET /users/:id/devices'
  | 'DELETE /users/:id/devices'

export function deviceHandlers(
  needs: DoorNeeds & { readonly identity: IdentityNeeds },
): HandlersOf<Names> {
  return {
    'GET /me/devices': async ({ user, policy, origin }) => {
      const here = await findDevice(needs.identity, origin.deviceToken)
      const current = here ? deviceId(here.row) : null
      return (await rememberedDevices(needs, user.id, policy)).map((row) =>
        deviceView(row, policy, current),
      )
    },

    'DELETE /me/devices': async ({ caller, user, policy }) => {
      await forgetDevices(needs, caller, user, policy)
      return null
    },

    'DELETE /me/devices/:id': async ({ caller, user, policy, params }) => {
      await forgetDevices(needs, caller, user, policy, params.id)
      return null
    },

    'GET /users/:id/devices': async ({ params }) => {
      const user = await existing(needs, params.id)
      const policy = await needs.identity.policyOf(user.id)
      const rows = await rememberedDevices(needs, user.id, policy)
      return rows.map((row) => deviceView(row, policy, null))
    },

    'DELETE /users/:id/devices': async ({ caller, params }) => {
      const user = await existing(needs, params.id)
      await forgetDevices(needs, caller, user, await needs.identity.policyOf(user.id))
      return null
    },
  }
}

/** `current` is the id of the browser that asks, if it is one of these. */
const deviceView = (
  row: DeviceRow,
  policy: Pick<Policy, 'remembered_device_ttl'>,
  current: string | null,
): Answer<'GET /me/devices'>[number] => ({
  id: deviceId(row),
  current: deviceId(row) === current,
  ip: row.ip,
  client: row.client,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  rememberedUntil: (row.remembered_at ?? 0) + policy.remembered_device_ttl * SECOND,
})
