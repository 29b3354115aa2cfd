/**
 * API: shared folders of the drive and their members.
 */
import { Problem } from '#base/problem.ts'
import type { DoorNeeds } from '#changes/door.ts'
import {
  createSharedFolder,
  deleteSharedFolder,
  renameSharedFolder,
  setMember,
} from '#changes/shared-folders.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'

type Names =
  | 'GET /shared-folders'
  | 'POST /shared-folders'
  | 'PATCH /shared-folders/:id'
  | 'DELETE /shared-folders/:id'
  | 'PUT /shared-folders/:id/members/:userId'
  | 'DELETE /shared-folders/:id/members/:userId'

export function sharedFolderHandlers(needs: DoorNeeds): HandlersOf<Names> {
  const { sharedFolders, driveUsage } = needs.store.tables
  const all = async (): Promise<Answer<'GET /shared-folders'>> => {
    const members = await sharedFolders.members()
    const used = await driveUsage.all()
    return (await sharedFolders.list()).map((folder) => ({
      id: folder.id,
      name: folder.name,
      usedBytes: used.get(`shared:${folder.id}`) ?? 0,
      members: members
        .filter(({ folderId }) => folderId === folder.id)
        .map(({ userId, name, access }) => ({ userId, name, access })),
      createdAt: folder.created_at,
      createdBy: folder.created_by,
      updatedAt: folder.updated_at,
      updatedBy: folder.updated_by,
    }))
  }
  const one = async (id: string): Promise<Answer<'POST /shared-folders'>> => {
    const folder = (await all()).find((each) => each.id === id)
    if (!folder) throw new Problem('not_found', 'There is no such shared folder.')
    return folder
  }

  return {
    'GET /shared-folders': all,

    'POST /shared-folders': async ({ caller, body }) =>
      await one(await createSharedFolder(needs, caller, body.name)),

    'PATCH /shared-folders/:id': async ({ caller, params, body }) => {
      await renameSharedFolder(needs, caller, params.id, body.name)
      return await one(params.id)
    },

    'DELETE /shared-folders/:id': async ({ caller, params }) => {
      await deleteSharedFolder(needs, caller, params.id)
      return null
    },

    'PUT /shared-folders/:id/members/:userId': async ({ caller, params, body }) => {
      await setMember(needs, caller, params.id, params.userId, body.access)
      return await one(params.id)
    },

    'DELETE /shared-folders/:id/members/:userId': async ({ caller, params }) => {
      await setMember(needs, caller, params.id, params.userId, null)
      return await one(params.id)
    },
  }
}
