/**
 * Entries: what stands in a space on the disk, as the drive sees it.
 *
 * Only plain files and directories are there. A symbolic link, a device or a socket, which only the
 * operator can have placed, is never followed, listed or replaced.
 */
import { lstatSync, type Stats } from 'node:fs'

export type Entry = {
  readonly kind: 'file' | 'directory'
  readonly size: number
  /** Milliseconds since 1970. */
  readonly mtime: number
  readonly created: number
  readonly etag: string
}

const QUIET = { throwIfNoEntry: false } as const

/** undefined: nothing is there; null: something that is not served. */
export function entryAt(file: string): Entry | null | undefined {
  const stats = lstatSync(file, QUIET)
  return stats && entryOf(stats)
}

export function entryOf(stats: Stats): Entry | null {
  const isFile = stats.isFile()
  if (!isFile && !stats.isDirectory()) return null
  return {
    kind: isFile ? 'file' : 'directory',
    size: isFile ? stats.size : 0,
    mtime: stats.mtimeMs,
    created: Math.min(stats.birthtimeMs || stats.mtimeMs, stats.mtimeMs),
    etag: entityTag(stats),
  }
}

/**
 * A strong tag: a write is always a new file with a time of its own (see FileTimes), so two contents
 * never share inode, size and microsecond.
 */
const entityTag = (stats: Stats): string =>
  `"${stats.ino}-${stats.size}-${Math.round(stats.mtimeMs * 1000)}"`

/** Times of modification in seconds, no two alike: the file system's own clock ticks every 4 ms. */
export class FileTimes {
  #last = 0
  #count = 0

  /** @param now milliseconds */
  next(now: number): number {
    this.#last = Math.max(this.#last + 1, Math.floor(now * 1000))
    return this.#last / 1_000_000
  }

  /** The second that a client gives, with a fraction that only we see (HTTP dates have none). */
  within(second: number): number {
    this.#count = (this.#count + 1) % 1_000_000
    return second + this.#count / 1_000_000
  }
}
