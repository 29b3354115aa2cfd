/**
 * Ending a live connection, on whichever node it is.
 */
import { Problem } from '#base/problem.ts'
import { change, type Caller, type DoorNeeds } from './door.ts'

type Owner = { readonly id: string; readonly name: string }

/** Its node closes it within a second or two. @throws Problem `not_found` also when it is over */
export async function closeConnection(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
): Promise<void> {
  const { liveConnections } = needs.store.tables
  const found = await liveConnections.find(owner.id, id, needs.clock.now())
  const said = {
    action: 'connection.close',
    target: { kind: 'connection', id, name: found?.client ?? null },
    owner: owner.id,
    details: {
      owner: owner.name,
      ...(found
        ? { gateway: found.gateway, ip: found.ip, app_password: found.app_password_id }
        : {}),
    },
  } as const
  await change(needs, caller, said, async (tables) => {
    if (!found || !(await tables.liveConnections.askToClose(id)))
      throw new Problem('not_found', 'There is no such connection (any more).')
  })
}
