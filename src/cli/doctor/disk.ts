/**
 * Examines the folders: whether they can be written, how much is free, what the drive holds.
 */
import { existsSync, readdirSync } from 'node:fs'
import { open, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isId } from '#base/id.ts'
import type { Config } from '#config.ts'
import { measureTree } from '#drive/tree.ts'
import type { Store } from '#store/store.ts'
import { fault, ok, reason, warning, type Finding } from './finding.ts'

const GIB = 1024 ** 3
const LEAST_FREE = GIB
const LEAST_FREE_SHARE = 0.05
/** A long list helps nobody; the count is said. */
const SHOWN = 5

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
export async function examineUsage(config: Config, store: Store): Promise<Finding> {
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
    : warning(
        'drive',
        `${wrong.slice(0, SHOWN).join('; ')}. The server counts anew once a day and when it starts.`,
      )
}

/** Files of people and shared folders that were deleted stay until the operator removes them. */
export async function examineLeftovers(config: Config, store: Store): Promise<Finding> {
  const { users, sharedFolders } = store.tables
  const nobodys: string[] = []
  for (const [kind, table] of [
    ['home', users],
    ['shared', sharedFolders],
  ] as const) {
    const folder = join(config.driveDir, kind)
    const ids = existsSync(folder) ? readdirSync(folder).filter(isId) : []
    for (const id of ids) if (!(await table.find(id))) nobodys.push(join(folder, id))
  }
  const says = `${nobodys.length} folders of deleted people or shared folders`
  return nobodys.length === 0
    ? ok('left over', 'No folders of deleted people or shared folders.')
    : warning('left over', `${says}: ${nobodys.slice(0, SHOWN).join(', ')}. Remove them by hand.`)
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`
