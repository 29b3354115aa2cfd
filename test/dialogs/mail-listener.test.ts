/**
 * The listener of the mail gateways: who is counted, when time ends, and how it stops.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { silentLog } from '#base/log.ts'
import { MailListener, type MailDoor } from '#gateways/mail/listener.ts'
import type { MailProtocol, Serve, Session } from '#gateways/mail/session.ts'
import {
  dial,
  dialTls,
  greeting,
  heard,
  PROTOCOLS,
  startMailListener,
} from '../support/mail-listener.ts'

const forAll = (serve: Serve): Readonly<Record<MailProtocol, Serve>> => ({
  imap: serve,
  pop3: serve,
  smtp: serve,
})
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const

/** Signs in whoever says so, and echoes from then on. */
const echo: Serve = async (session) => {
  session.client.write('hello\r\n')
  const line = await session.client.line(100)
  if (line.read !== 'line' || line.bytes.toString() !== 'sign in') return
  session.signedIn()
  const { socket, rest } = session.client.handOver()
  if (rest.length > 0) socket.write(rest)
  socket.on('data', (bytes) => socket.write(bytes)).on('end', () => socket.end())
  socket.resume()
}

describe('A listener for mail', () => {
  it('leaves who has signed in alone, and goes on to count them', async () => {
    const limits = { beforeLoginMs: 150, maxBeforeLoginOfAddress: 1, maxConnectionsOfAddress: 3 }
    await using server = await startMailListener({ serve: forAll(echo), limits })
    const signedIn = []
    for (let n = 0; n < 3; n++) {
      const socket = await dial(server.port('imap'))
      assert.equal(await greeting(socket), 'hello\r\n')
      socket.write('sign in\r\nwait')
      assert.equal(await greeting(socket), 'wait')
      signedIn.push(socket)
    }
    assert.deepEqual(server.listener.open, { all: 3, beforeLogin: 0 })
    assert.equal(await heard(await dial(server.port('imap'))), '')
    // Longer than the time before login: another connection's has passed.
    const slow = await dial(server.port('imap'), { localAddress: '127.0.0.5' })
    assert.equal(await heard(slow), 'hello\r\n')
    for (const socket of signedIn) {
      socket.write('still here')
      assert.equal(await greeting(socket), 'still here')
      socket.destroy()
    }
    while (server.listener.open.all > 0) await breathe()
  })

  it('closes a session that is over, whatever the client does', async () => {
    const bye: Serve = async ({ client }) => client.write('bye\r\n')
    const limits = { lastWordMs: 50 }
    await using server = await startMailListener({ serve: forAll(bye), limits })
    for (const door of ['imap', 'imap-tls']) {
      const socket =
        door === 'imap' ? await dial(server.port(door)) : await dialTls(server.port(door))
      assert.ok(socket)
      socket.allowHalfOpen = true
      assert.equal(await greeting(socket), 'bye\r\n')
      // It has not ended its side.
      while (server.listener.open.all > 0) await breathe()
      socket.destroy()
    }
  })

  it('closes a session that fails, and says so in the log', async () => {
    const broken: Serve = async () => {
      throw new TypeError('a bug')
    }
    await using server = await startMailListener({ serve: forAll(broken) })
    assert.equal(await heard(await dial(server.port('pop3'))), '')
    assert.match(server.log.join(), /mail\.session_failed.*a bug/)
  })

  it('tells a session when its client has gone', async () => {
    const { promise, resolve } = Promise.withResolvers<Session>()
    const waits: Serve = async (session) => {
      resolve(session)
      if (!session.signal.aborted) await once(session.signal, 'abort')
    }
    await using server = await startMailListener({ serve: forAll(waits) })
    const socket = await dial(server.port('imap'))
    const { signal } = await promise
    socket.resetAndDestroy()
    if (!signal.aborted) await once(signal, 'abort')
    assert.equal(signal.reason, 'gone')
    while (server.listener.open.all > 0) await breathe()
  })

  for (const protocol of PROTOCOLS)
    it(`says goodbye at ${protocol} when it stops`, async () => {
      const server = await startMailListener()
      const clear = await dial(server.port(protocol))
      await greeting(clear)
      const secure = await dialTls(server.port(`${protocol}-tls`))
      assert.ok(secure)
      await greeting(secure)
      const said = [clear, secure].map(heard)
      await server[Symbol.asyncDispose]()
      const words = { imap: /^\* BYE /, pop3: /^$/, smtp: /^421 / }[protocol]
      for (const text of await Promise.all(said)) assert.match(text, words)
    })

  it('cuts who does not go when it stops', async () => {
    const limits = { lastWordMs: 50, stopMs: 100 }
    const server = await startMailListener({ serve: forAll(echo), limits })
    const before = await dial(server.port('imap'))
    const half = await dial(server.port('imap-tls'))
    const after = await dial(server.port('imap'))
    await greeting(after)
    after.write('sign in\r\n')
    while (server.listener.open.beforeLogin > 2) await breathe()
    await server[Symbol.asyncDispose]()
    for (const socket of [before, half, after]) await heard(socket)
  })

  it('opens all of its addresses or none', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port: first } = free.address() as AddressInfo
    free.close()
    await once(free, 'close')
    const door = (name: string, at: number): MailDoor => ({
      name,
      protocol: 'imap',
      host: '127.0.0.1',
      port: at,
      security: 'none',
      age: 'today',
      mayBeClear: () => true,
      admits: () => true,
      serve: echo,
    })
    await assert.rejects(
      MailListener.open({
        doors: [door('one', first), door('two', port)],
        certificates: null,
        isProxy: () => false,
        endSignedIn: () => {},
        log: silentLog,
      }),
      /EADDRINUSE/,
    )
    await assert.rejects(dial(first))
    taken.close()
  })
})

describe('The listener for old devices', () => {
  it('speaks TLS 1.0 by STARTTLS, with those of its networks only', async () => {
    await using server = await startMailListener({ old: ['127.0.0.4'] })
    const localAddress = '127.0.0.4'
    const plain = await dial(server.port('smtp-old'), { localAddress })
    await greeting(plain)
    plain.write('EHLO scanner\r\n')
    assert.match(await greeting(plain), /STARTTLS/)
    plain.write('STARTTLS\r\n')
    await greeting(plain)
    const secure = await dialTls(0, { socket: plain, ...OLD })
    assert.equal(secure?.getProtocol(), 'TLSv1')
    secure?.write('EHLO scanner\r\n')
    assert.match(secure ? await greeting(secure) : '', /AUTH PLAIN LOGIN/)
    secure?.destroy()
    assert.equal(await heard(await dial(server.port('smtp-old'))), '')
  })
})
