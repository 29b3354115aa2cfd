/**
 * PostgreSQL behind Kysely: a pool for everything, and one pipelined connection for admission.
 */
import {
  PostgresDialect,
  PostgresDriver,
  type AbortableOperationOptions,
  type DatabaseConnection,
} from 'kysely'
import pg from 'pg'
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import { guard, orUnavailable } from './outage.ts'

const POOL_SIZE = 10
const CONNECT_TIMEOUT_MS = 5000
/** No statement of the product takes this long; a stuck one must not hold a connection for ever. */
const STATEMENT_TIMEOUT_MS = 30_000
/** Whoever waits longer for a row than this is told to come again: so does SQLite. */
const LOCK_TIMEOUT_MS = 5000

const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

export function postgresOptions(url: Secret): pg.ClientConfig {
  return {
    connectionString: url.reveal(),
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    application_name: 'passerelle',
    keepAlive: true,
  }
}

/** A connection that dies, idle or between two statements, is an event, not the end of the process. */
export function openPool(url: Secret, log: Log): pg.Pool {
  const pool = new pg.Pool({ ...postgresOptions(url), max: POOL_SIZE })
  const lost = (cause: Error): void => log.warn('store.connection_lost', { cause })
  pool.on('error', lost)
  // The pool listens only while a connection is idle. One that is lent out, in the middle of a
  // transaction that waits for something else, would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

class GuardedDriver extends PostgresDriver {
  override async acquireConnection(
    options?: AbortableOperationOptions,
  ): Promise<DatabaseConnection> {
    try {
      return guard(await super.acquireConnection(options))
    } catch (thrown) {
      throw orUnavailable(thrown)
    }
  }
}

class GuardedDialect extends PostgresDialect {
  readonly #pool: pg.Pool
  constructor(pool: pg.Pool) {
    super({ pool })
    this.#pool = pool
  }
  override createDriver(): GuardedDriver {
    return new GuardedDriver({ pool: this.#pool })
  }
}

export const postgresDialect = (pool: pg.Pool): PostgresDialect => new GuardedDialect(pool)
