/**
 * Table audit: rows are added at the end of the chain, and read. Nothing here changes or removes one.
 */
import type { KeyObject } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { Clock } from '#base/clock.ts'
import {
  auditHash,
  type AuditAction,
  type AuditAnchor,
  type AuditEvent,
  type AuditRow,
} from '#domain/audit.ts'
import type { AuditTableRow, Database } from './schema.ts'

/**
 * The key that makes the chain, and the time that rows get. `appended` is told where the chain ends
 * once that is committed, never before.
 */
export type AuditSeal = {
  readonly keyId: string
  readonly key: KeyObject
  readonly clock: Clock
  readonly appended?: (head: AuditAnchor) => void
}

export type AuditFilter = {
  before?: number | undefined
  action?: string | undefined
  outcome?: 'ok' | 'refused' | undefined
  /** The id of a user: as who did it, or on whom. */
  user?: string | undefined
  /** With `user`: also what was done to the user's application passwords. */
  appPasswordsToo?: boolean | undefined
  search?: string | undefined
  from?: number | undefined
  to?: number | undefined
}

const BATCH = 500
/** Of more rows than this it is taken for granted that one of them is something else. */
const LOOKED_AT = 1000

export function audit(db: Kysely<Database>, seal: AuditSeal) {
  const appendAll = async (events: readonly AuditEvent[]): Promise<AuditAnchor> => {
    const added = db.isTransaction
      ? await appendTo(db, seal, events)
      : await db.transaction().execute(async (trx) => await appendTo(trx, seal, events))
    seal.appended?.(added)
    return added
  }
  return {
    /**
     * Adds a row. Inside a transaction it comes first: the head is one row that every change writes,
     * so all changes stand in one order on all nodes, and none can pass without its row. Outside of
     * one it is a transaction of its own: a head without its row would break the chain for ever.
     * @returns where the chain ends now
     */
    async append(event: AuditEvent): Promise<AuditAnchor> {
      return await appendAll([event])
    },

    /** Adds rows in their order, at least one; in as many statements as for one, up to 500. */
    appendAll,

    /**
     * Takes the end of the chain, as a row would: what is read after it does not change until the
     * transaction ends. For work that has to look before it can say what it did.
     */
    async hold(): Promise<void> {
      await db
        .updateTable('audit_head')
        .set({ seq: sql<number>`seq` })
        .where('id', '=', 1)
        .execute()
    },

    async head(): Promise<AuditAnchor> {
      const { seq, hash } = await db
        .selectFrom('audit_head')
        .select(['seq', 'hash'])
        .where('id', '=', 1)
        .executeTakeFirstOrThrow()
      return { seq, hash }
    },

    /**
     * Whether something other than these actions was written since that row, and the end of the
     * chain. Rows become visible in their order: one transaction after the other writes them.
     */
    async changedSince(
      seq: number,
      except: readonly AuditAction[],
    ): Promise<{ readonly changed: boolean; readonly seq: number }> {
      const head = await db
        .selectFrom('audit_head')
        .select('seq')
        .where('id', '=', 1)
        .executeTakeFirstOrThrow()
      if (head.seq === seq) return { changed: false, seq }
      if (head.seq - seq > LOOKED_AT) return { changed: true, seq: head.seq }
      const found = db
        .selectFrom('audit')
        .select('seq')
        .where('seq', '>', seq)
        .where('seq', '<=', head.seq)
        .where('action', 'not in', except)
        .limit(1)
      return { changed: (await found.executeTakeFirst()) !== undefined, seq: head.seq }
    },

    /** Of the row in that place; null when there is none. */
    async hashAt(seq: number): Promise<string | null> {
      const found = db.selectFrom('audit').select('hash').where('seq', '=', seq)
      return (await found.executeTakeFirst())?.hash ?? null
    },

    /** Newest first. `size` rows at the most. */
    async list(filter: AuditFilter, size: number): Promise<AuditRow[]> {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where((e) => e.and(conditions(filter)))
        .orderBy('seq', 'desc')
        .limit(size)
        .execute()
      return rows.map(fromTable)
    },

    /** From the row after `seq` to the last, in batches: memory does not grow with the chain. */
    async *all(seq = 0): AsyncGenerator<AuditRow> {
      for (let after = seq; ;) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(BATCH)
          .execute()
        for (const row of rows) yield fromTable(row)
        const last = rows.at(-1)
        if (!last) return
        after = last.seq
        await setImmediate() // SQLite answers at once: a long chain would hold up everybody else
      }
    },
  }
}

