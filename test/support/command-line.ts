/**
 * The command line as an operator uses it: the real process, with an environment of its own.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '..', '..', 'passerelle')

export type Said = { readonly code: number | null; readonly out: string; readonly err: string }
/** Settings without their prefix. */
export type Settings = Readonly<Record<string, string>>
export type CommandLine = {
  /** Runs a command and gives back whatever it said. */
  run(...typed: string[]): Promise<Said>
  /** Runs a command that has to succeed, and gives back what it answered. */
  ok(...typed: string[]): Promise<string>
  /** The same with --json. */
  json<T>(...typed: string[]): Promise<T>
  /** Runs a command that has to fail with that exit code, and gives back what it complained of. */
  fails(code: 1 | 2, ...typed: string[]): Promise<string>
}

/** @param env more of the environment, such as the certificates that are trusted */
export function commandLine(settings: Settings, env: Settings = {}): CommandLine {
  const run = async (...typed: string[]): Promise<Said> => await ended(start(settings, typed, env))
  const ok = async (...typed: string[]): Promise<string> => {
    const { code, out, err } = await run(...typed)
    assert.equal(code, 0, `passerelle ${typed.join(' ')}: ${err}${out}`)
    return out
  }
  return {
    run,
    ok,
    json: async <T>(...typed: string[]) => JSON.parse(await ok(...typed, '--json')) as T,
    fails: async (expected, ...typed) => {
      const { code, out, err } = await run(...typed)
      assert.equal(code, expected, `passerelle ${typed.join(' ')}: ${err}${out}`)
      return err
    },
  }
}

/**
 * Nothing of the environment of the tests gets in but where programs are, and where Node keeps what it
 * has compiled.
 */
export function start(
  settings: Settings,
  typed: readonly string[],
  more: Settings = {},
): ChildProcess {
  const named = Object.entries(settings).map(([name, value]) => [`PASSERELLE_${name}`, value])
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, ...more, ...(Object.fromEntries(named) as Settings) }
  return spawn(PROGRAM, typed, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function ended(child: ChildProcess): Promise<Said> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, out, err }
}

/** The first line that fits, from either stream of a process that goes on. */
export async function line(child: ChildProcess, wanted: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return await new Promise((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString()
      const found = wanted.exec(text)
      if (found) resolve(found)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('close', () => reject(new Error(`The process ended: ${text}`)))
  })
}
