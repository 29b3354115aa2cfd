/**
 * The drive against Apache's mod_dav, on loopback, in one run: the same client, the same disk.
 *
 * Passerelle checks an application password and brings every file and its directory to the disk
 * (fsync) before it answers. Apache is asked for no password and does not use fsync. The first ratio
 * is of rates (above 1: Passerelle is faster), the second of processor time (below 1: it needs less).
 *
 *   node bench/webdav.ts [rounds, 5 unless given] [only tasks with this in their name]
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startApache } from './webdav/apache.ts'
import { Connection } from './webdav/connection.ts'
import { startPasserelle } from './webdav/product.ts'
import { cpuSeconds, peakMemory, type Server } from './webdav/server.ts'

const ROUNDS = Number(process.argv[2] ?? 5)
const ONLY = process.argv[3] ?? ''
const MIB = 1024 * 1024
const GIB = 1024 * MIB
const FILES = 1000
const SMALL = { chunk: Buffer.alloc(4096, 1), bytes: 4096 }
const ASK =
  '<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getlastmodified/><getcontentlength/><getetag/><resourcetype/></prop></propfind>'

/** Answers a rate: more is better. */
type Task = (server: Server) => Promise<number>

async function timed(units: number, act: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await act()
  return units / ((performance.now() - begun) / 1000)
}

async function expect(answer: Promise<{ status: number; bytes: number }>): Promise<number> {
  const { status, bytes } = await answer
  if (status >= 300) throw new Error(`Status ${status}`)
  return bytes
}

async function withConnections(
  server: Server,
  count: number,
  act: (one: Connection, i: number) => Promise<void>,
): Promise<void> {
  const all = await Promise.all(Array.from({ length: count }, () => Connection.open(server)))
  await Promise.all(all.map(act))
  for (const one of all) one.close()
}

const putLarge: Task = async (server) =>
  await timed(1024, () =>
    withConnections(server, 1, async (one) => {
      await expect(one.ask('PUT', '/large', { chunk: Buffer.alloc(MIB, 7), bytes: GIB }))
    }),
  )

const getLarge: Task = async (server) =>
  await timed(1024, () =>
    withConnections(server, 1, async (one) => {
      if ((await expect(one.ask('GET', '/large'))) !== GIB) throw new Error('Not the whole file.')
    }),
  )

let run = 0
const putSmall =
  (connections: number): Task =>
  async (server) => {
    const folder = `/small${++run}`
    await withConnections(server, 1, async (one) => void (await expect(one.ask('MKCOL', folder))))
    return await timed(FILES, () =>
      withConnections(server, connections, async (one, i) => {
        for (let n = i; n < FILES; n += connections)
          await expect(one.ask('PUT', `${folder}/f${n}`, SMALL))
      }),
    )
  }

const list =
  (entries: number, body: string): Task =>
  async (server) => {
    const bytes = Buffer.from(body)
    const more = 'Depth: 1\r\nContent-Type: application/xml\r\n'
    const times = 20_000 / entries
    return await timed(times, () =>
      withConnections(server, 1, async (one) => {
        for (let i = 0; i < times; i++) {
          const sent = { chunk: bytes, bytes: bytes.length }
          const size = await expect(one.ask('PROPFIND', `/list${entries}/`, sent, more))
          if (size < entries * 100) throw new Error('Not the whole list.')
        }
      }),
    )
  }

const TASKS: readonly [string, string, Task][] = [
  ['PUT 1 GiB', 'MiB/s', putLarge],
  ['GET 1 GiB', 'MiB/s', getLarge],
  ['PUT 1,000 × 4 KiB, 1 connection', 'files/s', putSmall(1)],
  ['PUT 1,000 × 4 KiB, 8 connections', 'files/s', putSmall(8)],
  ['PUT 1,000 × 4 KiB, 32 connections', 'files/s', putSmall(32)],
  ['PROPFIND of 1,000', 'lists/s', list(1000, ASK)],
  ['PROPFIND of 10,000', 'lists/s', list(10_000, ASK)],
  ['PROPFIND of 1,000, all properties', 'lists/s', list(1000, '')],
]

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const row = (
  name: string,
  rates: readonly string[],
  ratio: string,
  cpu: string,
  unit = '',
): string =>
  `${name.padEnd(34)}${rates.map((one) => one.padStart(14)).join('')}${ratio.padStart(8)}${cpu.padStart(11)}  ${unit}`

function fill({ files }: Server): void {
  for (const entries of [1000, 10_000]) {
    mkdirSync(path.join(files, `list${entries}`), { recursive: true })
    for (let i = 0; i < entries; i++)
      writeFileSync(path.join(files, `list${entries}`, `document ${i}.txt`), 'x')
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-bench-'))
chmodSync(folder, 0o755) // Apache is somebody else
const servers: Server[] = []
try {
  servers.push(await startPasserelle(folder), await startApache(folder))
  servers.forEach(fill)
  const [ours, theirs] = servers as [Server, Server]
  console.log(row('', [ours.name, theirs.name], 'ratio', 'CPU ratio'))
  for (const [name, unit, task] of TASKS.filter(([one]) => one.includes(ONLY))) {
    const rates = servers.map((): number[] => [])
    const used = servers.map(() => 0)
    // By turns, so that a slow minute of the machine meets both; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, server] of servers.entries()) {
        const before = cpuSeconds(server)
        const rate = await task(server)
        if (round === 0) continue
        rates[i]!.push(rate)
        used[i]! += cpuSeconds(server) - before
      }
    const [a = 0, b = 0] = rates.map(median)
    const digits = a < 100 ? 1 : 0
    const shown = [a, b].map((one) => one.toFixed(digits))
    console.log(row(name, shown, (a / b).toFixed(2), (used[0]! / used[1]!).toFixed(2), unit))
  }
  const [a = 0, b = 0] = servers.map(peakMemory)
  console.log(row('Peak memory', [a.toFixed(0), b.toFixed(0)], (a / b).toFixed(2), '', 'MiB'))
} finally {
  for (const server of servers) server.stop()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  rmSync(folder, { recursive: true, force: true })
}