/**
 * Half a character (a surrogate alone, where a name was cut) and NUL do not come back from a database
 * as they went in: a row with one would never fit its hash again, and a stranger chooses the names.
 */
function storable(event: AuditEvent): AuditEvent {
  const { actor, target } = event
  return {
    ...event,
    actor: { kind: actor.kind, id: whole(actor.id), name: whole(actor.name) },
    ip: whole(event.ip),
    client: whole(event.client),
    target: { kind: target.kind, id: whole(target.id), name: whole(target.name) },
    reason: whole(event.reason),
  }
}

const whole = (text: string | null): string | null =>
  text?.toWellFormed().replaceAll('\0', '\u{fffd}') ?? null

async function appendTo(
  db: Kysely<Database>,
  seal: AuditSeal,
  events: readonly AuditEvent[],
): Promise<AuditAnchor> {
  const head = await db
    .updateTable('audit_head')
    .set({ seq: sql<number>`seq + ${events.length}` })
    .where('id', '=', 1)
    .returning(['seq', 'hash'])
    .executeTakeFirstOrThrow()
  let { hash } = head
  const first = head.seq - events.length + 1
  const rows = events.map((event, i) => {
    const row = { ...storable(event), seq: first + i, at: seal.clock.now(), keyId: seal.keyId }
    hash = auditHash(seal.key, hash, row)
    return toTable({ ...row, hash })
  })
  for (let at = 0; at < rows.length; at += BATCH)
    await db
      .insertInto('audit')
      .values(rows.slice(at, at + BATCH))
      .execute()
  await db.updateTable('audit_head').set({ hash }).where('id', '=', 1).execute()
  return { seq: head.seq, hash }
}

function conditions(filter: AuditFilter): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = []
  if (filter.before !== undefined) found.push(sql`seq < ${filter.before}`)
  if (filter.action !== undefined) found.push(sql`action = ${filter.action}`)
  if (filter.outcome !== undefined) found.push(sql`outcome = ${filter.outcome}`)
  if (filter.user !== undefined) {
    const theirs = filter.appPasswordsToo
      ? sql` or target_id in (select id from app_password where user_id = ${filter.user})`
      : sql``
    found.push(sql`(actor_id = ${filter.user} or target_id = ${filter.user}${theirs})`)
  }
  if (filter.from !== undefined) found.push(sql`at >= ${filter.from}`)
  if (filter.to !== undefined) found.push(sql`at < ${filter.to}`)
  if (filter.search !== undefined && filter.search !== '') {
    const like = likePattern(filter.search.toLowerCase())
    found.push(
      sql`(lower(coalesce(actor_name, '')) like ${like} escape '\\' or lower(coalesce(target_name, '')) like ${like} escape '\\' or lower(coalesce(client, '')) like ${like} escape '\\' or coalesce(ip, '') like ${like} escape '\\' or coalesce(reason, '') like ${like} escape '\\')`,
    )
  }
  return found
}

/** A text that may stand anywhere, with the wildcards of LIKE taken literally. */
export const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

function toTable(row: AuditRow): AuditTableRow {
  return {
    seq: row.seq,
    at: row.at,
    actor_kind: row.actor.kind,
    actor_id: row.actor.id,
    actor_name: row.actor.name,
    ip: row.ip,
    client: row.client,
    action: row.action,
    target_kind: row.target.kind,
    target_id: row.target.id,
    target_name: row.target.name,
    outcome: row.outcome,
    reason: row.reason,
    details: JSON.stringify(row.details),
    key_id: row.keyId,
    hash: row.hash,
  }
}

function fromTable(row: AuditTableRow): AuditRow {
  return {
    seq: row.seq,
    at: row.at,
    actor: {
      kind: row.actor_kind as AuditEvent['actor']['kind'],
      id: row.actor_id,
      name: row.actor_name,
    },
    ip: row.ip,
    client: row.client,
    action: row.action as AuditAction,
    target: { kind: row.target_kind, id: row.target_id, name: row.target_name },
    outcome: row.outcome as AuditEvent['outcome'],
    reason: row.reason,
    details: JSON.parse(row.details) as AuditEvent['details'],
    keyId: row.key_id,
    hash: row.hash,
  }
}
