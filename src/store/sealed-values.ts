/**
 * Every sealed column, a value at a time: for changing the key that sealed them.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** `row` names a row as the value's place does (seal.ts). A column that is missing here is found by a test. */
export const SEALED_COLUMNS = [
  { table: 'second_factor', column: 'secret', row: ['id'] },
  { table: 'oauth_application', column: 'secret', row: ['id'] },
  { table: 'oauth_application', column: 'certificate', row: ['id'] },
  { table: 'mail_account', column: 'refresh_token', row: ['id'] },
  { table: 'mail_account', column: 'previous_refresh_token', row: ['id'] },
  { table: 'access_token', column: 'token', row: ['account_id', 'resource'] },
  { table: 'token_init', column: 'secrets', row: ['id'] },
  { table: 'identity_provider', column: 'secret', row: ['id'] },
  { table: 'identity', column: 'refresh_token', row: ['id'] },
  { table: 'identity', column: 'previous_refresh_token', row: ['id'] },
  { table: 'provider_visit', column: 'secrets', row: ['id'] },
  { table: 'sms_gateway', column: 'secret', row: ['id'] },
] as const
export type SealedColumn = (typeof SEALED_COLUMNS)[number]
export type SealedValue = { readonly row: string; readonly sealed: Uint8Array }

const rowOf = ({ row }: SealedColumn) =>
  row.length === 1
    ? sql<string>`${sql.ref(row[0])}`
    : sql<string>`${sql.ref(row[0])} || ' ' || ${sql.ref(row[1])}`

export function sealedValues(db: Kysely<Database>) {
  return {
    columns: SEALED_COLUMNS,

    /** The next so many behind a row, in the order of rows. */
    async after(column: SealedColumn, row: string, most: number): Promise<SealedValue[]> {
      const found = await sql<SealedValue>`
        select ${rowOf(column)} as ${sql.ref('row')}, ${sql.ref(column.column)} as sealed
        from ${sql.table(column.table)}
        where ${sql.ref(column.column)} is not null and ${rowOf(column)} > ${row}
        order by 1 limit ${most}`.execute(db)
      return found.rows
    },

    /** If it is still the one that was read: true. Somebody else may have written a newer one. */
    async replace(
      column: SealedColumn,
      { row, sealed }: SealedValue,
      fresh: Uint8Array,
    ): Promise<boolean> {
      const result = await sql`
        update ${sql.table(column.table)} set ${sql.ref(column.column)} = ${fresh}
        where ${rowOf(column)} = ${row} and ${sql.ref(column.column)} = ${sealed}`.execute(db)
      return result.numAffectedRows === 1n
    },

    /** What is kept under a key and cannot be sealed anew, because it is a keyed hash: how much. */
    async hashedUnder(id: string): Promise<{ appPasswords: number; auditRows: number }> {
      const one = async (table: 'app_password' | 'audit'): Promise<number> => {
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from ${sql.table(table)} where key_id = ${id}`.execute(db)
        return rows[0]?.n ?? 0
      }
      return { appPasswords: await one('app_password'), auditRows: await one('audit') }
    },
  }
}
