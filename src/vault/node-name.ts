/**
 * The name of this node and of this process: whose leases are whose.
 *
 * The node's name is kept in a file, so that a process that starts again knows the leases of the one
 * before it, which is certainly dead, and need not wait until they are over. A second process beside
 * a living one (a command line) has a name of its own.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entropy } from '#base/clock.ts'
import { writeDurably } from './durable-file.ts'

const FILE = 'node'

export type NodeName = {
  /** Stays over restarts. */
  readonly node: string
  /** `<node>.<process>`: written on leases. */
  readonly owner: string
}

export async function openNodeName(folder: string, entropy: Entropy): Promise<NodeName> {
  const file = join(folder, FILE)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return ''
    throw cause
  })
  const [, known, pid] = /^([0-9a-f]{16}) (\d+)\n$/.exec(text) ?? []
  if (known === undefined || pid === undefined || !isAlive(Number(pid))) {
    const node = known ?? entropy(8).toString('hex')
    await writeDurably(file, Buffer.from(`${node} ${process.pid}\n`))
    return named(node, entropy)
  }
  return named(entropy(8).toString('hex'), entropy)
}

/** The name of a process that is never asked about later. */
export const passingNodeName = (entropy: Entropy): NodeName =>
  named(entropy(8).toString('hex'), entropy)

const named = (node: string, entropy: Entropy): NodeName => ({
  node,
  owner: `${node}.${entropy(8).toString('hex')}`,
})

/** A program with the same number after a restart of the machine only costs the wait for a lease. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}
