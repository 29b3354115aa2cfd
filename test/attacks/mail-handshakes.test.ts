/**
 * M33: handshakes that nobody wants, in bulk: garbage, hellos without end, chains of certificates that
 * nobody asked for.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { connect, type SecureVersion } from 'node:tls'
import { settledMemory } from '../support/memory.ts'
import {
  dial,
  dialTls,
  GREETING,
  greeting,
  PROTOCOLS,
  startMailListener,
} from '../support/mail-listener.ts'

const MIB = 1024 * 1024
/** Of the 100 to 400 MiB that are sent. */
const MOST_MIB = 40
const [WARM_UP, MANY, AT_ONCE] = [800, 1600, 20]
/** RFC 8446 §5.1, §4: a record, and what it carries. */
const HANDSHAKE = 22
const [CLIENT_HELLO, CERTIFICATE] = [1, 11]
const LONGEST_RECORD = 2 ** 14
/** What is sent of a message that says to be of 16 MiB, where it is taken. */
const SENT = 256 * 1024

function record(body: Buffer): Buffer {
  const head = Buffer.from([HANDSHAKE, 3, 3, 0, 0])
  head.writeUInt16BE(body.length, 3)
  return Buffer.concat([head, body])
}

/** The beginning of a message of 2^24 - 1 bytes. */
function endless(type: number): Buffer {
  const message = Buffer.concat([Buffer.from([type, 0xff, 0xff, 0xff]), randomBytes(SENT)])
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += LONGEST_RECORD)
    records.push(record(message.subarray(at, at + LONGEST_RECORD)))
  return Buffer.concat(records)
}

/** What a client of Node says first, up to that version. */
async function hello(maxVersion: SecureVersion): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const client = connect({ port, host: '127.0.0.1', maxVersion }).on('error', () => {})
  const [socket] = await accepted
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  server.close()
  return bytes
}

describe('Attacks: handshakes at the mail gateways, in bulk', () => {
  const chain = endless(CERTIFICATE)
  for (const [what, pieces] of [
    ['garbage', async () => [randomBytes(64 * 1024)]],
    ['records of garbage', async () => [record(randomBytes(10_000)), record(randomBytes(10_000))]],
    ['a hello without end', async () => [endless(CLIENT_HELLO)]],
    ['a chain that nobody asked for, in TLS 1.2', async () => [await hello('TLSv1.2'), chain]],
    ['a chain that nobody asked for, in TLS 1.3', async () => [await hello('TLSv1.3'), chain]],
  ] as const)
    it(`M33: ${what} ends the connection and takes no memory`, async () => {
      // They end by themselves, and not because a time is up.
      const limits = { handshakeMs: 600_000, beforeLoginMs: 600_000 }
      await using server = await startMailListener({ limits })
      const sent = await pieces()
      const attack = async (n: number): Promise<void> => {
        const socket = await dial(server.port(`${PROTOCOLS[n % 3]}-tls`))
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
        for (const [i, piece] of sent.entries()) {
          socket.write(piece)
          // What comes next answers what the server says to the first.
          if (i < sent.length - 1)
            await Promise.race([new Promise((heard) => socket.once('data', heard)), closed])
        }
        socket.resume()
        await closed
      }
      const many = async (count: number): Promise<void> => {
        for (let from = 0; from < count; from += AT_ONCE)
          await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => attack(from + i)))
        while (server.listener.open.all > 0) await breathe()
      }
      await many(WARM_UP)
      const before = await settledMemory()
      await many(MANY)
      const grown = (await settledMemory()) - before
      assert.ok(grown < MOST_MIB * MIB, `${Math.round(grown / MIB)} MiB`)
      for (const protocol of PROTOCOLS) {
        const client = await dialTls(server.port(`${protocol}-tls`))
        assert.ok(client)
        assert.match(await greeting(client), GREETING[protocol])
        client.destroy()
      }
    })

  for (const protocol of PROTOCOLS)
    it(`M33: ${protocol}: garbage in the middle of a session ends it`, async () => {
      await using server = await startMailListener({ limits: { beforeLoginMs: 600_000 } })
      // Somebody on the way, who can write into the connection.
      const up = await dial(server.port(`${protocol}-tls`))
      const relay = createServer((socket) => {
        socket.on('error', () => {})
        socket.pipe(up).pipe(socket)
      })
      relay.listen(0, '127.0.0.1')
      await once(relay, 'listening')
      const client = await dialTls((relay.address() as AddressInfo).port)
      assert.ok(client)
      assert.match(await greeting(client), GREETING[protocol])
      up.write(Buffer.concat([Buffer.from([23, 3, 3, 0, 100]), randomBytes(100)]))
      while (server.listener.open.all > 0) await breathe()
      client.destroy()
      relay.close()
    })
})
