/**
 * Removing a file or a tree: out of the space by one rename, then from the disk.
 */
import { renameSync } from 'node:fs'
import path from 'node:path'
import type { Drive } from './drive.ts'
import { placeAt, type Place } from './place.ts'
import type { Recheck } from './put-file.ts'
import { removeTree } from './tree.ts'

/** Locks and properties go with it. @returns what the check said, or null when it is gone */
export async function remove<Refusal>(
  drive: Drive,
  place: Place,
  recheck: Recheck<Refusal>,
): Promise<Refusal | null> {
  const aside = drive.incoming.newPath()
  const refusal = await drive.turns.take([place.space.id], async () => {
    const now = placeAt(place.space, place.names)
    const refused = await recheck(now)
    if (refused !== null) return refused
    renameSync(now.file, aside)
    await forget(drive, now)
    return null
  })
  if (refusal !== null) return refusal
  await drive.directories.sync(path.dirname(place.file))
  await discard(drive, place.space.id, aside)
  return null
}

/** What the database knows of a tree that has left its place. */
export async function forget(drive: Drive, { space, path: at }: Place): Promise<void> {
  await drive.tables.davProperties.removeTree(space.id, at)
  await drive.tables.davLocks.removeTree(space.id, at, true)
}

/** Frees what was set aside, on the disk and in the quota. */
export async function discard(drive: Drive, spaceId: string, aside: string): Promise<void> {
  drive.quota.give(spaceId, await removeTree(aside, () => drive.incoming.newPath()))
}
