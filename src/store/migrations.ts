/**
 * The migrations in order. Each applies whole or not at all, on both databases.
 */
import { PostgresAdapter, sql, type Kysely } from 'kysely'
import { Migrator, type Migration, type MigrationResultSet } from 'kysely/migration'
import { Problem } from '#base/problem.ts'
import * as m0001 from './migrations/0001-ground.ts'
import * as m0002 from './migrations/0002-mail-accounts.ts'
import * as m0003 from './migrations/0003-mail-gateways.ts'
import * as m0004 from './migrations/0004-enterprise-sign-in.ts'
import type { Database } from './schema.ts'

export const MIGRATIONS = {
  '0001-ground': m0001,
  '0002-mail-accounts': m0002,
  '0003-mail-gateways': m0003,
  '0004-enterprise-sign-in': m0004,
} satisfies Readonly<Record<string, Migration>>

type Migrations = Readonly<Record<string, Migration>>

const migrator = (db: Kysely<Database>, migrations: Migrations): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } })

/**
 * A database that a later version has migrated further is left as it is: migrations only add, so that
 * two versions can run together while nodes are upgraded one by one.
 * @returns the names of those that were applied
 * @throws Problem `broken` when one failed; then the database is as it was before
 */
export async function migrate(
  db: Kysely<Database>,
  migrations: Migrations = MIGRATIONS,
): Promise<string[]> {
  if ((await pending(db, migrations)).length === 0) return []
  return await patiently(db, async (one) =>
    names(await migrator(one, migrations).migrateToLatest()),
  )
}

/**
 * An index over millions of rows takes longer than any other statement may, and so does waiting for
 * the node that makes it.
 */
async function patiently<T>(
  db: Kysely<Database>,
  act: (db: Kysely<Database>) => Promise<T>,
): Promise<T> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return await act(db)
  return await db.connection().execute(async (one) => {
    await sql`set statement_timeout = 0`.execute(one)
    await sql`set lock_timeout = 0`.execute(one)
    try {
      return await act(one)
    } finally {
      await sql`reset statement_timeout`.execute(one)
      await sql`reset lock_timeout`.execute(one)
    }
  })
}

/** Applies those up to and with the one that is named; `db` may be a transaction. */
export async function migrateTo(db: Kysely<Database>, name: string): Promise<string[]> {
  return names(await migrator(db, MIGRATIONS).migrateTo(name))
}

/** Those that are not applied yet. */
export async function pending(
  db: Kysely<Database>,
  migrations: Migrations = MIGRATIONS,
): Promise<string[]> {
  const known = await migrator(db, migrations).getMigrations()
  return known.filter((one) => one.executedAt === undefined).map((one) => one.name)
}

/** Those that are applied, in order. */
export async function applied(db: Kysely<Database>): Promise<string[]> {
  const known = await migrator(db, MIGRATIONS).getMigrations()
  return known.filter((one) => one.executedAt !== undefined).map((one) => one.name)
}

function names({ error, results = [] }: MigrationResultSet): string[] {
  const failed = results.find((result) => result.status === 'Error')
  if (error === undefined) return results.map((result) => result.migrationName)
  if (error instanceof Problem && error.code === 'unavailable') throw error
  throw new Problem(
    'broken',
    failed
      ? `The migration ${failed.migrationName} failed; nothing of it was kept.`
      : 'The database cannot be migrated.',
    { cause: error },
  )
}
