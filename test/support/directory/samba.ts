/**
 * An Active Directory of the tests' own: a Samba domain controller, provisioned into a temporary
 * folder, in a network namespace with nobody else in it.
 *
 * Its ports are fixed (389, 636), so each has an address of its own, at the far end of a veth pair.
 * The namespace is that of the process alone: both end together, however they end.
 */
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Attribute, Change, Client } from 'ldapts'
import { folderFor } from '../mail-servers/process.ts'
import { directoryAuthority, type DirectoryAuthority } from './authority.ts'

export const DOMAIN = 'dc=example,dc=test'
export const USERS = `cn=Users,${DOMAIN}`
/** An ordinary account: what it may read is enough. */
export const READER = { dn: `CN=reader,${USERS}`, password: 'reads-the-directory-1' }
export const AD_PASSWORD = 'plum-tractor-42-X'
const ADMINISTRATOR = { name: 'administrator@example.test', password: 'may-do-everything-1X' }

export type SambaDomain = AsyncDisposable & {
  readonly host: string
  readonly authority: DirectoryAuthority
  /** The administrator of the domain; signed in. */
  readonly manager: Client
  /** Adds an enabled person with `AD_PASSWORD`. @returns the name of the entry */
  person(name: string, more?: Record<string, string>): Promise<string>
  group(name: string, members: readonly string[]): Promise<string>
  set(dn: string, attribute: string, values: readonly string[]): Promise<void>
  setPassword(dn: string, password: string): Promise<void>
}

export async function openSamba(): Promise<SambaDomain> {
  await using opened = new AsyncDisposableStack()
  const folder = folderFor(opened, 'samba')
  const authority = directoryAuthority(folder)
  await provision(folder)
  const host = await begin(opened, folder, authority)
  const url = `ldaps://${host}`
  const manager = opened.use(new Client({ url, tlsOptions: { ca: authority.ca } }))
  await manager.bind(ADMINISTRATOR.name, ADMINISTRATOR.password)
  const set: SambaDomain['set'] = async (dn, type, values) => {
    const modification = new Attribute({ type, values: [...values] })
    await manager.modify(dn, new Change({ operation: 'replace', modification }))
  }
  await set(DOMAIN, 'lockoutThreshold', ['3'])
  const account = async (
    name: string,
    password: string,
    more: Record<string, string> = {},
  ): Promise<string> => {
    const { ou = USERS, ...attributes } = more
    const dn = `CN=${name},${ou}`
    await manager.add(dn, {
      objectClass: ['user'],
      sAMAccountName: name,
      userPrincipalName: `${name}@example.test`,
      displayName: name,
      userAccountControl: '512',
      unicodePwd: quoted(password),
      ...attributes,
    } as never)
    return dn
  }
  await account('reader', READER.password)
  const closing = opened.move()
  return {
    host,
    authority,
    manager,
    set,
    person: async (name, more) =>
      await account(name, AD_PASSWORD, { mail: `${name}@example.org`, ...more }),
    group: async (name, members) => {
      const dn = `CN=${name},${USERS}`
      await manager.add(dn, { objectClass: ['group'], sAMAccountName: name, member: [...members] })
      return dn
    },
    setPassword: async (dn, password) => {
      const modification = new Attribute({ type: 'unicodePwd', values: [quoted(password)] })
      await manager.modify(dn, new Change({ operation: 'replace', modification }))
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** `unicodePwd` ([MS-ADTS] §3.1.1.3.1.5): in quotes, UTF-16. */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le')

async function provision(folder: string): Promise<void> {
  const wanted = ['--realm=EXAMPLE.TEST', '--domain=EXAMPLE', '--host-name=dc1']
  const here = ['--host-ip=127.0.0.1', `--targetdir=${folder}/dc`, '--dns-backend=NONE']
  const bare = ['--option=interfaces=lo', '--option=bind interfaces only=yes']
  const all = ['domain', 'provision', '--server-role=dc', ...wanted, ...here, ...bare]
  if (!existsSync('/usr/bin/samba-tool'))
    throw new Error('samba-tool is missing. npm test says what to install.')
  const run = promisify(execFile)
  await run('samba-tool', [...all, `--adminpass=${ADMINISTRATOR.password}`])
}

/** @returns the address at which it listens */
async function begin(
  opened: AsyncDisposableStack,
  folder: string,
  authority: DirectoryAuthority,
): Promise<string> {
  // 198.18.0.0/15 is for tests between networks (RFC 2544); four addresses for each pair.
  const net = [198, 18 + randomInt(2), randomInt(256)]
  const last = randomInt(64) * 4
  const [near, host] = [1, 2].map((n) => [...net, last + n].join('.')) as [string, string]
  const name = `pas${net.join('').slice(4)}${last}`.slice(0, 15)
  const file = join(folder, 'smb.conf')
  writeFileSync(
    file,
    settings(folder, authority.caFile, authority.issue([host, 'dc1.example.test'])),
  )
  const logFile = join(folder, 'samba.log')
  const log = openSync(logFile, 'w')
  // It waits for its network, and after that reads its input: it ends when that does.
  const script = `read -r _ && exec /usr/sbin/samba -s ${file} -i -M single --debug-stdout`
  const typed = ['--pdeathsig', 'TERM', '--', '/usr/bin/unshare', '--net', '/bin/sh', '-c', script]
  const child = spawn('/usr/bin/setpriv', typed, { stdio: ['pipe', log, log] })
  opened.defer(() => end(child))
  await inItsOwnNetwork(child)
  const ip = (command: string): void => void execFileSync('/sbin/ip', command.split(' '))
  ip(`link add ${name} type veth peer name eth0 netns ${child.pid}`)
  ip(`addr add ${near}/30 dev ${name}`)
  ip(`link set ${name} up`)
  for (const command of ['link set lo up', `addr add ${host}/30 dev eth0`, 'link set eth0 up']) {
    const inside = ['--target', `${child.pid}`, '--net', '/sbin/ip', ...command.split(' ')]
    execFileSync('/usr/bin/nsenter', inside)
  }
  child.stdin?.write('\n')
  await listens(host, logFile)
  return host
}

/** `unshare` has done its work when the process is in another namespace than this one. */
async function inItsOwnNetwork(child: ChildProcess): Promise<void> {
  const of = (pid: number | string): string =>
    execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' })
  for (const here = of('self'); of(child.pid ?? '') === here; await after(10));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** @throws Error with the end of the log when nobody listens for 30 seconds */
async function listens(host: string, logFile: string): Promise<void> {
  for (const until = Date.now() + 30_000; Date.now() < until; await after(25)) {
    const socket = connect(636, host)
    const answer = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (answer) return
  }
  throw new Error(`Samba does not listen.\n${readFileSync(logFile, 'utf8').slice(-2000)}`)
}

const settings = (
  folder: string,
  caFile: string,
  { keyFile, certFile }: { keyFile: string; certFile: string },
): string => `[global]
netbios name = DC1
realm = EXAMPLE.TEST
workgroup = EXAMPLE
server role = active directory domain controller
server services = ldap
interfaces = eth0
bind interfaces only = yes
private dir = ${folder}/dc/private
state directory = ${folder}/dc/state
lock directory = ${folder}/dc/state
cache directory = ${folder}/dc
bind dns directory = ${folder}/dc/bind-dns
ncalrpc dir = ${folder}/dc/ncalrpc
pid directory = ${folder}
tls cafile = ${caFile}
tls certfile = ${certFile}
tls keyfile = ${keyFile}
log level = 1
`
