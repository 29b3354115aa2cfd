/**
 * The whole product on a free port, with a temporary folder and a clock that tests can move.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startApp, type App } from '#app.ts'
import { systemEntropy, type Clock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { readConfig } from '#config.ts'
import type { Role } from '#domain/user.ts'
import { openGround, type Ground } from '#ground.ts'
import { Client } from './client.ts'
import { freePort } from './free-port.ts'
import { newDatabase } from './postgres.ts'
import type { StoreKind } from './stores.ts'

export { freePort } from './free-port.ts'

export type MovableClock = Clock & { advance(ms: number): void }
export type Product = AsyncDisposable & {
  readonly url: string
  readonly app: App
  readonly ground: Ground
  readonly clock: MovableClock
  /** Every log line so far. */
  readonly log: string[]
  /** A fresh browser. */
  client(): Client
  /** Uses the set-up link: the first administrator, with an authenticator app. */
  administrator(name?: string): Promise<Client>
  /** Creates and invites a user, who accepts and sets up an authenticator app. */
  person(by: Client, name: string, role?: Role): Promise<Client & { userId: string }>
}

export const PASSWORD = 'plum tractor sidewalk 42'
const PAGES = join(import.meta.dirname, '..', '..', 'dist', 'web')

/**
 * @param on the database; SQLite unless it says otherwise
 * @param env further settings, without their prefix
 * @param dataDir a folder to go on with; a fresh one otherwise, removed at the end
 * @param ahead how far the clock is before the computer's at first, in milliseconds; below 0: behind
 */
export async function startProduct({
  on = 'sqlite',
  env = {},
  dataDir,
  ahead = 0,
}: {
  on?: StoreKind
  env?: Record<string, string>
  dataDir?: string
  ahead?: number
} = {}): Promise<Product> {
  await using opened = new AsyncDisposableStack()
  const database = on === 'postgres' ? opened.use(await newDatabase()) : null
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'passerelle-')))
  if (dataDir === undefined) opened.defer(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const settings = {
    URL: url,
    LISTEN: `127.0.0.1:${port}`,
    DATA_DIR: folder,
    LOG_LEVEL: 'debug',
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...env,
  }
  const config = readConfig(
    Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [`PASSERELLE_${name}`, value]),
    ),
  )
  const clock = movableClock(ahead)
  const log: string[] = []
  const world = {
    clock,
    entropy: systemEntropy,
    log: createLog((line) => void log.push(line), clock, 'debug'),
    ticks: { now: () => clock.now(), asleep: () => 0 },
  }
  const ground = opened.use(await openGround(config, world, { migrates: true }))
  const app = opened.use(await startApp(ground, PAGES))
  const closing = opened.move()
  const client = (): Client => new Client(url, () => clock.now())
  return {
    url,
    app,
    ground,
    clock,
    log,
    client,
    administrator: async (name = 'ada') => await administrator(client(), app, name),
    person: async (by, name, role = 'user') => await person(by, client(), name, role),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

async function administrator(client: Client, app: App, name: string): Promise<Client> {
  const token = app.setUpLink?.reveal().split('#')[1] ?? ''
  const body = {
    token,
    password: PASSWORD,
    name,
    email: `${name}@example.org`,
    language: 'en' as const,
  }
  await client.call('POST /links/accept', { body })
  await client.setUpTotp()
  return client
}

async function person(
  by: Client,
  client: Client,
  name: string,
  role: Role,
): Promise<Client & { userId: string }> {
  const body = { name, email: `${name}@example.org`, role, language: 'en' as const }
  const { id } = await by.call('POST /users', { body })
  const { url } = await by.call('POST /users/:id/link', { params: { id } })
  const token = url.split('#')[1] ?? ''
  const { stage } = await client.call('POST /links/accept', { body: { token, password: PASSWORD } })
  if (stage === 'set_up') await client.setUpTotp()
  return Object.assign(client, { userId: id })
}

function movableClock(ahead: number): MovableClock {
  return { now: () => Date.now() + ahead, advance: (ms) => void (ahead += ms) }
}
