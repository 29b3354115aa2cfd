/**
 * Programs that the tests run: real clients, with a home folder of their own.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Ran = { readonly code: number | null; readonly output: string }

/** A folder for one test, gone with its block. */
export function workFolder(): Disposable & { readonly path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-client-'))
  return {
    path: folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Runs a program to its end; what it says on both streams comes back together. */
export async function run(
  program: string,
  args: readonly string[],
  { home, cwd = home, input = '' }: { home: string; cwd?: string; input?: string },
): Promise<Ran> {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: home,
    LC_ALL: 'C.UTF-8',
  }
  const child = spawn(program, args, { cwd, env })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** For clients that do not work as root, or not with the home folder that they are given then. */
export async function runUnprivileged(
  program: string,
  args: readonly string[],
  { home, input = '' }: { home: string; input?: string },
): Promise<Ran> {
  if (process.getuid?.() !== 0) return await run(program, args, { home, input })
  await run('chown', ['-R', 'mail:mail', home], { home })
  const user = ['--reuid=mail', '--regid=mail', '--clear-groups', '--']
  return await run('setpriv', [...user, program, ...args], { home, input })
}

/** For clients that take credentials from ~/.netrc: never from the command line, which others see. */
export function writeNetrc(home: string, name: string, password: string): void {
  const line = `machine 127.0.0.1 login ${name} password ${password}\n`
  writeFileSync(path.join(home, '.netrc'), line, { mode: 0o600 })
}
