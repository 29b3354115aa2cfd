/**
 * Between a store and PostgreSQL: a network that is slow, or breaks in the middle of a COMMIT.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'

/** before: it never arrives. after: it is done, and nobody hears of it. */
export type BreaksAt = 'before' | 'after'

export type PostgresProxy = AsyncDisposable & {
  readonly url: string
  /** Each answer takes so long. */
  delayMs: number
  /** The next COMMIT breaks its connection, once. */
  breaks: BreaksAt | null
  /** COMMITs that were broken so far. */
  readonly broken: number
}

/** @param to of a server behind a unix socket (postgres.ts) */
export async function openPostgresProxy(to: string): Promise<PostgresProxy> {
  const target = new URL(to)
  const socketFile = join(target.searchParams.get('host') ?? '', '.s.PGSQL.5432')
  const sockets = new Set<Socket>()
  let broken = 0
  const server = createServer((client) => {
    const upstream = connect(socketFile)
    let deaf = false
    const cut = (): void => {
      client.resetAndDestroy()
      upstream.destroy()
    }
    for (const one of [client, upstream]) {
      sockets.add(one)
      one.on('error', cut)
      one.on('close', cut)
    }
    client.on('data', (bytes: Buffer) => {
      const breaks = /^Q....commit\0/is.test(bytes.toString('latin1')) ? proxy.breaks : null
      if (breaks !== null) {
        proxy.breaks = null
        broken++
        if (breaks === 'before') return cut()
        deaf = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => {
      if (deaf) return cut() // PostgreSQL has answered: it is committed
      if (proxy.delayMs === 0) client.write(bytes)
      else setTimeout(() => client.write(bytes), proxy.delayMs)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = {
    url: `postgres://postgres@127.0.0.1:${port}${target.pathname}`,
    delayMs: 0,
    breaks: null as BreaksAt | null,
    get broken() {
      return broken
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of sockets) one.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
