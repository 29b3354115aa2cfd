/**
 * A world for chaos: a store, a token endpoint, accounts of one class, and nodes to kill.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { TokenClass } from '#domain/mail-account.ts'
import type { Store } from '#store/store.ts'
import type { RefreshLimits } from '#vault/refresh-limits.ts'
import { newDatabase } from '../support/postgres.ts'
import { accountRow, refreshing, sealer, type Refreshing } from '../support/refreshing.ts'
import { newId, userRow } from '../support/rows.ts'
import { newPlace, openTestStore, type StoreKind } from '../support/stores.ts'
import { openTokenServer, type TokenServer } from '../support/token-server.ts'
import { Secret } from '#base/secret.ts'
import { refreshTokenPlace } from '#vault/token-places.ts'
import type { News, Orders } from './node.ts'

/** A minute of the real numbers is a second or two here. The ratios stay. */
export const FAST: Partial<RefreshLimits> = {
  leaseMs: 2000,
  requestTimeoutMs: 600,
  patienceMs: 200,
  spoolAfterMs: 50,
  storeRetryMs: 50,
  startJitterMs: 5,
  backOffMs: 100,
  maxBackOffMs: 400,
  graceBackOffMs: 50,
  confirmMs: 250,
  breakerFailures: 1000,
  waitMs: 3000,
  inFlight: 24,
  strictPatienceMs: 20_000,
  marginMs: 1000,
}
/**
 * Longer than any series of kills that one account can meet here: a window that is over loses its
 * token whatever anybody does, and that is not what is looked for.
 */
const GRACE_MS = 600_000

export type World = AsyncDisposable & {
  readonly kind: TokenClass
  readonly store: Store
  readonly server: TokenServer
  readonly on: Refreshing
  readonly accounts: string[]
  readonly address: Orders['database']
  /** @param at where it ends; null: when it is told to */
  node(folder: string, at: Orders['at'], more?: Partial<Orders>): Node
  /** Everything is due again, and what was handed out is over. */
  expire(): Promise<void>
}

export type Node = {
  readonly process: ChildProcess
  readonly ready: Promise<void>
  readonly stopping: Promise<void>
  readonly gone: Promise<void>
  readonly isGone: () => boolean
  end(): Promise<void>
}

export async function openWorld(
  store: StoreKind,
  kind: TokenClass,
  count: number,
  { limits = FAST, postgres }: { limits?: Partial<RefreshLimits>; postgres?: string } = {},
): Promise<World> {
  const opened = new AsyncDisposableStack()
  const place = postgres ? opened.use(await placeIn(postgres)) : opened.use(await newPlace(store))
  const db = opened.use(await openTestStore(store, { at: place.address }))
  const server = opened.use(await openTokenServer())
  server.graceMs = GRACE_MS
  server.delayMs = 3
  await db.tables.users.insert(userRow('ada', { role: 'administrator' }))
  const on = opened.use(await refreshing(db, server, kind))
  const accounts: string[] = []
  await db.transaction(async (tables) => {
    for (let i = 0; i < count; i++) {
      const id = newId()
      await tables.mailAccounts.insert(accountRow(on.application, server.issue(kind, id), { id }))
      accounts.push(id)
    }
  })
  const { address: at } = place
  const address: Orders['database'] =
    at.kind === 'sqlite' ? at : { kind: 'postgres', url: at.url.reveal() }
  return {
    kind,
    store: db,
    server,
    on,
    accounts,
    address,
    node: (folder, when, more = {}) =>
      startNode({
        database: address,
        dataDir: folder,
        limits,
        at: when,
        wanted: accounts.slice(0, 10),
        logLevel: 'error',
        ...more,
      }),
    async expire() {
      await db.db
        .updateTable('mail_account')
        .set({ next_refresh_at: 0 })
        .where('next_refresh_at', '>', 0)
        .execute()
      await db.db.updateTable('access_token').set({ received_at: 0, expires_at: 1 }).execute()
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  }
}

async function placeIn(server: string): ReturnType<typeof newPlace> {
  const database = await newDatabase(server)
  return {
    address: { kind: 'postgres', url: new Secret(database.url) },
    [Symbol.asyncDispose]: async () => {
      // The server may be gone with it.
      await Promise.resolve(database[Symbol.asyncDispose]()).catch(() => {})
    },
  }
}

/** Thousands of processes start; each reads the same files. */
const COMPILED = join(tmpdir(), 'passerelle-chaos-compiled')

function startNode(orders: Orders): Node {
  const child = fork(join(import.meta.dirname, 'node.ts'), [JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  })
  const [ready, stopping] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  child.on('message', (news: News) => (news === 'ready' ? ready : stopping).resolve())
  let isGone = false
  const gone = once(child, 'exit').then(() => {
    isGone = true
    ready.resolve()
    stopping.resolve()
  })
  return {
    process: child,
    ready: ready.promise,
    stopping: stopping.promise,
    gone,
    isGone: () => isGone,
    end: async () => {
      if (isGone) return
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      await gone
    },
  }
}

export type Verdict = {
  /** Accounts whose stored refresh token the provider no longer takes. */
  readonly lost: string[]
  /** Of those: neither on the page, nor in the audit, nor told to anybody. */
  readonly silent: string[]
  /** Accounts that are not active although their token works. */
  readonly unwell: string[]
}

/** Lets one undisturbed node finish everything, and looks at every account. */
export async function judge(world: World, folder: string): Promise<Verdict> {
  const node = world.node(folder, null, { wanted: [] })
  await node.ready
  await untilQuiet(world)
  await node.end()
  const [lost, silent, unwell]: string[][] = [[], [], []]
  const audit = new Set<string | null>()
  for await (const row of world.store.tables.audit.all())
    if (row.action === 'mail_account.state') audit.add(row.target.id)
  const told = (await world.store.tables.notices.listAll(100_000)).map(({ once_key }) => once_key)
  for (const row of await world.store.tables.mailAccounts.list()) {
    const token = sealer.open(row.refresh_token!, refreshTokenPlace(row.id)).reveal()
    if (world.server.takes(token)) {
      if (row.state !== 'active' || row.lease_owner !== null || row.intent_at !== null)
        unwell!.push(`${row.id} ${row.state} ${row.state_reason}`)
      continue
    }
    lost!.push(row.id)
    const isTold = told.some((key) => key.includes(row.id))
    if (row.state !== 'reconsent' || !isTold || !audit.has(row.id)) silent!.push(row.id)
  }
  return { lost: lost!, silent: silent!, unwell: unwell! }
}

/** Whatever is not finished by then is a finding: it is among the unwell. */
const QUIET_WITHIN_MS = 60_000

/** No lease is held, nothing is due, nothing waits for its second answer. */
async function untilQuiet({ store }: World): Promise<void> {
  const until = Date.now() + QUIET_WITHIN_MS
  for (let quiet = 0; quiet < 3 && Date.now() < until;) {
    await setTimeout(50)
    const busy = await store.db
      .selectFrom('mail_account')
      .select('id')
      .where((e) =>
        e.or([
          e('lease_owner', 'is not', null),
          e('intent_at', 'is not', null),
          e.and([
            e('state', 'in', ['active', 'degraded']),
            e('next_refresh_at', '<', Date.now() + 5000),
          ]),
        ]),
      )
      .limit(1)
      .execute()
    quiet = busy.length === 0 ? quiet + 1 : 0
  }
}
