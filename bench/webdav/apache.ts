/**
 * Apache's mod_dav as the peer: its own temporary configuration on a port of loopback, no password,
 * and no fsync, which mod_dav_fs does not do.
 */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { freePort, until, type Server } from './server.ts'

const PROGRAM = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'

export async function startApache(folder: string): Promise<Server> {
  if (!existsSync(PROGRAM)) install()
  const port = await freePort()
  const root = path.join(folder, 'apache')
  const files = path.join(root, 'dav')
  mkdirSync(files, { recursive: true })
  const [uid, gid] = ids('www-data')
  if (process.getuid?.() === 0) for (const one of [root, files]) chownSync(one, uid, gid)
  const config = path.join(root, 'httpd.conf')
  writeFileSync(
    config,
    `ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${root}/pid
ErrorLog ${root}/error.log
DocumentRoot ${root}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
${['mpm_event', 'authz_core', 'dav', 'dav_fs'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
LimitRequestBody 0
DavLockDB ${root}/locks
<Directory ${root}>
  Dav on
  Require all granted
</Directory>
`,
  )
  const child = spawn(PROGRAM, ['-f', config, '-D', 'FOREGROUND'], { stdio: 'inherit' })
  await until(port)
  return {
    name: `Apache ${version()}`,
    port,
    path: '/dav',
    files,
    headers: '',
    pids: () => [child.pid ?? 0, ...childrenOf(child.pid ?? 0)],
    stop: () => void child.kill('SIGTERM'),
  }
}

function install(): void {
  if (process.getuid?.() !== 0) throw new Error('Apache is missing: apt-get install apache2-bin')
  execFileSync('apt-get', ['install', '-y', '-q', 'apache2-bin'], { stdio: 'inherit' })
}

const version = (): string =>
  /Apache\/([\d.]+)/.exec(execFileSync(PROGRAM, ['-v'], { encoding: 'utf8' }))?.[1] ?? ''

function ids(name: string): [number, number] {
  const [, uid, gid] =
    new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  return [Number(uid), Number(gid)]
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
