/**
 * Examines the folders: whether they can be written, how much is free, what the drive holds.
 */
import { existsSync } from 'node:fs'
import { open, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '#config.ts'
import { measureTree } from '#drive/tree.ts'
import type { Store } from '#store/store.ts'
import { fault, ok, reason, warning, type Finding } from './finding.ts'

const GIB = 1024 ** 3
const LEAST_FREE = GIB
const LEAST_FREE_SHARE = 0.05

export async function examineFolders(config: Config): Promise<Finding[]> {
  const folders = [...new Set([config.dataDir, config.driveDir])]
  return (
    await Promise.all(folders.map(async (one) => [await writes(one), await free(one)]))
  ).flat()
}

/** A file is made, brought to the disk and removed, as an upload would. */
async function writes(folder: string): Promise<Finding> {
  const file = join(folder, `.doctor-${process.pid}`)
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile('x')
      await handle.sync()
    } finally {
      await handle.close()
      await unlink(file)
    }
    return ok('folder', `${folder} can be written.`)
  } catch (cause) {
    return fault('folder', `${folder} cannot be written: ${reason(cause)}`)
  }
}

async function free(folder: string): Promise<Finding> {
  try {
    const { bavail, blocks, bsize, ffree, files } = await statfs(folder)
    const left = bavail * bsize
    const says = `${gib(left)} of ${gib(blocks * bsize)} free below ${folder}.`
    if (files > 0 && ffree / files < LEAST_FREE_SHARE)
      return warning('disk', `Few inodes are left below ${folder}: ${ffree} of ${files}.`)
    return left < LEAST_FREE || bavail / blocks < LEAST_FREE_SHARE
      ? warning('disk', `Only ${says}`)
      : ok('disk', says)
  } catch (cause) {
    return fault('disk', `${folder}: ${reason(cause)}`)
  }
}

/** What the quota counts against what the files take. Uploads that run meanwhile make a difference. */
export async function examineDrive(config: Config, store: Store): Promise<Finding> {
  const counted = await store.tables.driveUsage.all()
  const wrong: string[] = []
  let bytes = 0
  for (const [space, known] of counted) {
    const folder = join(config.driveDir, ...space.split(':'))
    const found = existsSync(folder) ? await measureTree(folder) : 0
    bytes += found
    if (found !== known) wrong.push(`${space} counts ${known} bytes and holds ${found}`)
  }
  return wrong.length === 0
    ? ok('drive', `${counted.size} spaces hold ${gib(bytes)}, as counted.`)
    : warning('drive', `${wrong.slice(0, 5).join('; ')}. The server counts anew when it starts.`)
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`
