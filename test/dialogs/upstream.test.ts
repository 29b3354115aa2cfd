import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls'
import { MINUTE } from '#base/clock.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { connectUpstream, type Connected } from '#gateways/mail/upstream.ts'
import { NotAllowed } from '#vault/guarded-lookup.ts'
import { selfSigned } from '../support/certificate.ts'
import { localhostTls } from '../support/tls.ts'

const TRUSTED = localhostTls()
const never = new AbortController().signal

type Ask = Partial<{
  tls: UpstreamTls
  host: string
  security: 'tls' | 'starttls'
  address: string | Error | Promise<string>
  signal: AbortSignal
  timeoutMs: number
}>

async function ask(
  port: number,
  { tls, host = 'localhost', security = 'tls', address = '127.0.0.1', ...how }: Ask = {},
): Promise<Connected> {
  const addressOf = async (): Promise<string> => {
    if (address instanceof Error) throw address
    return await address
  }
  return await connectUpstream(
    { host, port, security, addressOf },
    { tls: tls ?? new UpstreamTls(), signal: never, timeoutMs: 20_000, ...how },
  )
}

/** What came of it, in a word; the connection is ended. */
async function outcome(asked: Promise<Connected>): Promise<string> {
  const connected = await asked
  if (!connected.ok) return connected.stage
  connected.upstream.conversation.destroy()
  return 'connected'
}

