/**
 * A server under measurement: where it listens, where its files are, what it weighs.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'

export type Server = {
  readonly name: string
  readonly port: number
  /** Of the folder that is used, without a slash at the end. */
  readonly path: string
  /** The same folder on the disk. */
  readonly files: string
  /** Header lines for every request. */
  readonly headers: string
  readonly pids: () => number[]
  readonly stop: () => void
}

/** The most memory that it had resident so far, all processes together, in MiB. */
export function peakMemory({ pids }: Server): number {
  const kib = pids().map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  })
  return kib.reduce((sum, one) => sum + one, 0) / 1024
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until somebody listens. */
export async function until(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const open = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    )
    socket.destroy()
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
