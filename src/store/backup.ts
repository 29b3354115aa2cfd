/**
 * Backup: every table as it is at one moment, while everybody goes on working.
 *
 * SQLite: a read transaction on a connection of its own. PostgreSQL: a repeatable-read transaction.
 * Neither holds up a writer.
 */
import { DatabaseSync } from 'node:sqlite'
import { sql, type Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import { BackupWriter, type BackupKeys, type Counts } from './backup-file.ts'
import { applied } from './migrations.ts'
import type { Database } from './schema.ts'
import type { Store } from './store.ts'

/**
 * Every table, in an order in which rows find the rows that they name. What ends by itself within
 * days stays out: put back, an ended session would live again, and a used link would open again.
 */
const TABLES: Record<keyof Database, 'kept' | 'left_out'> = {
  meta: 'kept',
  setting: 'kept',
  user: 'kept',
  second_factor: 'kept',
  recovery_code: 'kept',
  device: 'kept',
  session: 'left_out',
  one_time_link: 'left_out',
  app_password: 'kept',
  app_password_network: 'kept',
  stale_use: 'kept',
  throttle: 'kept',
  notice: 'kept',
  audit: 'kept',
  audit_head: 'kept',
  shared_folder: 'kept',
  shared_folder_member: 'kept',
  drive_usage: 'kept',
  dav_property: 'kept',
  dav_lock: 'left_out',
  oauth_application: 'kept',
  mail_account: 'kept',
  mail_account_user: 'kept',
  access_token: 'left_out',
  token_init: 'left_out',
  node: 'left_out',
  live_connection: 'left_out',
  gateway_hour: 'kept',
  identity_provider: 'kept',
  identity: 'kept',
  provider_visit: 'left_out',
  seen_token: 'left_out',
  user_group: 'kept',
  user_group_member: 'kept',
  group_policy: 'kept',
  user_policy: 'kept',
  sent_code: 'left_out',
  sms_gateway: 'kept',
  bulk_job: 'left_out',
  bulk_failure: 'left_out',
  bulk_target: 'left_out',
}
export const ALL_TABLES = Object.keys(TABLES) as (keyof Database)[]
export const KEPT_TABLES = ALL_TABLES.filter((table) => TABLES[table] === 'kept')

type Row = readonly (null | string | number | Uint8Array)[]
type Rows = (table: string, columns: readonly string[]) => AsyncIterable<Row> | Iterable<Row>

/**
 * @param file is made, and must not be there yet; only its owner may read it
 * @param now milliseconds
 * @returns how many rows there are of each table
 * @throws Problem `conflict` when the file is there already
 */
export async function backup(
  store: Store,
  keys: BackupKeys,
  file: string,
  now: number,
): Promise<Counts> {
  const found = await store.db.introspection.getTables()
  const columns = new Map(found.map((table) => [table.name, table.columns.map((c) => c.name)]))
  const migrations = await applied(store.db)
  await using writer = new BackupWriter(file, keys)
  await atOneMoment(store, async (rows) => {
    await writer.header({
      createdAt: new Date(now).toISOString(),
      database: store.kind,
      migrations,
      keys: await keyChecks(rows),
      sealedBy: keys.current,
    })
    for (const table of KEPT_TABLES) {
      const names = columns.get(table)
      if (!names) throw new Problem('broken', `The database has no table ${table}.`)
      await writer.table(table, names)
      for await (const row of rows(table, names)) await writer.row(row)
    }
  })
  return await writer.finish()
}

async function keyChecks(rows: Rows): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const [name, value] of rows('meta', ['name', 'value'])) {
    const [, id] = /^key_check:(.+)$/.exec(String(name)) ?? []
    if (id !== undefined) found[id] = String(value)
  }
  return found
}

async function atOneMoment(store: Store, act: (rows: Rows) => Promise<void>): Promise<void> {
  const file = store.sqlite?.location()
  if (store.kind === 'postgres')
    await store.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (trx) => await act(postgresRows(trx)))
  else if (typeof file === 'string') await inSqlite(file, act)
  else throw new Problem('conflict', 'A database in memory cannot be backed up.')
}

async function inSqlite(file: string, act: (rows: Rows) => Promise<void>): Promise<void> {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    db.exec('begin')
    await act((table, columns) => {
      const statement = db.prepare(selection(table, columns))
      statement.setReturnArrays(true)
      return statement.iterate() as unknown as Iterable<Row>
    })
  } finally {
    db.close()
  }
}

const FETCHED = 1000

const postgresRows = (trx: Kysely<Database>): Rows =>
  async function* (table, columns) {
    const select = sql.raw(selection(table, columns))
    await sql`declare backed_up no scroll cursor for ${select}`.execute(trx)
    for (;;) {
      const { rows } = await sql<
        Record<string, Row[number]>
      >`fetch ${sql.raw(String(FETCHED))} from backed_up`.execute(trx)
      for (const row of rows) yield columns.map((name) => row[name] ?? null)
      if (rows.length < FETCHED) break
    }
    await sql`close backed_up`.execute(trx)
  }

/** Names come from the database itself, and from the table above. */
const selection = (table: string, columns: readonly string[]): string =>
  `select ${columns.map(quoted).join(', ')} from ${quoted(table)}`

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
