/**
 * Quotas: how much a space holds and may hold (RFC 4331).
 *
 * Room is reserved in the database before bytes are written, by one statement that decides and
 * counts, so that parallel writers on any node share the last free byte fairly. Many small writes in
 * a row draw on one larger reservation; what is left of it goes back within a quarter of a second.
 */
import { statfsSync } from 'node:fs'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Tables } from '#store/store.ts'
import type { Space } from './space.ts'

const AHEAD = 1024 * 1024
const BURST_MS = 200
const SETTLE_MS = 250

type Needs = {
  readonly tables: Pick<Tables, 'driveUsage'>
  /** Bytes that a person may keep; null: no limit. */
  readonly quotaOf: (userId: string) => Promise<number | null>
  readonly clock: Clock
  readonly log: Log
}

export class Quota implements AsyncDisposable {
  readonly #needs: Needs
  /** Reserved in the database and not used, by space. */
  readonly #spare = new Map<string, number>()
  readonly #asked = new Map<string, number>()
  readonly #changes = new Map<string, number>()
  #settling: NodeJS.Timeout | null = null

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Reserves room for so many bytes more. @returns whether there is room */
  async take(space: Space, bytes: number): Promise<boolean> {
    this.#changed(space.id)
    const spare = this.#spare.get(space.id) ?? 0
    if (bytes <= spare) {
      this.#keep(space.id, spare - bytes)
      return true
    }
    const most = await this.limitOf(space)
    const now = this.#needs.clock.now()
    const burst = now - (this.#asked.get(space.id) ?? 0) < BURST_MS
    this.#asked.set(space.id, now)
    const { driveUsage } = this.#needs.tables
    if (burst && (await driveUsage.reserve(space.id, bytes + AHEAD, most))) {
      this.#keep(space.id, (this.#spare.get(space.id) ?? 0) + AHEAD)
      return true
    }
    // The last bytes count exactly: what is spare here is part of what is left.
    const own = Math.min(this.#spare.get(space.id) ?? 0, bytes)
    this.#keep(space.id, (this.#spare.get(space.id) ?? 0) - own)
    if (await driveUsage.reserve(space.id, bytes - own, most)) return true
    this.#keep(space.id, (this.#spare.get(space.id) ?? 0) + own)
    return false
  }

  /** Takes back what was reserved or deleted; negative: takes without asking, for what is there already. */
  give(spaceId: string, bytes: number): void {
    if (bytes === 0) return
    this.#changed(spaceId)
    this.#keep(spaceId, (this.#spare.get(spaceId) ?? 0) + bytes)
  }

  async used(spaceId: string): Promise<number> {
    const bytes = await this.#needs.tables.driveUsage.bytes(spaceId)
    return Math.max(0, bytes - (this.#spare.get(spaceId) ?? 0))
  }

  async limitOf(space: Space): Promise<number | null> {
    return space.ownerId === null ? null : await this.#needs.quotaOf(space.ownerId)
  }

  /** Used and available bytes. Without a limit the disk is the limit. */
  async figures(space: Space): Promise<{ used: number; available: number }> {
    const [used, most] = [await this.used(space.id), await this.limitOf(space)]
    const disk = statfsSync(space.root)
    const free = disk.bavail * disk.bsize
    return { used, available: most === null ? free : Math.max(0, Math.min(most - used, free)) }
  }

  /** Writes to the database what is spare, and what was deleted. */
  async settle(): Promise<void> {
    if (this.#settling) clearTimeout(this.#settling)
    this.#settling = null
    const { driveUsage } = this.#needs.tables
    const spare = [...this.#spare]
    this.#spare.clear()
    for (const [spaceId, bytes] of spare)
      if (bytes > 0) await driveUsage.release(spaceId, bytes)
      else if (bytes < 0) await driveUsage.reserve(spaceId, -bytes, null)
  }

  /**
   * Corrects the figure of a space by what is on the disk. A count during which somebody wrote is
   * thrown away and made again.
   * @returns bytes that were counted, or null when the space was never quiet
   */
  async recount(spaceId: string, measure: () => Promise<number>): Promise<number | null> {
    for (let tries = 0; tries < 3; tries++) {
      await this.settle()
      const before = this.#changes.get(spaceId) ?? 0
      const bytes = await measure()
      if ((this.#changes.get(spaceId) ?? 0) !== before) continue
      await this.#needs.tables.driveUsage.set(spaceId, bytes)
      return bytes
    }
    return null
  }

  #changed(spaceId: string): void {
    this.#changes.set(spaceId, (this.#changes.get(spaceId) ?? 0) + 1)
  }

  #keep(spaceId: string, spare: number): void {
    if (spare === 0) this.#spare.delete(spaceId)
    else this.#spare.set(spaceId, spare)
    if (spare === 0 || this.#settling) return
    this.#settling = setTimeout(() => {
      this.settle().catch((cause: unknown) =>
        this.#needs.log.warn('drive.usage_not_settled', { cause }),
      )
    }, SETTLE_MS)
    this.#settling.unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settle()
  }
}
