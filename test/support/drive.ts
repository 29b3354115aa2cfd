/**
 * The drive alone behind its listener: a store, people with application passwords, a folder.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DAY, systemClock, systemEntropy, type Clock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { admission, deadAmong } from '#domain/admission.ts'
import { grouped, mintAppPassword } from '#domain/app-password.ts'
import { Drive } from '#drive/drive.ts'
import type { Routes } from '#gateways/http/door.ts'
import type { HttpLimits } from '#gateways/http/limits.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import type { Certificates } from '#gateways/tls/certificates.ts'
import { LiveConnections } from '#gateways/live.ts'
import { webdavRoutes } from '#gateways/webdav/handler.ts'
import type { Store } from '#store/store.ts'
import { levelsOf } from './levels.ts'
import { appPasswordRow, newId, userRow } from './rows.ts'
import { openTestStore, TEST_KEYS, type StoreKind } from './stores.ts'

export type Person = {
  readonly id: string
  readonly name: string
  readonly password: string
  readonly appPasswordId: string
  /** The value of Authorization. */
  readonly basic: string
}

export type DriveServer = AsyncDisposable & {
  readonly url: string
  readonly port: number
  readonly dir: string
  readonly store: Store
  readonly drive: Drive
  readonly listener: HttpListener
  readonly live: LiveConnections
  readonly log: string[]
  person(name: string, quotaBytes?: number | null): Promise<Person>
  /** A shared folder; members by their access. */
  folder(name: string, members: readonly [Person, 'read' | 'write'][]): Promise<string>
  /** The path on the disk of something in a person's Home. */
  home(person: Person, ...names: string[]): string
}

export type DriveOptions = {
  readonly clock?: Clock
  readonly limits?: Partial<HttpLimits>
  readonly liveEveryMs?: number
  readonly routes?: Routes
  readonly store?: StoreKind
  readonly trusted?: (address: string) => boolean
  readonly tls?: Certificates
}

export async function startDrive(options: DriveOptions = {}): Promise<DriveServer> {
  await using opened = new AsyncDisposableStack()
  const { clock = systemClock } = options
  const dir = await mkdtemp(path.join(tmpdir(), 'passerelle-drive-'))
  opened.defer(async () => await rm(dir, { recursive: true, force: true }))
  const store = opened.use(await openTestStore(options.store ?? 'sqlite', { clock }))
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), clock, 'debug')
  const journal = opened.use(new AdmissionJournal({ store, clock, newId, log }))
  const drive = opened.use(
    new Drive({
      dir,
      tables: store.tables,
      transaction: (act) => store.transaction(act),
      quotaOf: async (userId) => (await store.tables.users.find(userId))?.quota_bytes ?? null,
      clock,
      entropy: systemEntropy,
      log,
    }),
  )
  const live = opened.use(
    new LiveConnections({
      dead: deadAmong({ byIds: (ids) => store.credentials.byIds(ids), levels: levelsOf, clock }),
      log,
      ...(options.liveEveryMs === undefined ? {} : { everyMs: options.liveEveryMs }),
    }),
  )
  const admit = admission({
    hashesOf: (canonical) => TEST_KEYS.hashes('app-password', canonical),
    find: (hash) => store.credentials.find(hash),
    mailboxes: (userId, typed) => store.credentials.mailboxes(userId, typed),
    levels: levelsOf,
    record: (attempt, signIn, credential) => journal.record(attempt, signIn, credential),
    clock,
  })
  const dav = webdavRoutes({ admit, drive, live, log, clock, publicHost: 'drive.example' })
  const listener = opened.use(
    await HttpListener.open({
      host: '127.0.0.1',
      port: 0,
      routes: { ...dav, ...options.routes },
      isTrustedProxy: options.trusted ?? (() => false),
      log,
      ...(options.limits ? { limits: options.limits } : {}),
      ...(options.tls ? { tls: options.tls } : {}),
    }),
  )
  const closing = opened.move()
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    dir,
    store,
    drive,
    listener,
    live,
    log: lines,
    person: async (name, quotaBytes = null) => await person(store, clock, name, quotaBytes),
    folder: async (name, members) => await folder(store, name, members),
    home: ({ id }, ...names) => path.join(dir, 'home', id, ...names),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function person(
  store: Store,
  clock: Clock,
  name: string,
  quotaBytes: number | null,
): Promise<Person> {
  const user = userRow(name, { quota_bytes: quotaBytes })
  const minted = mintAppPassword(systemEntropy)
  const row = appPasswordRow(user, 'Network drive', {
    hash: TEST_KEYS.hash('app-password', new Secret(minted.reveal())),
    expires_at: clock.now() + 90 * DAY,
  })
  await store.tables.users.insert(user)
  await store.tables.appPasswords.insert(row)
  const password = grouped(minted)
  const basic = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  return { id: user.id, name, password, appPasswordId: row.id, basic }
}

async function folder(
  store: Store,
  name: string,
  members: readonly [Person, 'read' | 'write'][],
): Promise<string> {
  const id = newId()
  const who = { created_at: 0, created_by: 'test', updated_at: 0, updated_by: 'test' }
  await store.tables.sharedFolders.insert({ id, name, name_key: name.toLowerCase(), ...who })
  for (const [{ id: userId }, access] of members)
    await store.tables.sharedFolders.setMember(id, userId, access)
  return id
}
