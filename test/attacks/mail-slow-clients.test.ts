/**
 * M10: clients that take their time before they sign in, few and many, from one place and from
 * everywhere.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import { imap } from '#gateways/imap/serve.ts'
import { signInAtImap } from '#gateways/imap/upstream.ts'
import { LISTENER_LIMITS } from '#gateways/mail/limits.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { submission } from '#gateways/smtp/submission.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import type { MailServer } from '#mail/mail-server.ts'
import { NOTHING_CARRIED } from '#wire/smtp/ehlo.ts'
import { Dialogue } from '../support/dialogue.ts'
import { openImapServer, TOKEN } from '../support/imap.ts'
import { mailboxAt, PASSWORD, plain, USER } from '../support/mail-doors.ts'
import { openPop3Server } from '../support/pop3-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'
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

const MANY = 5000
/** From here the test's proxy connects. */
const PROXY = '127.0.0.9'

/** One byte now and then, for ever. */
function drip(socket: Socket, bytes: string): { [Symbol.dispose](): void } {
  let at = 0
  const timer = setInterval(() => socket.write(bytes[at++ % bytes.length] ?? ''), 10)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function inBatches<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let from = 0; from < count; from += 100)
    made.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(100, count - from) }, (_, i) => make(from + i)),
      )),
    )
  return made
}

/** The listener, with servers of a provider behind it. */
async function startMany(
  opened: AsyncDisposableStack,
  proxies: readonly string[],
): Promise<TestListener> {
  const servers = {
    imap: opened.use(await openImapServer()),
    pop3: opened.use(await openPop3Server({})),
    smtp: opened.use(await openSmtpServer({})),
  }
  const at = ({ port }: ScriptedServer): MailServer => ({
    host: 'localhost',
    port,
    security: 'tls',
    sasl: ['XOAUTH2'],
    addressOf: async () => '127.0.0.1',
  })
  const smtp = signInAtSmtp({ name: 'localhost', learn: () => {} })
  const serve = {
    imap: imap({ open: mailboxAt(at(servers.imap), TOKEN, signInAtImap) }),
    pop3: pop3(mailboxAt(at(servers.pop3), TOKEN, signInAtPop3)),
    smtp: submission({
      name: 'localhost',
      carried: () => NOTHING_CARRIED,
      openMailbox: mailboxAt(at(servers.smtp), TOKEN, smtp),
    }),
  }
  return opened.use(await startMailListener({ proxies, serve }))
}

const LOGINS = {
  imap: `S: * OK …\nC: a LOGIN ${USER} ${PASSWORD}\nS: a OK …\nC: b NOOP\nS: b OK done`,
  pop3: `S: +OK …\nC: USER ${USER}\nS: +OK …\nC: PASS ${PASSWORD}\nS: +OK …\nC: X\nS: -ERR what?`,
  smtp: `S: 220 …\nC: HELO a\nS: 250 …\nC: AUTH PLAIN ${plain(USER, PASSWORD)}\nS: 235 …\nC: X\nS: 500 what?`,
} as const

/** Clients that sign in and speak with the provider's server, from an address of their own. */
async function served(server: TestListener, localAddress: string): Promise<void> {
  for (const protocol of PROTOCOLS) {
    const tls = { localAddress, ca: CERTIFICATE.certificate } as ConnectionOptions
    using client = await Dialogue.open(server.port(`${protocol}-tls`), { tls })
    await client.play(LOGINS[protocol])
  }
}

describe('Attacks: slow clients of the mail gateways', () => {
  for (const protocol of PROTOCOLS)
    it(`M10: ${protocol}: the time before login ends, however the bytes come`, async () => {
      const limits = { beforeLoginMs: 400, lastWordMs: 50 }
      await using server = await startMailListener({ limits, proxies: [PROXY] })
      const line = { imap: 'a NOOP\r\n', pop3: 'CAPA\r\n', smtp: 'NOOP\r\n' }[protocol]
      const tls = await dialTls(server.port(`${protocol}-tls`))
      assert.ok(tls)
      for (const [socket, bytes] of [
        [await dial(server.port(protocol)), line], // commands, a byte at a time
        [tls, line],
        [await dial(server.port(protocol)), 'x'], // a line that never ends
        [await dial(server.port(`${protocol}-tls`)), '\u0016\u0003\u0001\u0001\u0000\u0001\u0000'],
        [await dial(server.port(protocol), { localAddress: PROXY }), 'PROXY UNKNOWN '],
      ] as const) {
        using _ = drip(socket, bytes)
        await heard(socket)
      }
      const silent = await dial(server.port(protocol))
      await heard(silent)
      // Who does not take our answers either: nothing is read from it any more.
      const deaf = await dial(server.port(protocol))
      deaf.pause()
      deaf.write(line.repeat(50))
      while (server.listener.open.all > 0) await breathe()
      deaf.destroy()
    })

  it(`M10: ${MANY} connections of one address: a bounded number stays, others are served`, async () => {
    await using opened = new AsyncDisposableStack()
    const server = await startMany(opened, [])
    const most = LISTENER_LIMITS.maxBeforeLoginOfAddress
    const all = await inBatches(MANY, async (n) => {
      const socket = await dial(server.port(PROTOCOLS[n % 3] ?? 'imap'), {
        localAddress: '127.0.0.7',
      })
      socket.resume()
      return socket
    })
    // Those that were refused are closed; none of the others is.
    while (server.listener.open.all > most) await breathe()
    assert.equal(server.listener.open.beforeLogin, most)
    await served(server, '127.0.0.8')
    for (const socket of all) socket.destroy()
    while (server.listener.open.all > 0) await breathe()
    await served(server, '127.0.0.7')
  })

  it(`M10: ${MANY} connections of as many addresses: the oldest go, others are served`, async () => {
    await using opened = new AsyncDisposableStack()
    const server = await startMany(opened, [PROXY])
    const { maxBeforeLogin } = LISTENER_LIMITS
    const all = await inBatches(MANY, async (n) => {
      const socket = await dial(server.port('imap'), { localAddress: PROXY })
      socket.write(`PROXY TCP4 10.1.${n >> 8}.${n & 255} 192.0.2.1 ${n} 143\r\n`)
      await once(socket, 'data')
      return socket.resume()
    })
    assert.equal(server.listener.open.beforeLogin, maxBeforeLogin)
    await served(server, '127.0.0.8')
    const gone = all.slice(0, MANY - maxBeforeLogin)
    for (const socket of gone) await heard(socket)
    for (const socket of all) socket.destroy()
    while (server.listener.open.all > 0) await breathe()
  })

  it('M10: an address of IPv6 is its whole network', async () => {
    const limits = { maxBeforeLoginOfAddress: 2 }
    await using server = await startMailListener({ proxies: [PROXY], limits })
    const from = async (address: string): Promise<Socket> => {
      const socket = await dial(server.port('imap'), { localAddress: PROXY })
      socket.write(`PROXY TCP6 ${address} 2001:db8::1 1 143\r\n`)
      return socket
    }
    const first = await from('2001:db8:1:1::1')
    const second = await from('2001:db8:1:1:ffff::2')
    for (const socket of [first, second]) assert.match(await greeting(socket), GREETING.imap)
    assert.equal(await heard(await from('2001:db8:1:1::3')), '')
    const elsewhere = await from('2001:db8:1:2::1')
    assert.match(await greeting(elsewhere), GREETING.imap)
    first.destroy()
    while (server.listener.open.all > 2) await breathe()
    const third = await from('2001:db8:1:1::3')
    assert.match(await greeting(third), GREETING.imap)
    for (const socket of [second, third, elsewhere]) socket.destroy()
  })
})
