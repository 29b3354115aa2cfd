/**
 * Changes to shared folders and their members.
 */
import { Problem } from '#base/problem.ts'
import { folderKey, folderName } from '#domain/shared-folder.ts'
import type { SharedFolderRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'
import { existing as existingUser } from './users.ts'

/** @throws Problem `invalid`, `conflict` (field name, `taken`) */
export async function createSharedFolder(
  needs: DoorNeeds,
  caller: Caller,
  typed: string,
): Promise<string> {
  const now = needs.clock.now()
  const name = folderName(typed)
  const by = nameOf(caller)
  const row = {
    id: needs.newId(),
    name,
    name_key: folderKey(name),
    created_at: now,
    created_by: by,
    updated_at: now,
    updated_by: by,
  }
  await change(needs, caller, about('shared_folder.create', row), async (tables) => {
    await refuseTaken(tables, row)
    await tables.sharedFolders.insert(row)
  })
  return row.id
}

export async function renameSharedFolder(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  typed: string,
): Promise<void> {
  const name = folderName(typed)
  const folder = await existing(needs, id)
  const said = { ...about('shared_folder.update', folder), details: { name } }
  await change(needs, caller, said, async (tables) => {
    await refuseTaken(tables, { id, name_key: folderKey(name) })
    await tables.sharedFolders.update(id, {
      name,
      name_key: folderKey(name),
      updated_at: needs.clock.now(),
      updated_by: nameOf(caller),
    })
  })
}

/** Its files stay on the disk until the operator removes them. */
export async function deleteSharedFolder(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
): Promise<void> {
  const folder = await existing(needs, id)
  await change(needs, caller, about('shared_folder.delete', folder), (tables) =>
    tables.sharedFolders.delete(id),
  )
}

/** `null` takes the person out. */
export async function setMember(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  userId: string,
  access: 'read' | 'write' | null,
): Promise<void> {
  const folder = await existing(needs, id)
  const user = await existingUser(needs, userId)
  const said = { ...about('shared_folder.update', folder), details: { member: user.name, access } }
  await change(needs, caller, said, async (tables) => {
    if (access === null) await tables.sharedFolders.removeMember(id, userId)
    else await tables.sharedFolders.setMember(id, userId, access)
    await tables.sharedFolders.update(id, {
      updated_at: needs.clock.now(),
      updated_by: nameOf(caller),
    })
  })
}

async function existing(needs: Pick<DoorNeeds, 'store'>, id: string): Promise<SharedFolderRow> {
  const folder = await needs.store.tables.sharedFolders.find(id)
  if (!folder) throw new Problem('not_found', 'There is no such shared folder.')
  return folder
}

async function refuseTaken(
  tables: Pick<Tables, 'sharedFolders'>,
  row: Pick<SharedFolderRow, 'id' | 'name_key'>,
): Promise<void> {
  const other = await tables.sharedFolders.findByKey(row.name_key)
  if (other && other.id !== row.id)
    throw new Problem('conflict', 'There is a shared folder with this name.', {
      fields: [{ field: 'name', fault: 'taken' }],
    })
}

const about = (action: Change['action'], folder: { id: string; name: string }): Change => ({
  action,
  target: { kind: 'shared_folder', id: folder.id, name: folder.name },
})
