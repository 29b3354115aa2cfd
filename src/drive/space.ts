/**
 * Spaces: a person's Home and the shared folders that the person is a member of.
 */
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { isId } from '#base/id.ts'
import { HOME, type Access } from '#domain/shared-folder.ts'
import type { Tables } from '#store/store.ts'

export type Space = {
  /** `home:<user id>` or `shared:<folder id>`: the name of the space in the database. */
  readonly id: string
  /** As it stands in a path. */
  readonly name: string
  /** Its folder on the disk. */
  readonly root: string
  readonly access: Access
  /** Whose quota counts; a shared folder has none. */
  readonly ownerId: string | null
}

type Needs = { readonly dir: string; readonly tables: Pick<Tables, 'sharedFolders'> }

/** The space of that name for that person, or null. Its folder is there when this returns. */
export async function spaceNamed(
  { dir, tables }: Needs,
  userId: string,
  name: string,
): Promise<Space | null> {
  if (name === HOME) return homeOf(dir, userId)
  const folder = await tables.sharedFolders.ofMemberNamed(userId, name.normalize('NFC'))
  return folder ? shared(dir, folder) : null
}

/** What the person sees at the top: Home first. */
export async function spacesOf({ dir, tables }: Needs, userId: string): Promise<Space[]> {
  const folders = await tables.sharedFolders.ofMember(userId)
  return [homeOf(dir, userId), ...folders.map((folder) => shared(dir, folder))]
}

export const homeSpaceId = (userId: string): string => `home:${userId}`
export const sharedSpaceId = (folderId: string): string => `shared:${folderId}`

/** The folder of a space on the disk; made when it is missing. */
export function rootOf(dir: string, spaceId: string): string {
  const [kind, id = ''] = spaceId.split(':')
  // The id becomes part of a path: nothing but an id may.
  if ((kind !== 'home' && kind !== 'shared') || !isId(id)) throw new Error('This is not a space.')
  const root = path.join(dir, kind, id)
  if (!existsSync(root)) mkdirSync(root, { recursive: true, mode: 0o750 })
  return root
}

function homeOf(dir: string, userId: string): Space {
  const id = homeSpaceId(userId)
  return { id, name: HOME, root: rootOf(dir, id), access: 'write', ownerId: userId }
}

function shared(dir: string, folder: { id: string; name: string; access: Access }): Space {
  const id = sharedSpaceId(folder.id)
  return { id, name: folder.name, root: rootOf(dir, id), access: folder.access, ownerId: null }
}
