/**
 * What stands between a mail program and a server while it is measured: where it listens, and what it
 * has used, all its processes together.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { cpuSeconds } from '../webdav/server.ts'

/** What people type; the client comes from an address of its own. */
export type Login = { readonly user: string; readonly password: string; readonly from: string }

export type Peer = AsyncDisposable & {
  readonly name: string
  /** TLS, IMAP. */
  readonly port: number
  readonly behind: 'tls' | 'plain'
  /** Checks a password and signs in at the server itself; otherwise the client's own login passes. */
  readonly signsIn: boolean
  readonly logins: readonly Login[]
  /** Logins that one round may make: those of some take long. */
  readonly patience: number
  readonly pids: () => number[]
}

/** For those that ask nobody. */
export const ANYBODY: readonly Login[] = [
  { user: 'ada@example.test', password: 'secret', from: '127.0.0.1' },
]

/** A process and all below it. */
export function tree(pid: number): number[] {
  try {
    const file = `/proc/${pid}/task/${pid}/children`
    const children = readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number)
    return [pid, ...children.flatMap(tree)]
  } catch {
    return [] // it has just ended
  }
}

export const cpuOf = (peer: Peer): number => cpuSeconds(peer)

/** Resident memory in KiB, what processes share counted once (`Pss`). */
export function memoryOf({ pids }: Peer): number {
  return pids().reduce((sum, pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return sum + Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  }, 0)
}

/** Ends with its block. @param ready settles when it listens */
export async function startPeer(
  about: Omit<Peer, 'pids' | 'patience' | keyof AsyncDisposable> & { patience?: number },
  [program = '', ...typed]: readonly string[],
  ready: (port: number) => Promise<void>,
  env: Record<string, string> = {},
): Promise<Peer> {
  if (!existsSync(program)) throw new Error(`${program} is missing.`)
  const said: string[] = []
  const child = spawn(program, typed, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  child.stderr.on('data', (text: Buffer) => void said.push(text.toString()))
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${about.name} has ended. ${said.join('').slice(-2000)}`)
  })
  await Promise.race([ready(about.port), ended])
  ended.catch(() => {})
  return {
    patience: Number.POSITIVE_INFINITY,
    ...about,
    pids: () => tree(child.pid ?? 0),
    [Symbol.asyncDispose]: async () => await stopped(child),
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await once(child, 'exit')
  clearTimeout(patience)
}