class Stage implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  private constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket: Socket) => this.#sockets.add(socket.on('error', () => {})))
    server.on('tlsClientError', () => {})
  }
  static async tls(options: TlsOptions = TRUSTED, talk = greet): Promise<Stage> {
    return await new Stage(createTlsServer(options, talk)).#listen()
  }
  static async plain(talk: (socket: Socket) => void): Promise<Stage> {
    return await new Stage(createServer(talk)).#listen()
  }
  async #listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }
  /** Connections that clients have not closed. */
  get open(): number {
    return [...this.#sockets].filter((socket) => !socket.closed).length
  }
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function greet(socket: Socket): void {
  socket.on('error', () => {}).write('* OK ready\r\n')
}

describe('a provider’s server', () => {
  it('is spoken to over TLS that is verified for its name', async () => {
    await using server = await Stage.tls()
    const connected = await ask(server.port)
    assert.ok(connected.ok)
    const { conversation, startTls } = connected.upstream
    const line = await conversation.line(100)
    assert.equal(line.read === 'line' && line.bytes.toString(), '* OK ready')
    assert.equal(startTls, null)
    conversation.destroy()
  })

  it('is not, with a certificate that nobody trusts', async () => {
    const { key, certificate: cert } = selfSigned()
    await using server = await Stage.tls({ key, cert })
    assert.equal(await outcome(ask(server.port)), 'tls')
  })

  it('is not, with a certificate for another name', async () => {
    await using server = await Stage.tls()
    assert.equal(await outcome(ask(server.port, { host: 'imap.example.org' })), 'tls')
  })

  it('is not with TLS before 1.2, nor without TLS', async () => {
    const ciphers = 'DEFAULT@SECLEVEL=0'
    const old = { ...TRUSTED, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers } as const
    await using server = await Stage.tls(old)
    assert.equal(await outcome(ask(server.port)), 'tls')
    await using clear = await Stage.plain(greet)
    assert.equal(await outcome(ask(clear.port)), 'tls')
  })

  it('is reached at an address that may be reached, and no other', async () => {
    await using server = await Stage.tls()
    const closed = await ask(server.port, { address: new NotAllowed('localhost') })
    assert.equal(!closed.ok && closed.stage, 'not_allowed')
    // The system connects 0.0.0.0 to the loopback address: that is not what was allowed.
    assert.equal(await outcome(ask(server.port, { address: '0.0.0.0' })), 'not_allowed')
    assert.equal(await outcome(ask(server.port, { address: '::ffff:127.0.0.1' })), 'connected')
  })

  it('that is away, or that nobody knows, is told apart', async () => {
    const server = await Stage.tls()
    const { port } = server
    await server[Symbol.asyncDispose]()
    assert.equal(await outcome(ask(port)), 'network')
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    assert.equal(await outcome(ask(port, { address: unknown })), 'dns')
    await using hangsUp = await Stage.plain((socket) => socket.destroy())
    assert.notEqual(await outcome(ask(hangsUp.port)), 'connected')
  })

  it('has so much time for name, address and handshake together', async () => {
    await using silent = await Stage.plain(() => {})
    assert.equal(await outcome(ask(silent.port, { timeoutMs: 50 })), 'timeout')
    const { promise: address } = Promise.withResolvers<string>()
    assert.equal(await outcome(ask(silent.port, { timeoutMs: 50, address })), 'timeout')
  })

  it('is let go when nobody waits for it any more', async () => {
    await using silent = await Stage.plain((socket) => socket.resume())
    for (const address of [Promise.withResolvers<string>().promise, '127.0.0.1']) {
      const gone = new AbortController()
      const asked = outcome(ask(silent.port, { signal: gone.signal, address }))
      await new Promise(setImmediate)
      gone.abort('gone')
      assert.equal(await asked, 'network')
    }
    assert.equal(await outcome(ask(silent.port, { signal: AbortSignal.abort() })), 'network')
    while (silent.open > 0) await new Promise(setImmediate)
  })
})

describe('the TLS session of a server', () => {
  const reused = async (port: number, more: Ask): Promise<boolean> => {
    const connected = await ask(port, more)
    assert.ok(connected.ok)
    const { conversation } = connected.upstream
    // In TLS 1.3 the session comes after the handshake, with the first bytes.
    await conversation.line(100)
    const { socket } = conversation.handOver()
    const was = (socket as TLSSocket).isSessionReused()
    socket.destroy()
    return was
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    it(`is resumed, by the same name and port alone (${version})`, async () => {
      const both = { ...TRUSTED, minVersion: version, maxVersion: version }
      await using one = await Stage.tls(both)
      await using other = await Stage.tls(both)
      const tls = new UpstreamTls()
      assert.equal(await reused(one.port, { tls }), false)
      assert.equal(await reused(one.port, { tls }), true)
      assert.equal(await reused(other.port, { tls }), false)
      assert.equal(await reused(one.port, { tls, host: '127.0.0.1' }), false)
      assert.equal(await reused(one.port, {}), false)
    })

  it('ends an hour after the certificate was verified, however often it is resumed', async () => {
    let now = 0
    const tls = new UpstreamTls({ clock: { now: () => now } })
    await using one = await Stage.tls(TRUSTED)
    assert.equal(await reused(one.port, { tls }), false)
    for (const minutes of [20, 40, 59]) {
      now = minutes * MINUTE
      assert.equal(await reused(one.port, { tls }), true)
    }
    now = 60 * MINUTE
    assert.equal(await reused(one.port, { tls }), false)
    now = 61 * MINUTE
    assert.equal(await reused(one.port, { tls }), true)
  })

  it('of a resumed connection is no younger than the one that it came from', () => {
    let now = 0
    const tls = new UpstreamTls({ clock: { now: () => now } })
    const where = { host: 'a', port: 1 }
    tls.keep(where, Buffer.from([1]), false)
    now = 59 * MINUTE
    tls.keep(where, Buffer.from([2]), true)
    assert.deepEqual(tls.options(where).session, Buffer.from([2]))
    now = 60 * MINUTE
    assert.equal(tls.options(where).session, undefined)
  })

  it('is kept of the newest servers only', () => {
    const tls = new UpstreamTls({ maxSessions: 2 })
    const at = (port: number): object | undefined => tls.options({ host: 'a', port }).session
    for (const port of [1, 2, 1, 3]) tls.keep({ host: 'a', port }, Buffer.from([port]), false)
    assert.deepEqual([1, 2, 3].map(at), [Buffer.from([1]), undefined, Buffer.from([3])])
  })
})

describe('STARTTLS at a provider’s server', () => {
  const asked = async (talk: (socket: Socket) => void): Promise<[Stage, Connected]> => {
    const server = await Stage.plain(talk)
    return [server, await ask(server.port, { security: 'starttls' })]
  }
  const secure = (socket: Socket): TLSSocket => {
    const secured = new TLSSocket(socket, { isServer: true, ...TRUSTED })
    return secured.on('error', () => {})
  }

  it('goes from the clear to TLS that is verified', async () => {
    const [server, connected] = await asked((socket) => {
      greet(socket)
      socket.once('data', () => {
        socket.write('a OK begin\r\n')
        secure(socket).write('* under TLS\r\n')
      })
    })
    await using _ = server
    assert.ok(connected.ok)
    const { conversation, startTls } = connected.upstream
    await conversation.line(100)
    conversation.write('a STARTTLS\r\n')
    await conversation.line(100)
    assert.equal(await startTls?.(), true)
    const line = await conversation.line(100)
    assert.equal(line.read === 'line' && line.bytes.toString(), '* under TLS')
    conversation.destroy()
  })

  for (const [name, after] of [
    [
      'has the certificate of somebody else',
      (socket: Socket) => {
        const { key, certificate: cert } = selfSigned()
        new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => {})
      },
    ],
    ['goes on in the clear', (socket: Socket) => socket.write('* still clear\r\n')],
    ['closes', (socket: Socket) => socket.end()],
  ] as const)
    it(`is the end when the server ${name}`, async () => {
      const [server, connected] = await asked((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => {
          socket.write('a OK begin\r\n')
          after(socket)
        })
      })
      await using _ = server
      assert.ok(connected.ok)
      const { conversation, startTls } = connected.upstream
      conversation.write('a STARTTLS\r\n')
      await conversation.line(100)
      assert.equal(await startTls?.(), false)
      assert.deepEqual(await conversation.line(100), { read: 'end' })
    })

  it('is given up when nobody waits for it any more', async () => {
    const [server, connected] = await asked((socket) => {
      socket.once('data', () => socket.write('a OK begin\r\n'))
    })
    await using _ = server
    assert.ok(connected.ok)
    const { conversation, startTls } = connected.upstream
    conversation.write('a STARTTLS\r\n')
    await conversation.line(100)
    const secured = startTls?.()
    await new Promise(setImmediate)
    conversation.destroy()
    assert.equal(await secured, false)
    while (server.open > 0) await new Promise(setImmediate)
  })
})
