/**
 * Putting a file in its place: one rename, right after the last check.
 */
import { renameSync } from 'node:fs'
import path from 'node:path'
import type { Drive } from './drive.ts'
import { entryAt, type Entry } from './entry.ts'
import { placeAt, type Place } from './place.ts'

/** Asked inside the turn, of the place as it is then; anything but null ends the change. */
export type Recheck<Refusal> = (now: Place) => Promise<Refusal | null>

export type Put<Refusal> =
  | { ok: false; refusal: Refusal }
  | { ok: true; created: boolean; entry: Entry; place: Place }

/**
 * @param from a file of Incoming, complete and synced, which is gone when this succeeds
 * @param reserved bytes that were taken from the quota for it; the difference is settled here
 */
export async function putFile<Refusal>(
  drive: Drive,
  place: Place,
  from: { file: string; bytes: number; reserved: number },
  recheck: Recheck<Refusal>,
): Promise<Put<Refusal>> {
  const put = await drive.turns.take([place.space.id], async (): Promise<Put<Refusal>> => {
    const now = placeAt(place.space, place.names)
    const refusal = await recheck(now)
    if (refusal !== null) return { ok: false, refusal }
    renameSync(from.file, now.file)
    drive.quota.give(place.space.id, from.reserved - (from.bytes - (now.entry?.size ?? 0)))
    return { ok: true, created: !now.entry, entry: entryAt(now.file)!, place: now }
  })
  if (put.ok) await drive.directories.sync(path.dirname(put.place.file))
  return put
}
