/**
 * One test body, both databases: each store is migrated, empty, and gone with its block.
 */
import { mkdtempSync, rmSync } from 'node:fs'
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

/** A place for a store: nothing is there yet. */
export async function newPlace(
  kind: StoreKind,
): Promise<AsyncDisposable & { readonly address: StoreAddress }> {
  if (kind === 'postgres') {
    const database = await newDatabase()
    return {
      address: { kind, url: new Secret(database.url) },
      [Symbol.asyncDispose]: async () => await database[Symbol.asyncDispose](),
    }
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-store-'))
  return {
    address: { kind, file: path.join(folder, 'passerelle.db') },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A migrated store. Its place goes with it, unless the place was given. */
export async function openTestStore(
  kind: StoreKind,
  { clock = systemClock, log = silentLog, keys = TEST_KEYS, at }: OpenOptions = {},
): Promise<Store> {
  const place = at ? null : await newPlace(kind)
  const store = await openStore(at ?? place!.address, auditSeal(clock, keys), log)
  await migrate(store.db)
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
