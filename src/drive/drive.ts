/**
 * The drive: files behind WebDAV, kept as plain files, with what belongs to them in the database.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Clock, Entropy } from '#base/clock.ts'
import { isId } from '#base/id.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Tables } from '#store/store.ts'
import { DirectorySync } from './durable.ts'
import { FileTimes } from './entry.ts'
import { Incoming } from './incoming.ts'
import { placeAt, type Place } from './place.ts'
import { Quota } from './quota.ts'
import { rootOf, spaceNamed, spacesOf, type Space } from './space.ts'
import { measureTree } from './tree.ts'
import { Turns } from './turns.ts'

type DriveTables = Pick<Tables, 'davLocks' | 'davProperties' | 'driveUsage' | 'sharedFolders'>

export type DriveNeeds = {
  /** The drive's folder; made when it is missing. */
  readonly dir: string
  readonly tables: DriveTables
  readonly transaction: <T>(act: (tables: DriveTables) => Promise<T>) => Promise<T>
  /** Bytes that a person may keep in Home; null: no limit. */
  readonly quotaOf: (userId: string) => Promise<number | null>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
}

/** What a path means to a person: the top, a place, or nothing that the person can see. */
export type Found = { at: 'top' } | { at: 'place'; place: Place } | { at: 'nowhere' }

export class Drive implements AsyncDisposable {
  readonly dir: string
  readonly tables: DriveTables
  readonly transaction: DriveNeeds['transaction']
  readonly clock: Clock
  readonly entropy: Entropy
  readonly incoming: Incoming
  readonly quota: Quota
  readonly turns = new Turns()
  readonly directories = new DirectorySync()
  readonly #times = new FileTimes()

  /** @throws Problem `unavailable` when the folder cannot be used */
  constructor(needs: DriveNeeds) {
    this.dir = needs.dir
    this.tables = needs.tables
    this.transaction = needs.transaction
    this.clock = needs.clock
    this.entropy = needs.entropy
    this.quota = new Quota(needs)
    try {
      const folders = ['home', 'shared', '.incoming'].map((name) => path.join(needs.dir, name))
      for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o750 })
      if (new Set(folders.map((folder) => statSync(folder).dev)).size > 1)
        throw new Error('home, shared and .incoming have to be on one file system.')
      this.incoming = new Incoming(needs.dir, needs.clock, needs.entropy)
    } catch (cause) {
      throw new Problem('unavailable', 'The folder of the drive cannot be used.', { cause })
    }
  }

  /** @param names decoded segments below the mount point */
  async find(userId: string, names: readonly string[]): Promise<Found> {
    const [first, ...rest] = names
    if (first === undefined) return { at: 'top' }
    const space = await spaceNamed(this, userId, first)
    return space ? { at: 'place', place: placeAt(space, rest) } : { at: 'nowhere' }
  }

  async spaces(userId: string): Promise<Space[]> {
    return await spacesOf(this, userId)
  }

  /** Seconds, for the next file that is written; `second` when the client says when it changed. */
  nextTime(second: number | null = null): number {
    return second === null ? this.#times.next(this.clock.now()) : this.#times.within(second)
  }

  /** Corrects the figures of one space by its files. @returns bytes, or null when it is never quiet */
  async recount(spaceId: string): Promise<number | null> {
    return await this.quota.recount(spaceId, () => measureTree(rootOf(this.dir, spaceId)))
  }

  /** Every space that has a folder on the disk. */
  spaceIdsOnDisk(): string[] {
    return ['home', 'shared'].flatMap((kind) =>
      readdirSync(path.join(this.dir, kind))
        .filter(isId)
        .map((id) => `${kind}:${id}`),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.incoming[Symbol.dispose]()
    await this.quota[Symbol.asyncDispose]()
  }
}
