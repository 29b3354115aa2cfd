/**
 * The ground that the server and the command line both stand on: keys, store, policy, audit anchor.
 */
import { readFileSync } from 'node:fs'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemClock, systemEntropy, type Clock, type Entropy } from '#base/clock.ts'
import { idsFrom, type NewId } from '#base/id.ts'
import { createLog, type Log } from '#base/log.ts'
import { AuditAnchorFile } from '#changes/audit-anchor.ts'
import { CurrentPolicy } from '#changes/current-policy.ts'
import type { AuditAnchor } from '#domain/audit.ts'
import { Directories } from '#identity/directory/directories.ts'
import type { IdentityNeeds } from '#identity/needs.ts'
import { PasswordHasher } from '#identity/password-hash.ts'
import { migrate, pending } from '#store/migrations.ts'
import { openStore, type Store } from '#store/store.ts'
import { followCurrentKey } from '#vault/current-key.ts'
import { checkKeys } from '#vault/key-check.ts'
import { newKeyFile, parseKeyFile, type Keyring } from '#vault/keyring.ts'
import { reachable } from '#vault/reachable.ts'
import { Sealer } from '#vault/seal.ts'
import type { Ticks } from '#vault/steady-clock.ts'
import type { Config } from './config.ts'

/** Time, chance and where log lines go: what a test replaces. */
export type World = {
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
  /** The system's unless given. */
  readonly ticks?: Ticks
}

export type Ground = World &
  AsyncDisposable & {
    readonly config: Config
    readonly newId: NewId
    readonly keyring: Keyring
    readonly store: Store
    readonly policy: CurrentPolicy
    readonly anchor: AuditAnchorFile
    readonly identity: IdentityNeeds
    readonly directories: Directories
    /** What this start did for the first time: an operator should know. */
    readonly made: { readonly keyFile: string | null; readonly migrations: readonly string[] }
  }

export function systemWorld(config: Pick<Config, 'logLevel'>): World {
  const write = (line: string): void => void process.stdout.write(line)
  return {
    clock: systemClock,
    entropy: systemEntropy,
    log: createLog(write, systemClock, config.logLevel),
  }
}

/** Where the end of the audit is kept, outside the database. */
export const anchorFile = (config: Pick<Config, 'dataDir'>): string =>
  join(config.dataDir, 'audit.anchor')

/**
 * Opens everything in order, and closes it in reverse when leaving the block.
 * @param migrates whether missing migrations are applied; otherwise they are an error
 * @throws Error with a sentence for the operator
 */
export async function openGround(
  config: Config,
  world: World,
  { migrates }: { migrates: boolean },
): Promise<Ground> {
  await using opened = new AsyncDisposableStack()
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const { keyring, made } = await openKeys(config, world.entropy)
  let told: AuditAnchorFile | null = null // it is opened after the store, whose rows it looks at
  const seal = {
    // Asked anew for each row: the key may be rotated while this runs.
    get keyId() {
      return keyring.current
    },
    get key() {
      return keyring.key('audit')
    },
    clock: world.clock,
    appended: (head: AuditAnchor): void => told?.moved(head),
  }
  const store = opened.use(await openStore(config.database, seal, world.log))
  const migrations = migrates ? await migrate(store.db) : await refusePending(store)
  await checkKeys(store.tables.meta, keyring).catch(async (cause: unknown) => {
    if (made === null) throw cause
    // A new key for an old database helps nobody, and would hide that the right one is missing.
    await unlink(made)
    throw new Error(`The master key ${made} is missing: put back the one of this database.`)
  })
  await followCurrentKey(store.tables.meta, keyring)
  const hashAt = async (seq: number): Promise<string | null> => await store.tables.audit.hashAt(seq)
  const anchorNeeds = { keyring, ...world, hashAt }
  const anchor = opened.use(await AuditAnchorFile.open(anchorFile(config), anchorNeeds))
  told = anchor
  const policy = new CurrentPolicy(store.tables, world.clock)
  const hasher = opened.use(new PasswordHasher({ keyring, entropy: world.entropy }))
  const newId = idsFrom(world.clock, world.entropy)
  const sealer = new Sealer(keyring, world.entropy)
  const mayReach = reachable(config.allowPrivateNetworks)
  const directories = new Directories({ ...world, sealer, mayReach })
  const identity: IdentityNeeds = {
    ...world,
    store,
    newId,
    keyring,
    hasher,
    sealer,
    policyOf: (userId) => policy.of(userId),
    directories,
    defaultLanguage: config.defaultLanguage,
    host: new URL(config.origin).hostname,
    origin: config.origin,
  }
  const closing = opened.move()
  return {
    ...world,
    config,
    newId,
    keyring,
    store,
    policy,
    anchor,
    identity,
    directories,
    made: { keyFile: made, migrations },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function refusePending(store: Store): Promise<string[]> {
  const missing = await pending(store.db)
  if (missing.length > 0)
    throw new Error(`The database lacks ${missing.join(', ')}. Run: passerelle migrate`)
  return []
}

/** The key file that nobody named is made on first start, for its owner only. */
async function openKeys(
  { masterKey: { file, mayCreate } }: Config,
  entropy: Entropy,
): Promise<{ keyring: Keyring; made: string | null }> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' && mayCreate) return null
    throw new Error(`The master key ${file} cannot be read.`, { cause })
  })
  const reread = (): string => readFileSync(file, 'utf8')
  if (text !== null) return { keyring: parseKeyFile(text, reread), made: null }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = newKeyFile(entropy)
  // Written aside and linked: of two that start at once one makes it, and nobody reads half a key.
  const aside = `${file}.${process.pid}.new`
  const handle = await open(aside, 'w', 0o600)
  try {
    await handle.writeFile(fresh)
    await handle.sync()
  } finally {
    await handle.close()
  }
  const won = await link(aside, file).then(
    () => true,
    () => false,
  )
  await unlink(aside)
  return { keyring: parseKeyFile(await readFile(file, 'utf8'), reread), made: won ? file : null }
}
