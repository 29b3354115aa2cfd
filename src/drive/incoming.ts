/**
 * Incoming: where files are before they are in a space, and where trees go to be deleted.
 *
 * On the same file system as the spaces, so that everything enters and leaves them by one rename.
 * Each process has a folder of its own in it; the folder of a process that died is debris, and goes
 * when the next one starts.
 */
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import type { Clock, Entropy } from '#base/clock.ts'
import { DEAD_AFTER_MS, HEARTBEAT_MS } from './limits.ts'

export class Incoming implements Disposable {
  readonly #folder: string
  readonly #heartbeat: NodeJS.Timeout
  readonly #clock: Clock
  readonly #all: string
  #count = 0

  /** Makes this process's folder and removes those of dead ones. */
  constructor(dir: string, clock: Clock, entropy: Entropy) {
    const host = hostname().replaceAll(/[^\w-]/g, '_')
    this.#clock = clock
    this.#all = path.join(dir, '.incoming')
    this.#folder = path.join(this.#all, `${host}.${process.pid}.${entropy(6).toString('hex')}`)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    OURS.add(this.#folder)
    this.sweep()
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  /** A path that nothing stands at, for a file or a tree. */
  newPath(): string {
    return path.join(this.#folder, (++this.#count).toString(36))
  }

  /** Removes what dead processes left. @returns how many of their folders there were */
  sweep(): number {
    const dead = readdirSync(this.#all).filter((name) => this.#isDead(name))
    for (const name of dead) rmSync(path.join(this.#all, name), { recursive: true, force: true })
    return dead.length
  }

  /** What this process has there now. */
  get pending(): readonly string[] {
    return readdirSync(this.#folder)
  }

  #isDead(name: string): boolean {
    const folder = path.join(this.#all, name)
    if (OURS.has(folder)) return false
    const [host, pid] = name.split('.')
    const here = host === hostname().replaceAll(/[^\w-]/g, '_')
    if (here && (Number(pid) === process.pid || !isRunning(Number(pid)))) return true
    const beaten = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    return beaten < this.#clock.now() - DEAD_AFTER_MS
  }

  #beat(): void {
    const now = new Date(this.#clock.now())
    try {
      utimesSync(this.#folder, now, now)
      this.sweep()
    } catch {
      // The disk is away for the moment: those who write find out, and the next beat tries again.
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#heartbeat)
    OURS.delete(this.#folder)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Of this process: tests and tools may open several drives at once. */
const OURS = new Set<string>()

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
