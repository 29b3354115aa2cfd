/**
 * The migrations in order. Each applies whole or not at all, on both databases.
 */
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Problem } from '#base/problem.ts'
import * as m0001 from './migrations/0001-ground.ts'
import type { Database } from './schema.ts'

export const MIGRATIONS = { '0001-ground': m0001 }

/** @returns the names of those that were applied. @throws Problem `broken`, with what stands now */
export async function migrate(db: Kysely<Database>, migrations = MIGRATIONS): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  const failed = results.find((result) => result.status === 'Error')
  if (error !== undefined)
    throw new Problem(
      'broken',
      failed
        ? `The migration ${failed.migrationName} failed; nothing of it was kept.`
        : 'The database cannot be migrated.',
      { cause: error },
    )
  return results.map((result) => result.migrationName)
}

/** Those that are not applied yet. */
export async function pending(db: Kysely<Database>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const known = await migrator.getMigrations()
  return known.filter((one) => one.executedAt === undefined).map((one) => one.name)
}
