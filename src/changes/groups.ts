/**
 * Changes to groups: make, rename, order, delete, and who is in them.
 *
 * Of a group that comes from a provider the name and the members are the provider's; here only its
 * place among the others, and what it decides, can be changed.
 */
import { Problem } from '#base/problem.ts'
import { groupKey, groupName } from '#domain/group.ts'
import type { UserGroupRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'
import { existing } from './users.ts'

/** @throws Problem `invalid` (name), `conflict` (name in use) */
export async function createGroup(
  needs: DoorNeeds,
  caller: Caller,
  typed: string,
): Promise<UserGroupRow> {
  const name = groupName(typed)
  const now = needs.clock.now()
  const by = nameOf(caller)
  const row = {
    id: needs.newId(),
    name,
    name_key: groupKey(name),
    provider_id: null,
    external_id: null,
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
  return await change(needs, caller, about('group.create', row), async (tables) => {
    await refuseTaken(tables, row)
    const made = { ...row, position: await tables.groups.nextPosition() }
    await tables.groups.insert(made)
    return made
  })
}

/**
 * @param wanted position: from 1; one that is too large is the last
 * @throws Problem `not_found`, `invalid`, `conflict` (name in use; a name that is the provider's)
 */
export async function updateGroup(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  wanted: { readonly name?: string | undefined; readonly position?: number | undefined },
): Promise<void> {
  const row = await existingGroup(needs, id)
  const name = wanted.name === undefined ? row.name : groupName(wanted.name)
  const said = {
    ...about('group.update', row),
    details: {
      ...(name === row.name ? {} : { name }),
      ...(wanted.position === undefined ? {} : { position: wanted.position }),
    },
  }
  await change(needs, caller, said, async (tables) => {
    if (name !== row.name) {
      refuseProviders(row)
      await refuseTaken(tables, { id, name_key: groupKey(name) })
      await tables.groups.update(id, {
        name,
        name_key: groupKey(name),
        updated_at: needs.clock.now(),
        updated_by: nameOf(caller),
      })
    }
    if (wanted.position !== undefined) await tables.groups.move(id, wanted.position)
  })
}

/** Its members stay; what it decided for them is decided elsewhere from then on. */
export async function deleteGroup(needs: DoorNeeds, caller: Caller, id: string): Promise<void> {
  const row = await existingGroup(needs, id)
  await change(needs, caller, about('group.delete', row), async (tables) => {
    refuseProviders(row)
    await tables.groups.delete(id)
  })
}

/** Who is a member already stays one. @throws Problem `not_found`, `conflict` */
export async function addToGroup(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  userId: string,
): Promise<void> {
  await changeMember(needs, caller, id, userId, true)
}

/** @throws Problem `not_found`, `conflict` */
export async function removeFromGroup(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  userId: string,
): Promise<void> {
  await changeMember(needs, caller, id, userId, false)
}

async function changeMember(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  userId: string,
  joins: boolean,
): Promise<void> {
  const row = await existingGroup(needs, id)
  const user = await existing(needs, userId)
  const said = {
    ...about('group.update', row),
    details: { [joins ? 'added' : 'removed']: user.name, userId },
  }
  await change(needs, caller, said, async (tables) => {
    refuseProviders(row)
    if (joins) await tables.groups.addMembers(id, [userId])
    else await tables.groups.removeMembers(id, [userId])
  })
}

/** @throws Problem `not_found` */
export async function existingGroup(
  needs: Pick<DoorNeeds, 'store'>,
  id: string,
): Promise<UserGroupRow> {
  const row = await needs.store.tables.groups.find(id)
  if (!row) throw new Problem('not_found', 'There is no such group.')
  return row
}

function refuseProviders(row: Pick<UserGroupRow, 'provider_id'>): void {
  if (row.provider_id !== null)
    throw new Problem('conflict', 'This group comes from a provider, and is changed there.')
}

async function refuseTaken(
  tables: Pick<Tables, 'groups'>,
  { id, name_key }: Pick<UserGroupRow, 'id' | 'name_key'>,
): Promise<void> {
  const other = await tables.groups.findOwn(name_key)
  if (other && other.id !== id)
    throw new Problem('conflict', 'There is a group with this name.', {
      fields: [{ field: 'name', fault: 'taken' }],
    })
}

const about = (
  action: Change['action'],
  group: Pick<UserGroupRow, 'id' | 'name'>,
): Pick<Change, 'action' | 'target'> => ({
  action,
  target: { kind: 'group', id: group.id, name: group.name },
})
