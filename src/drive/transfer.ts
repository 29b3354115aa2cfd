/**
 * Copying and moving: whole or not at all. A copy grows in Incoming and enters the space by one
 * rename; what it replaces leaves by another, and comes back if something goes wrong.
 */
import { existsSync, renameSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Drive } from './drive.ts'
import { placeAt, type Place } from './place.ts'
import { discard } from './remove.ts'
import { copyTree, measureTree, removeTree } from './tree.ts'

/** Asked inside the turn, of both places as they are then; anything but null ends the change. */
export type RecheckBoth<Refusal> = (from: Place, to: Place) => Promise<Refusal | null>

export type Transferred<Refusal> =
  | { ok: false; refusal: Refusal | 'no_room' }
  | { ok: true; created: boolean; to: Place }

/**
 * @param deep false: of a collection only itself, without what is in it
 * @param changed the second in which the copy counts as changed; null: now
 */
export async function copy<Refusal>(
  drive: Drive,
  from: Place,
  to: Place,
  { deep, changed }: { deep: boolean; changed: number | null },
  recheck: RecheckBoth<Refusal>,
): Promise<Transferred<Refusal>> {
  const shallow = from.entry?.kind === 'directory' && !deep
  const wanted = shallow ? 0 : await measureTree(from.file)
  if (!(await drive.quota.take(to.space, wanted))) return { ok: false, refusal: 'no_room' }
  const grown = drive.incoming.newPath()
  let reserved = wanted
  try {
    if (shallow) await mkdir(grown, { mode: 0o750 })
    else reserved -= await copyTree(from.file, grown, () => drive.nextTime(changed))
    const done = await drive.turns.take(
      [from.space.id, to.space.id],
      async () =>
        await enter(drive, from, to, grown, recheck, async (source, target) => {
          await drive.tables.davProperties.copyTree(at(source), at(target), deep)
        }),
    )
    if (done.ok) return await finished(drive, done)
    reserved = wanted
    return done
  } catch (cause) {
    reserved = wanted
    throw cause
  } finally {
    drive.quota.give(to.space.id, reserved)
    await removeTree(grown, () => drive.incoming.newPath())
  }
}

/** Properties go along; locks do not (RFC 4918 §7.6). */
export async function move<Refusal>(
  drive: Drive,
  from: Place,
  to: Place,
  recheck: RecheckBoth<Refusal>,
): Promise<Transferred<Refusal>> {
  const between = from.space.id !== to.space.id
  const bytes = between ? await measureTree(from.file) : 0
  if (!(await drive.quota.take(to.space, bytes))) return { ok: false, refusal: 'no_room' }
  let done: Entered<Refusal> | null = null
  try {
    done = await drive.turns.take(
      [from.space.id, to.space.id],
      async () =>
        await enter(drive, from, to, null, recheck, async (source, target) => {
          await drive.tables.davProperties.copyTree(at(source), at(target), true)
          await drive.tables.davProperties.removeTree(source.space.id, source.path)
          await drive.tables.davLocks.removeTree(source.space.id, source.path, true)
        }),
    )
  } finally {
    drive.quota.give(done?.ok ? from.space.id : to.space.id, bytes)
  }
  if (!done.ok) return done
  await drive.directories.sync(path.dirname(from.file))
  return await finished(drive, done)
}

type Entered<Refusal> =
  | { ok: false; refusal: Refusal }
  | { ok: true; created: boolean; to: Place; replaced: string | null }

/** @param grown the finished copy, or null when the source itself moves */
async function enter<Refusal>(
  drive: Drive,
  from: Place,
  to: Place,
  grown: string | null,
  recheck: RecheckBoth<Refusal>,
  follow: (from: Place, to: Place) => Promise<void>,
): Promise<Entered<Refusal>> {
  const source = placeAt(from.space, from.names)
  const target = placeAt(to.space, to.names)
  const refusal = await recheck(source, target)
  if (refusal !== null) return { ok: false, refusal }
  const aside = target.entry ? drive.incoming.newPath() : null
  if (aside !== null) renameSync(target.file, aside)
  try {
    renameSync(grown ?? source.file, target.file)
  } catch (cause) {
    if (aside !== null && !existsSync(target.file)) renameSync(aside, target.file)
    throw cause
  }
  // The lock on the target itself stays: it locks the name (RFC 4918 §7.6). Those below it locked
  // what is gone.
  await drive.tables.davProperties.removeTree(target.space.id, target.path)
  await drive.tables.davLocks.removeTree(target.space.id, target.path, false)
  await follow(source, target)
  return { ok: true, created: aside === null, to: target, replaced: aside }
}

async function finished(
  drive: Drive,
  { to, created, replaced }: Entered<never> & { ok: true },
): Promise<{ ok: true; created: boolean; to: Place }> {
  await drive.directories.sync(path.dirname(to.file))
  if (replaced !== null) await discard(drive, to.space.id, replaced)
  return { ok: true, created, to }
}

const at = ({ space, path: below }: Place): { space: string; path: Buffer } => ({
  space: space.id,
  path: below,
})
