/**
 * Stores that are migrated already, for tests to start with copies: what migrations do is tested by
 * tests of their own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Secret } from '#base/secret.ts'
import type { StoreAddress } from '#store/store.ts'
import { newDatabase, postgresServerUrl, statement } from './postgres.ts'

/** Migrates what is there. */
type Migrate = (address: StoreAddress) => Promise<void>

const NAME = 'migrated'
const DUPLICATE_DATABASE = '42P04'

let file: Promise<Buffer> | null = null
let database: Promise<string> | null = null

/** The bytes of a SQLite file. */
export async function migratedFile(migrate: Migrate): Promise<Buffer> {
  return await (file ??= makeFile(migrate))
}

/** The name of a database to copy, on the server of this test run. */
export async function migratedDatabase(migrate: Migrate): Promise<string> {
  return await (database ??= makeDatabase(migrate))
}

async function makeFile(migrate: Migrate): Promise<Buffer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-migrated-'))
  try {
    const address = { kind: 'sqlite', file: path.join(folder, 'passerelle.db') } as const
    await migrate(address)
    return readFileSync(address.file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Test files run at the same time: whoever is done first gives it its name. */
async function makeDatabase(migrate: Migrate): Promise<string> {
  const server = await postgresServerUrl()
  const named = await statement(server, `select from pg_database where datname = '${NAME}'`)
  if (named.rowCount === 1) return NAME
  await using made = await newDatabase(server)
  await migrate({ kind: 'postgres', url: new Secret(made.url) })
  const name = new URL(made.url).pathname.slice(1)
  await statement(server, `alter database ${name} rename to ${NAME}`).catch((thrown: unknown) => {
    if ((thrown as { code?: string }).code !== DUPLICATE_DATABASE) throw thrown
  })
  return NAME
}
