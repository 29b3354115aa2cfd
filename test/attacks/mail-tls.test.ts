/**
 * M07, M33: handshakes that are old, foreign, broken or endless, at every mail gateway.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { connect, type ConnectionOptions } from 'node:tls'
import { settledMemory } from '../support/memory.ts'
import {
  CERTIFICATE,
  dial,
  dialTls,
  GREETING,
  greeting,
  heard,
  PROTOCOLS,
  startMailListener,
  type TestListener,
} from '../support/mail-listener.ts'

const STARTTLS = { imap: 'a STARTTLS\r\n', pop3: 'STLS\r\n', smtp: 'STARTTLS\r\n' } as const
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
const MIB = 1024 * 1024

/** As a client does by STARTTLS; null: the handshake failed. */
async function startTls(port: number, protocol: keyof typeof STARTTLS, options: ConnectionOptions) {
  const plain = await dial(port)
  await greeting(plain)
  if (protocol === 'smtp') {
    plain.write('EHLO me\r\n')
    await greeting(plain)
  }
  plain.write(STARTTLS[protocol])
  await greeting(plain)
  return await dialTls(0, { socket: plain, ...options })
}

/** A ClientHello that asks for this name, as bytes. */
async function clientHello(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection')
  const client = connect({ port, host: '127.0.0.1', servername }).on('error', () => {})
  const [socket] = await accepted
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  server.close()
  return bytes
}

const idle = async (server: TestListener): Promise<void> => {
  while (server.listener.open.all > 0) await new Promise((resolve) => setImmediate(resolve))
}

