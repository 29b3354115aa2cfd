/**
 * Restore: a backup into a database of either kind, whole or not at all.
 */
import { CompiledQuery, PostgresAdapter, type Kysely } from 'kysely'
import { Problem } from '#base/problem.ts'
import { ALL_TABLES, KEPT_TABLES, quoted } from './backup.ts'
import { readBackup, type BackupHeader, type BackupKeys, type Counts } from './backup-file.ts'
import { MIGRATIONS, migrateTo } from './migrations.ts'
import type { Database } from './schema.ts'
import type { Store, Tables } from './store.ts'

export type RestoreOptions = {
  /** Whether what is in the database may go. */
  readonly replaces: boolean
  /** Whether a check value (hex) is that of the master key of that id. */
  fits(id: string, check: string): boolean
  /** Runs in the same transaction, last: what it throws undoes everything. */
  finally(tables: Tables, header: BackupHeader): Promise<void>
}

/**
 * @returns what was in the backup
 * @throws Problem `invalid` when the backup is not good, `conflict` when the database is not empty;
 *   the database is then as it was
 */
export async function restore(
  store: Store,
  keys: BackupKeys,
  file: string,
  options: RestoreOptions,
): Promise<{ header: BackupHeader; rows: Counts }> {
  const header = await look(file, keys, options)
  return await store.transaction(async (tables, trx) => {
    if (!options.replaces) await refuseUsed(trx)
    await dropAll(trx)
    await migrateTo(trx, header.migrations.at(-1)!)
    const rows = await load(trx, file, keys)
    await migrateTo(trx, Object.keys(MIGRATIONS).at(-1)!)
    await options.finally(tables, header)
    return { header, rows }
  })
}

/** Reads the whole backup before anything is touched. */
async function look(
  file: string,
  keys: BackupKeys,
  { fits }: Pick<RestoreOptions, 'fits'>,
): Promise<BackupHeader> {
  let header: BackupHeader | null = null
  for await (const line of readBackup(file, keys)) {
    if (line.is !== 'header') continue
    header = line.header
    for (const [id, check] of Object.entries(header.keys))
      if (!fits(id, check)) throw refused(`its master key "${id}" is not here, or is another one`)
    const known = Object.keys(MIGRATIONS)
    if (!header.migrations.length || header.migrations.some((name, i) => name !== known[i]))
      throw refused('a later version of Passerelle made it')
  }
  if (!header) throw refused('it is no backup of Passerelle')
  return header
}

/** Only people count: a server that was started and never set up has written rows of its own. */
async function refuseUsed(trx: Kysely<Database>): Promise<void> {
  const there = await trx.introspection.getTables()
  if (!there.some((table) => table.name === 'user')) return
  const someone = await trx.selectFrom('user').select('id').limit(1).execute()
  if (someone.length > 0) throw new Problem('conflict', 'The database is not empty.')
}

async function dropAll(trx: Kysely<Database>): Promise<void> {
  for (const table of [...ALL_TABLES.toReversed(), 'kysely_migration', 'kysely_migration_lock'])
    await trx.schema.dropTable(table).ifExists().execute()
}

/** Rows in one statement: its text is made once for a table. */
const BATCH = 100

/** Into tables that were just made. @returns how many rows there are of each */
async function load(trx: Kysely<Database>, file: string, keys: BackupKeys): Promise<Counts> {
  const lines = readBackup(file, keys)
  let batch: Batch | null = null
  for (;;) {
    const next = await lines.next()
    if (next.done) {
      await batch?.flush()
      return next.value
    }
    const line = next.value
    if (line.is === 'table') {
      await batch?.flush()
      batch = new Batch(trx, tableNamed(line.table), line.columns)
      await batch.empty()
    } else if (line.is === 'row') {
      if (!batch) throw refused('it has a row of no table')
      await batch.add(line.values)
    }
  }
}

class Batch {
  readonly #trx: Kysely<Database>
  readonly #table: keyof Database
  readonly #columns: readonly string[]
  readonly #full: string
  #values: unknown[] = []

  constructor(trx: Kysely<Database>, table: keyof Database, columns: readonly string[]) {
    this.#trx = trx
    this.#table = table
    this.#columns = columns
    this.#full = this.#insert(BATCH)
  }

  /** A migration may have written first rows; the backup has its own. */
  async empty(): Promise<void> {
    await this.#trx.deleteFrom(this.#table).execute()
  }

  async add(values: readonly unknown[]): Promise<void> {
    if (values.length !== this.#columns.length) throw refused('it has a row of another length')
    this.#values.push(...values)
    if (this.#values.length >= BATCH * this.#columns.length) await this.flush()
  }

  async flush(): Promise<void> {
    const values = this.#values
    this.#values = []
    if (values.length === 0) return
    const rows = values.length / this.#columns.length
    const text = rows === BATCH ? this.#full : this.#insert(rows)
    await this.#trx.executeQuery(CompiledQuery.raw(text, values))
  }

  #insert(rows: number): string {
    const numbered = this.#trx.getExecutor().adapter instanceof PostgresAdapter
    let n = 0
    const mark = (): string => (numbered ? `$${++n}` : '?')
    const groups = Array.from({ length: rows }, () => `(${this.#columns.map(mark).join(', ')})`)
    const names = this.#columns.map(quoted).join(', ')
    return `insert into ${quoted(this.#table)} (${names}) values ${groups.join(', ')}`
  }
}

function tableNamed(name: string): keyof Database {
  const table = KEPT_TABLES.find((one) => one === name)
  if (table === undefined) throw refused(`it has a table "${name}" that this version does not know`)
  return table
}

const refused = (why: string): Problem => new Problem('invalid', `The backup is not taken: ${why}.`)
