/**
 * One test body, both databases: each store is migrated, empty, and gone with its block.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe } from 'node:test'
import { systemClock, type Clock } from '#base/clock.ts'
import { silentLog, type Log } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import type { AuditSeal } from '#store/audit.ts'
import { migrate } from '#store/migrations.ts'
import { openStore, type Store, type StoreAddress } from '#store/store.ts'
import { parseKeyFile, type Keyring } from '#vault/keyring.ts'
import { migratedDatabase, migratedFile } from './migrated.ts'
import { newDatabase } from './postgres.ts'

export const STORE_KINDS = ['sqlite', 'postgres'] as const
export type StoreKind = (typeof STORE_KINDS)[number]

export const TEST_KEYS: Keyring = parseKeyFile(`k1 ${'1f'.repeat(32)}`)

export const auditSeal = (clock: Clock = systemClock, keys: Keyring = TEST_KEYS): AuditSeal => ({
  keyId: keys.current,
  key: keys.key('audit'),
  clock,
})

export type OpenOptions = {
  readonly clock?: Clock
  readonly log?: Log
  readonly keys?: Keyring
  /** A store that is there already, for a second process or a later start. */
  readonly at?: StoreAddress
}
export type Open = (options?: OpenOptions) => Promise<Store>

type Place<Kind extends StoreKind = StoreKind> = AsyncDisposable & {
  readonly address: Extract<StoreAddress, { kind: Kind }>
}

/** A place for a store: nothing is there yet. */
export async function newPlace(kind: StoreKind): Promise<Place> {
  return kind === 'postgres' ? postgresPlace(await newDatabase()) : sqlitePlace()
}

/** A place for a store: one that is migrated and empty is there. */
async function migratedPlace(kind: StoreKind): Promise<Place> {
  if (kind === 'postgres')
    return postgresPlace(await newDatabase(undefined, await migratedDatabase(migrateAt)))
  const bytes = await migratedFile(migrateAt)
  const place = sqlitePlace()
  writeFileSync(place.address.file, bytes, { mode: 0o600 })
  return place
}

const postgresPlace = (database: Awaited<ReturnType<typeof newDatabase>>): Place<'postgres'> => ({
  address: { kind: 'postgres', url: new Secret(database.url) },
  [Symbol.asyncDispose]: async () => await database[Symbol.asyncDispose](),
})

function sqlitePlace(): Place<'sqlite'> {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-store-'))
  return {
    address: { kind: 'sqlite', file: path.join(folder, 'passerelle.db') },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function migrateAt(address: StoreAddress): Promise<void> {
  await using store = await openStore(address, auditSeal(), silentLog)
  await migrate(store.db)
}

/** A migrated store. Its place goes with it, unless the place was given. */
export async function openTestStore(
  kind: StoreKind,
  { clock = systemClock, log = silentLog, keys = TEST_KEYS, at }: OpenOptions = {},
): Promise<Store> {
  const place = at ? null : await migratedPlace(kind)
  const store = await openStore(at ?? place!.address, auditSeal(clock, keys), log)
  if (at) await migrate(store.db)
  const close = store[Symbol.asyncDispose].bind(store)
  return Object.assign(store, {
    [Symbol.asyncDispose]: async () => {
      await close()
      await place?.[Symbol.asyncDispose]()
    },
  })
}

/** Describes the same promises on SQLite and on PostgreSQL. */
export function forEachStore(body: (name: StoreKind, open: Open) => void): void {
  for (const kind of STORE_KINDS)
    describe(kind, () => body(kind, async (options) => await openTestStore(kind, options)))
}
