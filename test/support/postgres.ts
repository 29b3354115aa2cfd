/**
 * A PostgreSQL of the tests' own: Debian's newest, in a temporary folder (in memory where there is
 * room), behind a unix socket.
 *
 * `scripts/test.ts` starts one for the whole run and says where in PASSERELLE_TEST_POSTGRES; a test
 * file that is run alone starts its own. Each store gets a database of its own in it.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'

/** A server. `url` is that of its maintenance database. */
export type PostgresServer = AsyncDisposable & {
  readonly url: string
  /** The folder of its data. */
  readonly data: string
  /** Ends it as a power cut would, or starts it again on the same data. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export const SERVER_VARIABLE = 'PASSERELLE_TEST_POSTGRES'

const INSTALLED = '/usr/lib/postgresql'

/** The folder of the newest installed version's programs. @throws Error that names the package */
export function postgresPrograms(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).map(Number) : []
  const newest = versions
    .filter((version) => existsSync(`${INSTALLED}/${version}/bin/initdb`))
    .sort((a, b) => b - a)[0]
  if (newest === undefined) throw new Error('PostgreSQL is missing: apt-get install postgresql')
  return `${INSTALLED}/${newest}/bin`
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {}
  const [, uid, gid] =
    /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) }
}

/** Each database is 300 files, which a disk takes ten times as long to make as memory does. */
const MEMORY = '/dev/shm'
const ROOM_BYTES = 2 ** 30

function roomyFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir()
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir()
}

/** Nothing of it has to survive a power cut, so nothing waits for a disk. */
const SETTINGS = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '300',
  shared_buffers: '64MB',
  max_wal_size: '128MB',
}

/** @param settings more of postgresql.conf */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const programs = postgresPrograms()
  const owner = unprivileged()
  const folder = mkdtempSync(path.join(roomyFolder(), 'passerelle-pg-'))
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = path.join(folder, 'data')
  const asOwner = { ...owner, cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } }
  execFileSync(
    `${programs}/initdb`,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    { ...asOwner, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const options = Object.entries({ ...SETTINGS, ...settings, unix_socket_directories: folder })
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}&port=5432`
  let child: ChildProcess | null = null

  const start = async (): Promise<void> => {
    const server = ['-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    // Where the kernel can, the server ends with the process that started it, however that ended.
    const command = ['--pdeathsig', 'INT', '--', `${programs}/postgres`, ...server]
    child = existsSync('/usr/bin/setpriv')
      ? spawn('/usr/bin/setpriv', command, { ...asOwner, stdio: 'ignore' })
      : spawn(`${programs}/postgres`, server, { ...asOwner, stdio: 'ignore' })
    child.unref()
    await untilReady(url, child)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    running.ref()
    running.kill(signal)
    await once(running, 'exit')
  }
  const stop = async (): Promise<void> => {
    process.off('exit', atExit)
    await end('SIGQUIT') // at once: the data is thrown away
    rmSync(folder, { recursive: true, force: true })
  }
  // The server that a test file started for itself ends with it, without a word from its tests.
  const atExit = (): void => {
    if (child)
      execFileSync(`${programs}/pg_ctl`, ['stop', '-D', data, '-m', 'immediate', '-s'], asOwner)
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', atExit)
  await start()
  return {
    url,
    data,
    start,
    stop,
    kill: async () => await end('SIGQUIT'),
    [Symbol.asyncDispose]: stop,
  }
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      if (server.exitCode !== null) throw new Error('PostgreSQL did not start.', { cause })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

let own: Promise<PostgresServer> | null = null

/** The server of this test run. */
export async function postgresServerUrl(): Promise<string> {
  const given = process.env[SERVER_VARIABLE]
  if (given !== undefined) return given
  own ??= startPostgres()
  return (await own).url
}

/**
 * A database, gone with its block.
 * @param template another database, of which it is a copy; an empty one otherwise
 */
export async function newDatabase(
  server?: string,
  template = 'template1',
): Promise<AsyncDisposable & { readonly url: string }> {
  const maintenance = server ?? (await postgresServerUrl())
  const name = `t${randomUUID().replaceAll('-', '')}`
  // Files are copied, not their pages written one by one.
  await statement(maintenance, `create database ${name} template ${template} strategy file_copy`)
  const url = new URL(maintenance)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () =>
      void (await statement(maintenance, `drop database if exists ${name} with (force)`)),
  }
}

/** One statement on a connection of its own. */
export async function statement(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
