/**
 * Making a collection.
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Drive } from './drive.ts'
import { placeAt, type Place } from './place.ts'
import type { Recheck } from './put-file.ts'

/** @returns what the check said, or null when the collection is there */
export async function makeCollection<Refusal>(
  drive: Drive,
  place: Place,
  recheck: Recheck<Refusal>,
): Promise<Refusal | null> {
  const refusal = await drive.turns.take([place.space.id], async () => {
    const now = placeAt(place.space, place.names)
    const refused = await recheck(now)
    if (refused === null) mkdirSync(now.file, { mode: 0o750 })
    return refused
  })
  if (refusal === null) await drive.directories.sync(path.dirname(place.file))
  return refusal
}