describe('Attacks: TLS of the mail gateways', () => {
  for (const protocol of PROTOCOLS) {
    it(`M33: ${protocol}: TLS 1.0, 1.1 and a key exchange by RSA are refused`, async () => {
      await using server = await startMailListener()
      for (const [version, options] of [
        [null, OLD],
        // Without forward secrecy.
        [null, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
        ['TLSv1.2', { maxVersion: 'TLSv1.2' }],
        ['TLSv1.3', {}],
      ] as const) {
        const direct = await dialTls(server.port(`${protocol}-tls`), options)
        assert.equal(direct?.getProtocol() ?? null, version)
        if (direct) assert.match(await greeting(direct), GREETING[protocol])
        const later = await startTls(server.port(protocol), protocol, options)
        assert.equal(later?.getProtocol() ?? null, version)
        direct?.destroy()
        later?.destroy()
      }
      await idle(server)
    })

    it(`M33: ${protocol}: a hello of SSLv2, and what is none, end the connection`, async () => {
      await using server = await startMailListener()
      const hello = await clientHello('localhost')
      for (const bytes of [
        // SSLv2 CLIENT-HELLO: three ciphers and a challenge.
        Buffer.from(`802e0100020015000000100100800200800300800700c0${'41'.repeat(25)}`, 'hex'),
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
        randomBytes(2000),
        Buffer.alloc(20_000, 'A'),
        // The beginning of one, and then something else.
        Buffer.concat([hello.subarray(0, 100), randomBytes(2000)]),
        // A record that says to be longer than any may be.
        Buffer.from(`160301ffff${'00'.repeat(200)}`, 'hex'),
      ]) {
        const socket = await dial(server.port(`${protocol}-tls`))
        socket.write(bytes)
        assert.match(await heard(socket), /^(\u0015[^]*)?$/)
      }
      await idle(server)
      const client = await dialTls(server.port(`${protocol}-tls`))
      assert.ok(client)
      client.destroy()
    })

    it(`M33: ${protocol}: nobody renegotiates`, async () => {
      await using server = await startMailListener()
      const client = await dialTls(server.port(`${protocol}-tls`), { maxVersion: 'TLSv1.2' })
      assert.ok(client)
      await greeting(client)
      const asked = await new Promise<Error | null>((resolve) => {
        client.on('error', resolve)
        client.on('close', () => resolve(new Error('closed')))
        client.renegotiate({}, resolve)
      })
      assert.ok(asked instanceof Error)
      client.destroy()
      await idle(server)
    })

    it(`M07: ${protocol}: a client that wants another protocol gets an alert, and no greeting`, async () => {
      await using server = await startMailListener()
      for (const [names, taken] of [
        [['http/1.1'], false],
        [['h2', 'http/1.1'], false],
        [['ftp'], false],
        [PROTOCOLS.filter((one) => one !== protocol), false],
        [[protocol], true],
        [['http/1.1', protocol], true],
      ] as const) {
        const options = { ALPNProtocols: [...names] }
        const port = server.port(`${protocol}-tls`)
        const client = connect({
          port,
          host: '127.0.0.1',
          ca: CERTIFICATE.certificate,
          servername: 'localhost',
          ...options,
        })
        if (taken) {
          await once(client, 'secureConnect')
          assert.equal(client.alpnProtocol, protocol)
          assert.match(await greeting(client), GREETING[protocol])
        } else {
          const failed = once(client, 'error') as Promise<[NodeJS.ErrnoException]>
          const done = once(client, 'secureConnect').then(() => [new Error('no alert')] as const)
          const [thrown] = await Promise.race([failed, done])
          assert.match(
            'code' in thrown ? (thrown.code ?? '') : thrown.message,
            /ALERT_NO_APPLICATION_PROTOCOL/,
          )
        }
        client.destroy()
        const later = await startTls(server.port(protocol), protocol, options)
        assert.equal(later !== null, taken)
        later?.destroy()
      }
      await idle(server)
    })
  }

  it('M33: handshakes that are cut at any byte, in three ways, leave nothing', async () => {
    // They end by themselves, and not because a time is up.
    const limits = { handshakeMs: 600_000, beforeLoginMs: 600_000 }
    await using server = await startMailListener({ limits })
    const hello = await clientHello('localhost')
    const ways = ['end', 'destroy', 'resetAndDestroy'] as const
    const cut = async (size: number, way: (typeof ways)[number]): Promise<void> => {
      const plain = await dial(server.port('imap-tls'))
      plain.resume().write(hello.subarray(0, size))
      plain[way]()
      const later = await dial(server.port('smtp'))
      await greeting(later)
      later.resume().write('EHLO me\r\nSTARTTLS\r\n')
      later.write(hello.subarray(0, size))
      later[way]()
    }
    for (let size = 0; size <= hello.length; size += 7)
      await Promise.all(ways.map(async (way) => await cut(size, way)))
    for (const way of ['end', 'destroy'] as const)
      for (let n = 0; n < 50; n++) (await dialTls(server.port('pop3-tls')))?.[way]()
    await idle(server)
    const client = await dialTls(server.port('imap-tls'))
    assert.ok(client)
    client.destroy()
  })

  it('M33: ten thousand random names, half of a handshake each, take no memory', async () => {
    await using server = await startMailListener()
    const name = `${'x'.repeat(40)}.example`
    const hello = await clientHello(name)
    const at = hello.indexOf(name)
    const port = server.port('imap-tls')
    const ask = async (): Promise<void> => {
      const bytes = Buffer.from(hello)
      bytes.write(randomBytes(20).toString('hex'), at)
      const socket = await dial(port)
      socket.write(bytes)
      // The certificate of the server: it is known by then that none is for the name.
      await once(socket, 'data')
      socket.destroy()
    }
    const many = async (count: number): Promise<void> => {
      for (let asked = 0; asked < count; asked += 50)
        await Promise.all(Array.from({ length: 50 }, ask))
      await idle(server)
    }
    await many(5000)
    const before = await settledMemory()
    await many(10_000)
    const grown = (await settledMemory()) - before
    assert.ok(grown < 20 * MIB, `${Math.round(grown / MIB)} MiB`)
  })
})
