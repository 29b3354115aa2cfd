/**
 * Directories brought to the disk, so that a rename survives a power cut. Those who wait for the
 * same directory share one fsync: it has to begin after their rename, and that is all.
 */
import { closeSync, fsync, openSync } from 'node:fs'
import { promisify } from 'node:util'

const toDisk = promisify(fsync)

export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>()
  readonly #next = new Map<string, Promise<void>>()

  /** Ends when everything that was renamed in the directory before this call is on the disk. */
  async sync(directory: string): Promise<void> {
    const running = this.#running.get(directory)
    if (!running) return await this.#start(directory)
    // One has begun already, perhaps before our rename: join the one after it.
    const next = this.#next.getOrInsertComputed(directory, async () => {
      await running.catch(() => {})
      this.#next.delete(directory)
      await this.#start(directory)
    })
    await next
  }

  async #start(directory: string): Promise<void> {
    const run = syncDirectory(directory)
    this.#running.set(directory, run)
    try {
      await run
    } finally {
      if (this.#running.get(directory) === run) this.#running.delete(directory)
    }
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows has no such call, and keeps the order by itself.
  if (process.platform === 'win32') return
  const fd = opened(directory)
  if (fd === null) return
  try {
    await toDisk(fd)
  } finally {
    closeSync(fd)
  }
}

/** null for a directory that was deleted in the meantime: it has nothing left to keep. */
function opened(directory: string): number | null {
  try {
    return openSync(directory, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}
