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

const TICKS_A_SECOND = 100

/** Processor time that it has used so far, all processes together, in seconds. */
export function cpuSeconds({ pids }: Pick<Server, 'pids'>): number {
  const ticks = pids().map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  })
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_A_SECOND
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
