/**
 * M24: clients that go away at every stage of a sign-in and after it, in every way that there is.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { HOUR } from '#base/clock.ts'
import { Places } from '#gateways/mail/places.ts'
import { MAIL_PROTOCOLS, type MailProtocol } from '#gateways/mail/session.ts'
import { MailboxSlots } from '#gateways/mail/slots.ts'
import { openImapServer } from '../support/imap.ts'
import { base64, PASSWORD, plain } from '../support/mail-doors.ts'
import { openMailboxOpening, type MailboxOpening } from '../support/mailbox-opening.ts'
import { until } from '../support/mail-story.ts'
import { settledMemory } from '../support/memory.ts'
import { openPop3Server } from '../support/pop3-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'
import { openSmtpServer } from '../support/smtp-server.ts'

const WAYS = ['end', 'destroy', 'resetAndDestroy'] as const
const HALF_A_HELLO = '\u0016\u0003\u0001\u0002\u0000\u0001'
const MIB = 1024 * 1024
const [WARM_UP, ROUNDS] = [10, 40]

const SERVERS: Readonly<Record<MailProtocol, () => Promise<ScriptedServer>>> = {
  imap: async () => await openImapServer(),
  pop3: async () => await openPop3Server({}),
  smtp: async () => await openSmtpServer({}),
}
/** What a client has sent when it goes. */
const STAGES: Readonly<Record<MailProtocol, (user: string) => readonly string[]>> = {
  imap: (user) => {
    const login = `a LOGIN ${user} ${PASSWORD}\r\n`
    return [
      '',
      'a LOG',
      'a LOGIN {100+}\r\nhalf',
      'a LOGIN {4}\r\n',
      'a AUTHENTICATE PLAIN\r\n',
      `a AUTHENTICATE LOGIN ${base64(user)}\r\nAA`,
      `a STARTTLS\r\n${HALF_A_HELLO}`,
      login,
      `${login}b SELECT INBOX\r\nc APPEND x {10}\r\n`,
    ]
  },
  pop3: (user) => [
    '',
    'USER a',
    `USER ${user}\r\n`,
    'AUTH PLAIN\r\n',
    `AUTH LOGIN ${base64(user)}\r\nAA`,
    `STLS\r\n${HALF_A_HELLO}`,
    `USER ${user}\r\nPASS ${PASSWORD}\r\n`,
    `AUTH PLAIN ${plain(user, PASSWORD)}\r\nSTAT\r\nRETR 1\r`,
  ],
  smtp: (user) => [
    '',
    'EHLO a',
    'EHLO a\r\nAUTH PLAIN\r\n',
    `EHLO a\r\nAUTH LOGIN ${base64(user)}\r\nAA`,
    `EHLO a\r\nSTARTTLS\r\n${HALF_A_HELLO}`,
    `EHLO a\r\nAUTH PLAIN ${plain(user, PASSWORD)}\r\n`,
    `EHLO a\r\nAUTH PLAIN ${plain(user, PASSWORD)}\r\nMAIL FROM:<a@b>\r\nDATA\r\nhalf a`,
  ],
}

/** Sends that, waits for so many turns, and goes. */
async function leave(port: number, sent: string, turns: number, n: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const closed = once(socket.resume(), 'close')
  await once(socket, 'connect')
  socket.write(sent)
  for (let turn = 0; turn < turns; turn++) await breathe()
  socket[WAYS[n % WAYS.length]!]()
  await closed
}

async function everyStage(
  protocol: MailProtocol,
  { gateway, account }: MailboxOpening,
  round: number,
): Promise<void> {
  const leaving = STAGES[protocol](account).flatMap((sent, stage) => {
    const port =
      sent.includes('TLS\r\n') || sent.includes('STLS') ? gateway.port : gateway.clearPort
    return WAYS.map(async (_, way) => await leave(port, sent, (round * 7 + stage * 3) % 60, way))
  })
  await Promise.all(leaving)
}

describe('clients that go away', () => {
  for (const protocol of MAIL_PROTOCOLS) {
    it(`M24: ${protocol}: at any stage, in any way, they leave nothing behind`, async () => {
      await using server = await SERVERS[protocol]()
      const places = new Places({ maxOfPerson: 1000, maxOfMailbox: 1000 })
      const slots = new MailboxSlots({ maxWaiting: 30, waitMs: 60_000 })
      // With a bound of connections, so that some wait in line when they go.
      await using opening = await openMailboxOpening(server, {
        protocol,
        places,
        slots,
        application: { provider: protocol === 'smtp' ? 'AzureAD' : 'Google' },
      })
      await opening.bench.accessToken(opening.account, 'stored', HOUR)
      const nothingIsLeft = async (): Promise<void> => {
        const { listener } = opening.gateway
        await until('nothing is open', async () => {
          await breathe()
          return listener.open.all + opening.live.count() + slots.size + server.open === 0
        })
      }
      const held = async (): Promise<number> => {
        await nothingIsLeft()
        server.heard.length = 0
        opening.gateway.attempts.length = 0
        opening.logged.length = 0
        await settledMemory()
        const { heapUsed, external } = process.memoryUsage()
        return heapUsed + external
      }
      for (let round = 0; round < WARM_UP; round++) await everyStage(protocol, opening, round)
      const before = await held()
      for (let round = 0; round < ROUNDS; round++) await everyStage(protocol, opening, round)
      const grown = (await held()) - before
      assert.ok(grown < MIB, `${Math.round(grown / 1024)} KiB more`)
      assert.deepEqual(await opening.timeLine(), [])
      const owner = `owner of ${opening.account}`
      for (let n = 0; n < 1000; n++) assert.ok(places.take(owner, opening.account))
    })

    it(`M24: ${protocol}: during a refresh, which ends and is stored`, async () => {
      await using server = await SERVERS[protocol]()
      await using opening = await openMailboxOpening(server, { protocol })
      const { bench, account, tokens, gateway } = opening
      const before = await bench.stored(account)
      tokens.delayMs = 100
      const asked = tokens.nextRequest()
      const socket = connect(gateway.clearPort, '127.0.0.1').resume()
      socket.on('error', () => {})
      socket.write(STAGES[protocol](account).at(-2) ?? '')
      await asked
      socket.resetAndDestroy()
      while (gateway.listener.open.all > 0) await breathe()
      assert.equal(await bench.stored(account), before)
      while ((await bench.stored(account)) === before) await breathe()
      assert.ok(tokens.takes(await bench.stored(account)))
      assert.deepEqual([server.heard, opening.live.count()], [[], 0])
      assert.deepEqual(await opening.timeLine(), [])
    })
  }
})
