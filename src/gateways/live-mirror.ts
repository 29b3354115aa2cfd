/**
 * Live connections of this node as the store has them, so that every node can show and end them.
 *
 * Written together once a second. What is shorter than that never touches the store.
 */
import { SECOND, type Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import type { LiveConnectionRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { LiveConnection } from './live.ts'

/** The figures of a connection are so old at most; each node writes those that changed. */
const COUNTED_EVERY = 10 * SECOND

type Needs = {
  /** The name of this node. */
  readonly node: string
  readonly table: Pick<Tables['liveConnections'], 'put' | 'remove' | 'closing'>
  readonly clock: Clock
  readonly newId: NewId
}
type Opened = ReadonlyMap<LiveConnection, { readonly since: number }>

export class LiveMirror {
  readonly #needs: Needs
  /** As they are in the store. */
  readonly #written = new Map<LiveConnection, LiveConnectionRow>()
  /** Ids of those that are over and may still be in the store. */
  #over: string[] = []
  #countedAt = 0

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Nothing of this node is in the store. */
  get isClean(): boolean {
    return this.#written.size === 0 && this.#over.length === 0
  }

  ended(connection: LiveConnection): void {
    const written = this.#written.get(connection)
    if (!written) return
    this.#written.delete(connection)
    this.#over.push(written.id)
  }

  /** Others took this node for dead, and its rows away if there were others: all are written anew. */
  startAnew(): void {
    for (const { id } of this.#written.values()) this.#over.push(id)
    this.#written.clear()
  }

  /**
   * Brings the store up to date.
   * @returns those whose end a person asked for
   * @throws Problem `unavailable`; the next round goes on where this one failed
   */
  async round(open: Opened): Promise<LiveConnection[]> {
    await this.#takeAway()
    await this.#put(open)
    if (this.#written.size === 0) return []
    const { node, table } = this.#needs
    const asked = new Set(await table.closing(node))
    if (asked.size === 0) return []
    return [...this.#written]
      .filter(([, { id }]) => asked.has(id))
      .map(([connection]) => connection)
  }

  async #takeAway(): Promise<void> {
    const over = this.#over
    if (over.length === 0) return
    this.#over = []
    try {
      await this.#needs.table.remove(over)
    } catch (thrown) {
      this.#over.push(...over)
      throw thrown
    }
  }

  async #put(open: Opened): Promise<void> {
    const now = this.#needs.clock.now()
    const counts = Math.abs(now - this.#countedAt) >= COUNTED_EVERY
    const before = new Map<LiveConnection, LiveConnectionRow | undefined>()
    const rows: LiveConnectionRow[] = []
    for (const [connection, { since }] of open) {
      const written = this.#written.get(connection)
      const row = written
        ? counts && countedAnew(connection, written)
        : since <= now - SECOND && this.#rowOf(connection, since)
      if (!row) continue
      before.set(connection, written)
      rows.push(row)
      // Before it is: whatever ends meanwhile is taken away in the next round.
      this.#written.set(connection, row)
    }
    if (counts) this.#countedAt = now
    if (rows.length === 0) return
    try {
      await this.#needs.table.put(rows)
    } catch (thrown) {
      for (const [connection, row] of before)
        if (row && this.#written.has(connection)) this.#written.set(connection, row)
        else this.ended(connection) // written again under another id: some may be there all the same
      throw thrown
    }
  }

  #rowOf(connection: LiveConnection, since: number): LiveConnectionRow {
    const { userId, appPasswordId, accountId, gateway, ip, client } = connection
    return {
      id: this.#needs.newId(),
      node: this.#needs.node,
      user_id: userId,
      app_password_id: appPasswordId,
      account_id: accountId ?? null,
      gateway,
      ip,
      client,
      opened_at: since,
      ...passed(connection),
      closing: 0,
    }
  }
}

function passed({ bytes }: LiveConnection): Pick<LiveConnectionRow, 'bytes_in' | 'bytes_out'> {
  const { bytesIn, bytesOut } = bytes?.() ?? { bytesIn: 0, bytesOut: 0 }
  return { bytes_in: bytesIn, bytes_out: bytesOut }
}

/** null: nothing has passed since. */
function countedAnew(connection: LiveConnection, row: LiveConnectionRow): LiveConnectionRow | null {
  const now = passed(connection)
  const same = now.bytes_in === row.bytes_in && now.bytes_out === row.bytes_out
  return same ? null : { ...row, ...now }
}
