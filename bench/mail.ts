/**
 * The IMAP gateway beside nginx (mail and stream), haproxy, Dovecot's login proxy and
 * email-oauth2-proxy, and beside a bare splice as the limit: on loopback, in one run, by turns.
 *
 * Processor time and memory are those of all processes of a peer, by /proc; what the clients and the
 * server behind cost is nobody's figure. All have one processor, a P-256 certificate, and X25519.
 * Passerelle checks an application password, records the use, and signs in at a server whose
 * certificate it verifies; nginx mail asks an HTTP server whose time is not counted, Dovecot takes
 * every password, nginx stream and haproxy let the client's own login pass. "ours" is Passerelle's
 * figure over that of the line: below 1 it needs less.
 *
 *   node bench/mail.ts [--email-proxy FOLDER] [--only WORD] [--rounds 5] [--mib 1024]
 *                      [--logins 2000] [--connections 1000,9000]
 *
 * FOLDER has the source of email-oauth2-proxy, for measuring only; without it that peer is left out.
 * The whole takes about half an hour on a machine with two quiet processors; as root, with 20,000
 * descriptors (`ulimit -n`). Small, to try it: --rounds 1 --mib 64 --logins 100 --connections 50
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { selfSigned } from '../test/support/certificate.ts'
import { Child } from './mail/child.ts'
import { startEmailProxy } from './mail/email-oauth2-proxy.ts'
import type { AskLoad } from './mail/load.ts'
import { ANYBODY, cpuOf, memoryOf, startPeer, type Peer } from './mail/peer.ts'
import * as peers from './mail/peers.ts'
import { startPasserelle } from './mail/product.ts'
import type { AskUpstream, Upstream } from './mail/upstream.ts'
import { freePort, until } from './webdav/server.ts'

const { values: typed } = parseArgs({
  options: {
    'email-proxy': { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    mib: { type: 'string', default: '1024' },
    logins: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '1000,9000' },
  },
})
const ROUNDS = Number(typed.rounds)
const MIB = 2 ** 20
const BYTES = Number(typed.mib) * MIB
const LOGINS = Number(typed.logins)
const CONNECTIONS = typed.connections.split(',').map(Number)
const IDLE_S = 10

type Start = () => Promise<Peer>
type Figures = readonly number[]

const median = (values: Figures): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

const shown = (figure: number): string =>
  figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3)

/** One line each: the peer, and for each figure its median and Passerelle's over it. */
function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly [string, ...Figures])[],
): void {
  const cell = (text: string): string => text.padStart(18)
  console.log(
    `\n${title}\n${''.padEnd(24)}${columns.map((one) => `${cell(one)}    ours`).join('')}`,
  )
  const [ours] = rows
  for (const [name, ...figures] of rows) {
    const cells = figures.map((figure, i) => {
      const ratio = figure === 0 ? '-' : (Number(ours?.[i + 1]) / figure).toFixed(2)
      return cell(shown(figure)) + ratio.padStart(8)
    })
    console.log(`${name.padEnd(24)}${cells.join('')}`)
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-bench-'))
chmodSync(folder, 0o755)
try {
  peers.installPeers()
  await everything()
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
process.exit()

async function everything(): Promise<void> {
  const { key, certificate: cert } = selfSigned({ bits: 'P-256' })
  const [keyFile, certFile, pairFile] = ['key', 'cert', 'pair'].map((name) =>
    path.join(folder, `${name}.pem`),
  ) as [string, string, string]
  writeFileSync(keyFile, key, { mode: 0o600 })
  writeFileSync(certFile, cert)
  writeFileSync(pairFile, `${cert}${key}`, { mode: 0o600 })
  using server = new Child<AskUpstream>('upstream.ts')
  using load = new Child<AskLoad>('load.ts')
  const upstream = await server.ask<Upstream>({ key, cert })
  const at: peers.Place = { folder, upstream, keyFile, certFile, pairFile }
  const source = typed['email-proxy']
  if (source === undefined) console.log('email-oauth2-proxy is left out: no --email-proxy.')
  const emailProxy = source === undefined ? [] : [async () => await startEmailProxy(at, source)]
  const ours = async (): Promise<Peer> => await startPasserelle(at, 'tls')
  const dovecot = async (): Promise<Peer> => await peers.startDovecot(at, 'tls')
  const passing = [
    async () => await peers.startNginxStream(at),
    async () => await peers.startHaproxy(at),
  ]
  const bare = async (): Promise<Peer> => await bareSplice(at)
  const all = [ours, bare, ...passing, dovecot, ...emailProxy]
  const tasks: Readonly<Record<string, () => Promise<void>>> = {
    bulk: async () => await bulk(load, all),
    logins: async () => await logins(load, 'TLS on both sides', [ours, dovecot, ...emailProxy]),
    'logins, plain behind': async () =>
      await logins(load, 'TLS in front, plain behind', [
        async () => await startPasserelle(at, 'plain'),
        async () => await peers.startNginxMail(at),
        async () => await peers.startDovecot(at, 'plain'),
      ]),
    latency: async () => await latency(load, all, upstream.tls),
    idle: async () => {
      for (const count of CONNECTIONS) await idle(load, all, count)
    },
  }
  for (const [name, task] of Object.entries(tasks)) if (name.includes(typed.only)) await task()
}

async function bareSplice({ upstream, certFile, keyFile }: peers.Place): Promise<Peer> {
  const port = await freePort()
  const program = path.join(import.meta.dirname, 'mail', 'bare-splice.ts')
  const about = {
    name: 'bare splice',
    port,
    behind: 'tls',
    signsIn: false,
    logins: ANYBODY,
  } as const
  const typedArguments = [
    '--expose-gc',
    program,
    String(port),
    String(upstream.tls),
    certFile,
    keyFile,
  ]
  const env = { NODE_EXTRA_CA_CERTS: certFile, MALLOC_ARENA_MAX: '1' }
  return await startPeer(about, [process.execPath, ...typedArguments], until, env)
}

async function opened(
  load: Child<AskLoad>,
  { port, logins: as }: Peer,
  count: number,
): Promise<void> {
  await load.ask({ ask: 'open', port, count, parallel: 16, logins: as })
}

async function withAll<T>(starts: readonly Start[], act: (all: Peer[]) => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack()
  const all: Peer[] = []
  for (const start of starts) all.push(stack.use(await start()))
  return await act(all)
}

async function bulk(load: Child<AskLoad>, starts: readonly Start[]): Promise<void> {
  await withAll(starts, async (all) => {
    const found = all.map((): Record<Way, [number, number][]> => ({ XDOWN: [], XUP: [] }))
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, peer] of all.entries())
        for (const way of ['XDOWN', 'XUP'] as const) {
          await opened(load, peer, 1)
          const before = cpuOf(peer)
          const bytes = round === 0 ? Math.min(BYTES, 64 * MIB) : BYTES // the first warms up
          const seconds = await load.ask<number>({ ask: 'move', way, bytes, parallel: 1 })
          const used = cpuOf(peer) - before
          if (round > 0) found[i]![way].push([used / (bytes / 2 ** 30), bytes / 1e6 / seconds])
          await load.ask({ ask: 'close' })
        }
    table(
      'One connection, TLS on both sides',
      ['down CPU s/GiB', 'down MB/s', 'up CPU s/GiB', 'up MB/s'],
      all.map((peer, i) => {
        const figures = (way: Way, which: 0 | 1): number =>
          median(found[i]![way].map((one) => one[which]))
        const [down, up] = ['XDOWN', 'XUP'] as const
        return [peer.name, figures(down, 0), figures(down, 1), figures(up, 0), figures(up, 1)]
      }),
    )
  })
}
type Way = 'XDOWN' | 'XUP'

async function logins(
  load: Child<AskLoad>,
  title: string,
  starts: readonly Start[],
): Promise<void> {
  await withAll(starts, async (all) => {
    const found = all.map((): [number, number][] => [])
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, peer] of all.entries()) {
        const count = Math.min(LOGINS, peer.patience)
        const before = cpuOf(peer)
        const { port } = peer
        // Of eight people, as often as they like: a use is written once a minute for each.
        const as = peer.logins.slice(0, 8)
        const asked = { ask: 'logins', port, count, parallel: 8, logins: as } as const
        const seconds = await load.ask<number>(asked)
        if (round > 0) found[i]!.push([((cpuOf(peer) - before) * 1000) / count, count / seconds])
      }
    table(
      `Logins and logouts, eight at once, ${title}`,
      ['CPU ms', 'logins/s'],
      all.map(({ name }, i) => [
        name,
        median(found[i]!.map(([cpu]) => cpu)),
        median(found[i]!.map(([, rate]) => rate)),
      ]),
    )
  })
}

