/**
 * Forgetting browsers that are remembered: they need the second factor again.
 */
import { SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Policy } from '#domain/policy.ts'
import type { DeviceRow } from '#store/schema.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'

type Owner = { readonly id: string; readonly name: string }

/** What a page calls it: the beginning of the keyed hash, which opens nothing. */
export const deviceId = ({ hash }: Pick<DeviceRow, 'hash'>): string =>
  Buffer.from(hash).toString('hex', 0, 16)

/** Those that need no second factor now, the last used first. */
export async function rememberedDevices(
  { store, clock }: Pick<DoorNeeds, 'store' | 'clock'>,
  ownerId: string,
  { remembered_device_ttl: ttl }: Pick<Policy, 'remembered_device_ttl'>,
): Promise<DeviceRow[]> {
  return ttl === 0
    ? []
    : await store.tables.devices.rememberedOf(ownerId, clock.now() - ttl * SECOND)
}

/**
 * Sessions that began without the factor, because a browser was remembered, end as well; not the
 * one that asks.
 * @param id one of them; undefined: all
 * @throws Problem `not_found`
 */
export async function forgetDevices(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  policy: Policy,
  id?: string,
): Promise<void> {
  const said = {
    action: 'device.forget',
    target: { kind: 'user', id: owner.id, name: owner.name },
    owner: owner.id,
    details: { all: id === undefined },
  } as const
  await change(needs, caller, said, async (tables) => {
    const { sessionId } = caller
    const kept = sessionId === null ? {} : { except: sessionId }
    await tables.sessions.deleteRemembered(owner.id, kept)
    if (id === undefined) return await tables.devices.forgetRemembered(owner.id)
    const listed = await rememberedDevices(
      { ...needs, store: { ...needs.store, tables } },
      owner.id,
      policy,
    )
    const device = listed.find((one) => deviceId(one) === id)
    if (!device) throw new Problem('not_found', 'There is no such remembered browser.')
    return await tables.devices.forgetRemembered(owner.id, device.hash)
  })
}
