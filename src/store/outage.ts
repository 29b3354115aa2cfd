/**
 * Which errors of a database mean that it does not answer now, and how they become a Problem.
 *
 * Everything else (a unique key in use, a mistake in a statement) passes as it is.
 */
import type { AbortableOperationOptions, CompiledQuery, DatabaseConnection } from 'kysely'
import pg from 'pg'
import { Problem } from '#base/problem.ts'

/** SQLite's primary result codes for what is not the statement's fault (sqlite.org/rescode.html). */
const SQLITE_OUTAGES = new Set([
  5, // BUSY: another process writes for too long
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL: the disk, or the most pages allowed
  14, // CANTOPEN
  26, // NOTADB
])

/** PostgreSQL's error classes and codes of the same kind (Appendix A). */
const POSTGRES_OUTAGES = [
  '08', // connection exception
  '25006', // read-only: a standby
  '40', // serialization failure, deadlock: rolled back, can be tried again
  '53', // insufficient resources: disk full, too many connections
  '55P03', // lock not available
  '57', // operator intervention: shutdown, cancelled, timed out
  '58', // system error outside PostgreSQL
]

export function isOutage(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  if (thrown instanceof pg.DatabaseError)
    return POSTGRES_OUTAGES.some((code) => thrown.code?.startsWith(code))
  if ('errcode' in thrown) return SQLITE_OUTAGES.has(Number(thrown.errcode) & 0xff)
  return isLostConnection(thrown)
}

/** node-pg has no class for these; sockets have codes. */
const isLostConnection = (error: Error): boolean =>
  ('syscall' in error && 'code' in error) ||
  error instanceof AggregateError ||
  /^(Connection terminated|timeout e|Query read timeout|Client has encountered a connection error|Cannot use a pool after)/.test(
    error.message,
  )

/** @returns the Problem `unavailable` for an outage; anything else unchanged */
export const orUnavailable = (thrown: unknown): unknown =>
  isOutage(thrown)
    ? new Problem('unavailable', 'The database does not answer.', { cause: thrown })
    : thrown

/** SQLite: another process writes. */
export const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Error && 'errcode' in thrown && (Number(thrown.errcode) & 0xff) === 5

type Run = <T>(run: () => Promise<T>) => Promise<T>

const guarded = new WeakSet<DatabaseConnection>()

/** Makes a connection of Kysely tell outages as Problems. `through` may try a statement again. */
export function guard(
  connection: DatabaseConnection,
  through: Run = async (run) => await run(),
): DatabaseConnection {
  if (guarded.has(connection)) return connection
  guarded.add(connection)
  const executeQuery = connection.executeQuery.bind(connection)
  connection.executeQuery = async <R>(
    query: CompiledQuery,
    options?: AbortableOperationOptions,
  ) => {
    try {
      return await through(async () => await executeQuery<R>(query, options))
    } catch (thrown) {
      throw orUnavailable(thrown)
    }
  }
  return connection
}
