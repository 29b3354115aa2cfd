/**
 * Table sms_gateway: the HTTP gateway through which SMS codes are sent. There is one or none.
 */
import type { Kysely } from 'kysely'
import type { Database, SmsGatewayRow } from './schema.ts'

/** Its id: the table is made for one. */
export const THE_GATEWAY = 'sms'

export function smsGateways(db: Kysely<Database>) {
  return {
    async find(): Promise<SmsGatewayRow | null> {
      const row = await db
        .selectFrom('sms_gateway')
        .selectAll()
        .where('id', '=', THE_GATEWAY)
        .executeTakeFirst()
      return row ?? null
    },

    async put(row: SmsGatewayRow): Promise<void> {
      const { id: _, ...rest } = row
      await db
        .insertInto('sms_gateway')
        .values(row)
        .onConflict((c) => c.column('id').doUpdateSet(rest))
        .execute()
    },

    async delete(): Promise<boolean> {
      const result = await db
        .deleteFrom('sms_gateway')
        .where('id', '=', THE_GATEWAY)
        .executeTakeFirst()
      return result.numDeletedRows === 1n
    },
  }
}
