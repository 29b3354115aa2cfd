/**
 * Servers of other people in folders of their own: started, waited for, and gone with their block.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

export const isRoot = process.getuid?.() === 0

/** A temporary folder that the server's own users can enter. */
export function folderFor(opened: AsyncDisposableStack, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `passerelle-${name}-`))
  chmodSync(folder, 0o755)
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Of a user of the system, or of the one who runs the tests. */
export function idOf(user?: string): { uid: number; gid: number; name: string; group: string } {
  const ask = (what: string): string =>
    execFileSync('id', [what, ...(user === undefined ? [] : [user])], { encoding: 'utf8' }).trim()
  return { uid: Number(ask('-u')), gid: Number(ask('-g')), name: ask('-un'), group: ask('-gn') }
}

/** Where the kernel can, it ends with the process that started it, however that ended. */
export function started(
  program: string,
  typed: readonly string[],
  outFile: string,
): AsyncDisposable {
  if (!existsSync(program)) throw new Error(`${program} is missing. npm test says what to install.`)
  const out = openSync(outFile, 'w')
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '--', program, ...typed], {
    stdio: ['ignore', out, out],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  })
  return {
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Until somebody listens. @throws Error with the end of the log when nobody does for 20 seconds */
export async function answers(port: number, logFile: string): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; await after(25)) {
    const socket = connect(port, '127.0.0.1')
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'close').then(() => ['close']),
    ]).catch(() => ['close'])
    socket.destroy()
    if (event === 'connect') return
  }
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').slice(-2000) : 'It has no log.'
  throw new Error(`Nobody listens on port ${port}.\n${log}`)
}
