/**
 * M32: headers of the PROXY protocol from anybody, cut off, malformed, about nobody.
 */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import {
  CERTIFICATE,
  dial,
  GREETING,
  greeting,
  heard,
  PROTOCOLS,
  startMailListener,
} from '../support/mail-listener.ts'

const V1 = 'PROXY TCP4 198.51.100.7 192.0.2.1 4711 993\r\n'
const SIGNATURE = '0d0a0d0a000d0a515549540a'
const V2 = Buffer.from(`${SIGNATURE}2111000cc6336407c0000201126703e1`, 'hex')
const LOCAL = Buffer.from(`${SIGNATURE}2011005c${'41'.repeat(92)}`, 'hex')
/** A proxy, and an address that is none. */
const [PROXY, OTHER] = ['127.0.0.9', '127.0.0.1']

/** Says where a client comes from, and waits. */
const says: Serve = async ({ peer, client }) => {
  client.write(`${peer.ip} ${peer.tls}\r\n`)
  await client.line(100)
}
const SAYS: Readonly<Record<MailProtocol, Serve>> = { imap: says, pop3: says, smtp: says }

const from = async (port: number, localAddress: string): Promise<Socket> =>
  await dial(port, { localAddress })

describe('Attacks: PROXY headers', () => {
  for (const protocol of PROTOCOLS) {
    it(`M32: ${protocol}: a header from a network that is not named ends the connection`, async () => {
      await using server = await startMailListener({ proxies: [PROXY] })
      for (const header of [V1, V2]) {
        const socket = await from(server.port(protocol), OTHER)
        socket.write(header)
        assert.match(await heard(socket), GREETING[protocol])
        const tls = await from(server.port(`${protocol}-tls`), OTHER)
        tls.write(header)
        // An alert, and nothing of the protocol.
        assert.match(await heard(tls), /^(\u0015[^]*)?$/)
      }
      assert.equal(server.log.filter((line) => line.includes('proxy_header_refused')).length, 2)
    })

    it(`M32: ${protocol}: a proxy that sends no header, half of one or a wrong one is cut`, async () => {
      const limits = { proxyHeaderMs: 100 }
      await using server = await startMailListener({ proxies: [PROXY], limits })
      for (const door of [protocol, `${protocol}-tls`])
        for (const bytes of [
          '',
          V1.slice(0, 20),
          V2.subarray(0, 20),
          'PROXY TCP4 198.51.100.7 192.0.2.1 4711 99999\r\n',
          `PROXY ${'x'.repeat(10_000)}`,
          Buffer.from(`${SIGNATURE}2111ffff`, 'hex'),
          'a CAPABILITY\r\n',
          Buffer.from('1603010200010001fc0303', 'hex'),
        ]) {
          const socket = await from(server.port(door), PROXY)
          socket.write(bytes)
          assert.equal(await heard(socket), '')
        }
      const gone = await from(server.port(protocol), PROXY)
      gone.end(V1.slice(0, 20))
      assert.equal(await heard(gone), '')
      while (server.listener.open.all > 0) await new Promise((resolve) => setImmediate(resolve))
    })
  }

  it('M32: what a proxy says is the address, whatever pieces it comes in', async () => {
    await using server = await startMailListener({ proxies: [PROXY], serve: SAYS })
    for (const header of [V1, V2]) {
      const whole = await from(server.port('imap'), PROXY)
      whole.write(Buffer.concat([Buffer.from(header), Buffer.from('a NOOP')]))
      assert.equal(await greeting(whole), '198.51.100.7 none\r\n')
      whole.destroy()
      const slow = await from(server.port('imap'), PROXY)
      slow.setNoDelay(true)
      for (const byte of Buffer.from(header)) {
        slow.write(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal(await greeting(slow), '198.51.100.7 none\r\n')
      slow.destroy()
    }
  })

  it('M32: TLS begins right behind the header, also in the same packet', async () => {
    await using server = await startMailListener({ proxies: [PROXY], serve: SAYS })
    const plain = await from(server.port('imap-tls'), PROXY)
    plain.cork()
    plain.write(V2)
    const ca = CERTIFICATE.certificate
    const secure = connect({ socket: plain, ca, servername: 'localhost' })
    plain.uncork()
    assert.equal(await greeting(secure), '198.51.100.7 TLSv1.3\r\n')
    secure.destroy()
  })

  it('M32: LOCAL with 108 bytes, and UNKNOWN, leave the address of the proxy', async () => {
    await using server = await startMailListener({ proxies: [PROXY], serve: SAYS })
    for (const header of [LOCAL, 'PROXY UNKNOWN 1.2.3.4 5.6.7.8 1 2\r\n']) {
      const socket = await from(server.port('imap'), PROXY)
      socket.write(header)
      assert.equal(await greeting(socket), `${PROXY} none\r\n`)
      socket.destroy()
    }
  })

  it('M32: a second header is no header', async () => {
    await using server = await startMailListener({ proxies: [PROXY], serve: SAYS })
    const socket = await from(server.port('imap'), PROXY)
    socket.write(V1 + V1.replace('198.51.100.7', '203.0.113.1'))
    assert.equal(await greeting(socket), '198.51.100.7 none\r\n')
    await heard(socket)
  })

  it('M32: the networks of old devices are those of the clients, not of the proxy', async () => {
    const old = ['198.51.100.0/24']
    await using server = await startMailListener({ proxies: [PROXY], serve: SAYS, old })
    const within = await from(server.port('smtp-old'), PROXY)
    within.write(V1)
    assert.equal(await greeting(within), '198.51.100.7 none\r\n')
    within.destroy()
    const without = await from(server.port('smtp-old'), PROXY)
    without.write(V1.replace('198.51.100.7', '203.0.113.1'))
    assert.equal(await heard(without), '')
    const direct = await from(server.port('smtp-old'), OTHER)
    assert.equal(await heard(direct), '')
  })
})
