/**
 * The splice of the mail gateways beside Node's own `pipe()`, on loopback: processor seconds for each
 * GiB both ways, and memory of connections that are idle, before and after each has moved 1 MiB.
 *
 * The machine may be shared, so the ratio is what counts; it is of the least of all rounds.
 *
 *   node bench/splice.ts [GiB, 1 unless given] [connections, 500 unless given]
 */
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Middle, Used } from './splice/middle.ts'
import type { Ask } from './splice/peers.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20
const KIB = 1024
const ROUNDS = 3
const [size = 1, connections = 500] = process.argv.slice(2).map(Number)
const KINDS = ['product', 'pipe'] as const
const certificate = ecdsaPair()

class Role<T> implements Disposable {
  readonly #child
  constructor(file: string, execArgv: string[] = []) {
    this.#child = fork(path.join(import.meta.dirname, 'splice', file), { execArgv })
  }
  async ask<R>(message: T): Promise<R> {
    const answer = once(this.#child, 'message')
    this.#child.send(message as object)
    return ((await answer) as [R])[0]
  }
  [Symbol.dispose](): void {
    this.#child.kill()
  }
}

for (const back of ['tls', 'plain'] as const) {
  const least = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++)
    for (const kind of KINDS)
      for (const way of ['down', 'up'] as const) {
        const seconds = await secondsPerGib(kind, back, way)
        const key = `${kind} ${way}`
        least.set(key, Math.min(seconds, least.get(key) ?? Infinity))
      }
  for (const way of ['down', 'up']) {
    const [ours = 0, pipe = 0] = KINDS.map((kind) => least.get(`${kind} ${way}`))
    print(`CPU s/GiB, ${way}, TLS and ${back}`, ours.toFixed(2), pipe.toFixed(2), ours / pipe)
  }
}
for (const back of ['tls', 'plain'] as const) {
  const [ours, pipe] = [await memory('product', back), await memory('pipe', back)]
  for (const [n, when] of ['idle', 'after 1 MiB down', 'after 1 MiB up as well'].entries()) {
    const [a = 0, b = 0] = [ours[n], pipe[n]]
    print(`KiB a connection, ${when}, TLS and ${back}`, a.toFixed(0), b.toFixed(0), a / b)
  }
}

async function secondsPerGib(
  kind: Middle['kind'],
  back: Middle['back'],
  way: 'down' | 'up',
): Promise<number> {
  using scene = await open(kind, back)
  await scene.clients.ask({ ask: 'open', port: scene.port, count: 1 })
  const before = await scene.middle.ask<Used>('used')
  await scene.clients.ask({ ask: 'move', way, bytes: size * GIB })
  const after = await scene.middle.ask<Used>('used')
  return (after.cpu - before.cpu) / size
}

/** @returns KiB that each connection has added, three times */
async function memory(kind: Middle['kind'], back: Middle['back']): Promise<number[]> {
  using scene = await open(kind, back)
  const { clients, middle, port } = scene
  await clients.ask({ ask: 'open', port, count: 20 })
  const { resident } = await middle.ask<Used>('used')
  const each = async (): Promise<number> =>
    ((await middle.ask<Used>('used')).resident - resident) / connections / KIB
  await clients.ask({ ask: 'open', port, count: connections })
  const figures = [await each()]
  for (const way of ['down', 'up'] as const) {
    await clients.ask({ ask: 'move', way, bytes: MIB })
    figures.push(await each())
  }
  return figures
}

type Scene = Disposable & {
  readonly clients: Role<Ask>
  readonly middle: Role<Middle | 'used'>
  readonly port: number
}

async function open(kind: Middle['kind'], back: Middle['back']): Promise<Scene> {
  const [clients, server] = [new Role<Ask>('peers.ts'), new Role<Ask>('peers.ts')]
  const middle = new Role<Middle | 'used'>('middle.ts', ['--expose-gc'])
  const behind = await server.ask<number>({ ask: 'serve', tls: back === 'tls', ...certificate })
  const port = await middle.ask<number>({ kind, back, port: behind, ...certificate })
  const end = (): void => {
    for (const role of [clients, middle, server]) role[Symbol.dispose]()
  }
  return { clients, middle, port, [Symbol.dispose]: end }
}

/** P-256: an RSA key would cost more than the rest of the handshake. */
function ecdsaPair(): { key: string; cert: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-bench-'))
  try {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', key, '-out', cert, '-subj', '/CN=localhost']
    execFileSync('openssl', ['req', '-x509', ...made, ...files], { stdio: 'ignore' })
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function print(what: string, ours: string, pipe: string, ratio: number): void {
  console.log(
    `${what.padEnd(52)} ${ours.padStart(6)}  pipe() ${pipe.padStart(6)}  ${ratio.toFixed(2)}`,
  )
}
