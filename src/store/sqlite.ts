/**
 * node:sqlite behind Kysely: one writing connection, and one that only reads, for admission.
 */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDatabase,
} from 'kysely'
import { guard, isBusy } from './outage.ts'

type SqlValue = null | number | bigint | string | Uint8Array
const values = (parameters: readonly unknown[]): SqlValue[] => parameters as SqlValue[]

/** Statements kept prepared; the product has fewer distinct ones than this. */
const MAX_PREPARED = 500
/** How long a writer waits for another process (a command line beside the server). */
const BUSY_TIMEOUT_MS = 5000
const MOST_BETWEEN_TRIES_MS = 20

/** What admission reads of a million application passwords stays at hand: a fifth less work. */
const READ_CACHE_KIB = 32_000

/**
 * WAL, so that readers never wait for the writer. `synchronous = FULL`: what was answered is on disk.
 * @param file a path; `:memory:` for a store that dies with the process
 */
export function openSqliteFile(file: string, { readOnly = false } = {}): DatabaseSync {
  if (!readOnly && file !== ':memory:') makeForOwner(file)
  const db = new DatabaseSync(file, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
    readOnly,
  })
  if (readOnly) {
    db.exec(`pragma cache_size = -${READ_CACHE_KIB}`)
    return db
  }
  db.exec('pragma journal_mode = wal')
  db.exec('pragma synchronous = full')
  // From here on waiting is ours: SQLite's own would hold up everybody in this process.
  db.exec('pragma busy_timeout = 0')
  return db
}

/**
 * SQLite would make the file as readable as the umask allows; its companions take over its mode.
 * Never opens one that is there: closing it would drop the locks that this process holds on it.
 */
function makeForOwner(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

/** Kysely asks for few methods, not for a driver of its own, so Node's fits. */
function asKyselyDatabase(db: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = db.prepare(sql)
    // A statement that changes the schema would be stale at its second use.
    if (prepared.size < MAX_PREPARED && /^\s*(select|insert|update|delete)/i.test(sql))
      prepared.set(sql, statement)
    return statement
  }
  return {
    close: () => db.close(),
    prepare(sql) {
      const statement = prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      }
    },
  }
}

/** A failed migration leaves nothing behind: SQLite rolls back DDL, which Kysely does not assume. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Takes the write lock at once: a transaction that reads first and then writes cannot fail between. */
class ImmediateDriver extends SqliteDriver {
  readonly #db: DatabaseSync
  constructor(db: DatabaseSync) {
    super({ database: asKyselyDatabase(db) })
    this.#db = db
  }
  override async acquireConnection(): Promise<DatabaseConnection> {
    return guard(await super.acquireConnection(), async (run) => await this.#patiently(run))
  }
  /** Only what begins has to wait: whoever is in a transaction has the lock already. */
  async #patiently<T>(run: () => Promise<T>): Promise<T> {
    const until = performance.now() + BUSY_TIMEOUT_MS
    for (let wait = 1; ; wait = Math.min(2 * wait, MOST_BETWEEN_TRIES_MS)) {
      try {
        return await run()
      } catch (thrown) {
        if (!isBusy(thrown) || this.#db.isTransaction || performance.now() > until) throw thrown
        await setTimeout(wait)
      }
    }
  }
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  /** A full disk has ended the transaction already; a second error would hide the first. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#db.isTransaction) await super.rollbackTransaction(connection)
  }
}

export class NodeSqliteDialect extends SqliteDialect {
  readonly #db: DatabaseSync
  constructor(db: DatabaseSync) {
    super({ database: asKyselyDatabase(db) })
    this.#db = db
  }
  override createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#db)
  }
  override createAdapter(): TransactionalDdl {
    return new TransactionalDdl()
  }
}
