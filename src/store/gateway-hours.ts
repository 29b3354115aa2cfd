/**
 * Table gateway_hour: what came and went at each gateway, an hour a row, summed over all nodes.
 */
import { sql, type Kysely } from 'kysely'
import type { Database, GatewayHourRow } from './schema.ts'

const SUMMED = ['sign_ins', 'refusals', 'connections', 'bytes_in', 'bytes_out'] as const

export function gatewayHours(db: Kysely<Database>) {
  return {
    /** Adds to what is there. */
    async add(row: GatewayHourRow): Promise<void> {
      const sums = Object.fromEntries(
        SUMMED.map((name) => [
          name,
          sql<number>`${sql.ref(`gateway_hour.${name}`)} + ${row[name]}`,
        ]),
      )
      await db
        .insertInto('gateway_hour')
        .values(row)
        .onConflict((c) => c.columns(['hour', 'gateway']).doUpdateSet(sums))
        .execute()
    },

    /** In the order of time. */
    async since(hour: number): Promise<GatewayHourRow[]> {
      return await db
        .selectFrom('gateway_hour')
        .selectAll()
        .where('hour', '>=', hour)
        .orderBy('hour')
        .orderBy('gateway')
        .execute()
    },

    async forget(before: number): Promise<void> {
      await db.deleteFrom('gateway_hour').where('hour', '<', before).execute()
    },
  }
}
