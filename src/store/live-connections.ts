/**
 * Tables node and live_connection: who serves, and what is connected where.
 *
 * What a node wrote counts for as long as the node says that it is alive.
 */
import type { Kysely } from 'kysely'
import { SECOND } from '#base/clock.ts'
import type { Database, LiveConnectionRow, NodeRow } from './schema.ts'

/** A node says so every ten seconds; their clocks may differ by some. */
export const NODE_SILENT = 30 * SECOND

export type ShownConnection = Omit<LiveConnectionRow, 'node' | 'closing'> & {
  app_password_name: string | null
  email: string | null
}

/** Far below what a statement can carry on either database. */
const AT_ONCE = 500

export function liveConnections(db: Kysely<Database>) {
  const alive = (now: number) =>
    db
      .selectFrom('live_connection')
      .innerJoin('node', 'node.name', 'live_connection.node')
      .where('node.seen_at', '>', now - NODE_SILENT)
      .where('closing', '=', 0)
  const shown = (now: number) =>
    alive(now)
      .leftJoin('app_password', 'app_password.id', 'live_connection.app_password_id')
      .leftJoin('mail_account', 'mail_account.id', 'live_connection.account_id')
      .selectAll('live_connection')
      .select(['app_password.name as app_password_name', 'mail_account.email'])

  return {
    /**
     * This node is alive. What silent nodes have left behind goes.
     * @returns false when others may have taken it for dead meanwhile, and its connections away
     */
    async beat(node: NodeRow): Promise<boolean> {
      const known = await db
        .updateTable('node')
        .set({ version: node.version, doors: node.doors, seen_at: node.seen_at })
        .where('name', '=', node.name)
        .where('started_at', '=', node.started_at)
        .where('seen_at', '>', node.seen_at - NODE_SILENT)
        .executeTakeFirst()
      if (known.numUpdatedRows === 0n)
        await db
          .insertInto('node')
          .values(node)
          .onConflict((c) => c.column('name').doUpdateSet(node))
          .execute()
      const silent = db
        .selectFrom('node')
        .select('name')
        .where('seen_at', '<=', node.seen_at - NODE_SILENT)
      await db.deleteFrom('live_connection').where('node', 'in', silent).execute()
      return known.numUpdatedRows > 0n
    },

    /** A node that starts, or stops: nothing is connected there. */
    async clear(node: string): Promise<void> {
      await db.deleteFrom('live_connection').where('node', '=', node).execute()
    },

    /** A node that stops. */
    async leave(node: string): Promise<void> {
      await db.deleteFrom('live_connection').where('node', '=', node).execute()
      await db.deleteFrom('node').where('name', '=', node).execute()
    },

    /** Those that were seen since, by name. */
    async nodes(since: number, now: number): Promise<(NodeRow & { readonly alive: boolean })[]> {
      const rows = await db
        .selectFrom('node')
        .selectAll()
        .where('seen_at', '>', since)
        .orderBy('name')
        .execute()
      return rows.map((row) => ({ ...row, alive: row.seen_at > now - NODE_SILENT }))
    },

    /** Adds them; of those that are there already the bytes are written anew. */
    async put(rows: readonly LiveConnectionRow[]): Promise<void> {
      for (const some of pieces(rows))
        await db
          .insertInto('live_connection')
          .values([...some])
          .onConflict((c) =>
            c.column('id').doUpdateSet((e) => ({
              bytes_in: e.ref('excluded.bytes_in'),
              bytes_out: e.ref('excluded.bytes_out'),
            })),
          )
          .execute()
    },

    async remove(ids: readonly string[]): Promise<void> {
      for (const some of pieces(ids))
        await db.deleteFrom('live_connection').where('id', 'in', some).execute()
    },

    /** Of this node, those whose end a person asked for. */
    async closing(node: string): Promise<string[]> {
      const rows = await db
        .selectFrom('live_connection')
        .select('id')
        .where('node', '=', node)
        .where('closing', '=', 1)
        .execute()
      return rows.map(({ id }) => id)
    },

    /** A person's, the newest first. */
    async listOf(userId: string, now: number): Promise<ShownConnection[]> {
      return await shown(now)
        .where('live_connection.user_id', '=', userId)
        .orderBy('live_connection.opened_at', 'desc')
        .orderBy('live_connection.id', 'desc')
        .limit(500)
        .execute()
    },

    /** Of several persons. */
    async listOfAll(userIds: readonly string[], now: number): Promise<ShownConnection[]> {
      return await shown(now).where('live_connection.user_id', 'in', userIds).execute()
    },

    async find(userId: string, id: string, now: number): Promise<ShownConnection | null> {
      const found = shown(now)
        .where('live_connection.user_id', '=', userId)
        .where('live_connection.id', '=', id)
      return (await found.executeTakeFirst()) ?? null
    },

    /** Its node sees it within a second. @returns false when it is over already */
    async askToClose(id: string): Promise<boolean> {
      const result = await db
        .updateTable('live_connection')
        .set({ closing: 1 })
        .where('id', '=', id)
        .where('closing', '=', 0)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },

    /** How many are open, by gateway. */
    async byGateway(now: number): Promise<{ gateway: string; connections: number }[]> {
      return await alive(now)
        .select(['gateway', (e) => e.fn.countAll<number>().as('connections')])
        .groupBy('gateway')
        .execute()
    },

    /** Nodes that nobody has heard of for so long. */
    async forget(before: number): Promise<void> {
      await db.deleteFrom('node').where('seen_at', '<', before).execute()
    },
  }
}

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < all.length; i += AT_ONCE) yield all.slice(i, i + AT_ONCE)
}
