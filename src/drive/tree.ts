/**
 * Trees on the disk: measured, copied and removed, a slice at a time so that others get their turn.
 */
import { constants, lstatSync, readdirSync, type Dirent } from 'node:fs'
import { copyFile, mkdir, open, rename, rm, rmdir, unlink } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'

/** Entries that are looked at before others get their turn: about a millisecond. */
const SLICE = 256
/** Longer paths are moved up before their inside is removed: the system takes 4,096 bytes. */
const LONG_PATH = 2048

const entriesOf = (folder: string): Dirent[] => readdirSync(folder, { withFileTypes: true })

/** Bytes in the plain files at and below a path. Links and devices count for nothing. */
export async function measureTree(file: string): Promise<number> {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats?.isFile() ? stats.size : 0
  let bytes = 0
  let seen = 0
  const folders = [file]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of entriesOf(folder)) {
      const inner = path.join(folder, entry.name)
      if (entry.isDirectory()) folders.push(inner)
      else if (entry.isFile()) bytes += lstatSync(inner, { throwIfNoEntry: false })?.size ?? 0
      if (++seen % SLICE === 0) await breathe()
    }
  return bytes
}

/**
 * Copies a file, or a folder with all that is in it, to a path where nothing stands, and brings it to
 * the disk. Links and devices are left out. Shares blocks where the file system can.
 * @returns bytes that were copied
 */
export async function copyTree(from: string, to: string, nextTime: () => number): Promise<number> {
  if (lstatSync(from).isFile()) return await copyOne(from, to, nextTime())
  await mkdir(to, { mode: 0o750 })
  let bytes = 0
  for (const entry of entriesOf(from)) {
    const [inner, outer] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) bytes += await copyTree(inner, outer, nextTime)
    else if (entry.isFile()) bytes += await copyOne(inner, outer, nextTime())
  }
  await syncPath(to)
  return bytes
}

async function copyOne(from: string, to: string, time: number): Promise<number> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  const handle = await open(to, 'r+')
  try {
    await handle.utimes(time, time)
    await handle.datasync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}

async function syncPath(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes whatever stands at a path of Incoming. @returns bytes of the plain files that went */
export async function removeTree(file: string, newPath: () => string): Promise<number> {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) {
    await unlink(file)
    return stats.isFile() ? stats.size : 0
  }
  let bytes = 0
  for (const entry of entriesOf(file)) {
    let inner = path.join(file, entry.name)
    if (entry.isDirectory() && inner.length > LONG_PATH) {
      const up = newPath()
      await rename(inner, up)
      inner = up
    }
    bytes += await removeTree(inner, newPath)
  }
  // What has a name that is no UTF-8 was not seen above.
  await rmdir(file).catch(async () => await rm(file, { recursive: true, force: true }))
  return bytes
}