async function latency(
  load: Child<AskLoad>,
  starts: readonly Start[],
  direct: number,
): Promise<void> {
  await withAll(starts, async (all) => {
    const to = [{ name: 'nothing', port: direct, logins: ANYBODY }, ...all]
    const found = to.map((): number[] => [])
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, { port, logins: as }] of to.entries()) {
        await load.ask({ ask: 'open', port, count: 1, parallel: 1, logins: as })
        const us = await load.ask<number>({ ask: 'noop', times: 1000 })
        if (round > 0) found[i]!.push(us)
        await load.ask({ ask: 'close' })
      }
    const alone = median(found[0]!)
    table(
      `One command (NOOP), TLS on both sides; without anything between ${alone.toFixed(0)} µs`,
      ['added µs'],
      all.map(({ name }, i) => [name, median(found[i + 1]!) - alone]),
    )
  })
}

/** Each started anew, so that nothing is left of what was before. */
async function idle(load: Child<AskLoad>, starts: readonly Start[], many: number): Promise<void> {
  const rows: [string, ...number[]][] = []
  for (const start of starts) {
    await using peer = await start()
    const count = Math.min(many, peer.patience * 5)
    await opened(load, peer, 1)
    await load.ask({ ask: 'close' })
    await after(2000)
    const empty = memoryOf(peer)
    await opened(load, peer, count)
    await after(5000)
    const quiet = (memoryOf(peer) - empty) / count
    const cpu = cpuOf(peer)
    await after(IDLE_S * 1000)
    const share = ((cpuOf(peer) - cpu) / IDLE_S) * 100
    await load.ask({ ask: 'move', way: 'XDOWN', bytes: MIB, parallel: 16 })
    await after(5000)
    const used = (memoryOf(peer) - empty) / count
    await load.ask({ ask: 'close' })
    const name = count === many ? peer.name : `${peer.name} (${count})`
    rows.push([name, quiet, used, share])
  }
  table(
    `${many} idle connections, TLS on both sides`,
    ['KiB each', 'after 1 MiB each', '% of a core'],
    rows,
  )
}
