import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import type { Closed, OpenMailbox } from '#gateways/mail/mailbox.ts'
import { MessageRate } from '#gateways/smtp/message-rate.ts'
import { Dialogue } from '../support/dialogue.ts'
import { base64, PASSWORD, plain, USER, type GatewayAlone } from '../support/mail-doors.ts'
import { leadingTo, openProvider, openSubmission, refusing } from '../support/submission.ts'

const RIGHT = plain(USER, PASSWORD)
const REFUSED = '535 5.7.8 Authentication credentials invalid'

describe('a submission client before TLS', () => {
  it('is offered STARTTLS, and no sign-in', async () => {
    await using gateway = await openSubmission(refusing)
    using client = await Dialogue.open(gateway.port)
    await client.play(`
      S: 220 mail.example.org ESMTP
      C: EHLO client.example.org
      S: 250-mail.example.org
      S: 250 STARTTLS
      C: HELO client.example.org
      S: 250 mail.example.org
      C: MAIL FROM:<ada@example.org>
      S: 530 5.7.0 Must issue a STARTTLS command first
      C: NOOP
      S: 250 2.0.0 OK
      C: STARTTLS now
      S: 501 5.5.4 Syntax error in the argument
      C: QUIT
      S: 221 2.0.0 Bye
      S: <end>`)
  })

  it('begins anew with TLS', async () => {
    await using gateway = await openSubmission(refusing, {
      carried: () => ({ keywords: ['PIPELINING', '8BITMIME'], size: 1000 }),
    })
    using client = await Dialogue.open(gateway.port)
    await client.play(`
      S: 220 mail.example.org ESMTP
      C: EHLO client.example.org
      S: 250-mail.example.org
      S: 250-PIPELINING
      S: 250-8BITMIME
      S: 250-SIZE 1000
      S: 250 STARTTLS
      C: STARTTLS
      S: 220 2.0.0 Ready to start TLS`)
    await client.startTls()
    await client.play(`
      C: AUTH PLAIN
      S: 503 5.5.1 Send EHLO first
      C: EHLO client.example.org
      S: 250-mail.example.org
      S: 250-PIPELINING
      S: 250-8BITMIME
      S: 250-SIZE 1000
      S: 250 AUTH PLAIN LOGIN
      C: STARTTLS
      S: 503 5.5.1 TLS is on already`)
  })
})

describe('a submission client under TLS', () => {
  it('can say little before it signs in', async () => {
    await using gateway = await openSubmission(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: 220 mail.example.org ESMTP
      C: MAIL FROM:<ada@example.org>
      S: 530 5.7.0 Authentication required
      C: ehlo [192.0.2.1]
      S: 250-mail.example.org
      S: 250 AUTH PLAIN LOGIN
      C: NOOP
      S: 250 2.0.0 OK
      C: RSET
      S: 250 2.0.0 OK
      C: VRFY ada
      S: 252 2.0.0 …
      C: HELP
      S: 214 2.0.0 …
      C: EXPN staff
      S: 530 5.7.0 Authentication required
      C: WHAT
      S: 500 5.5.2 There is no such command
      C: AUTH
      S: 501 5.5.4 Syntax error in the argument
      C: AUTH CRAM-MD5
      S: 504 5.5.4 The mechanisms are PLAIN and LOGIN
      C: QUIT
      S: 221 2.0.0 Bye
      S: <end>`)
    assert.deepEqual(gateway.attempts, [])
  })

  const ways: Record<string, string> = {
    'AUTH PLAIN with its response': `
      C: AUTH PLAIN ${RIGHT}`,
    'AUTH PLAIN, asked for its response': `
      C: auth plain
      S: 334${' '}
      C: ${RIGHT}`,
    'AUTH LOGIN': `
      C: AUTH LOGIN
      S: 334 VXNlcm5hbWU6
      C: ${base64(USER)}
      S: 334 UGFzc3dvcmQ6
      C: ${base64(PASSWORD)}`,
    'AUTH LOGIN with its user name': `
      C: AUTH LOGIN ${base64(USER)}
      S: 334 UGFzc3dvcmQ6
      C: ${base64(PASSWORD)}`,
  }
  for (const [way, said] of Object.entries(ways))
    it(`signs in by ${way}, and speaks to the provider from there on`, async () => {
      await using server = await openProvider()
      await using gateway = await openSubmission(leadingTo(server))
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play(`
        S: 220 mail.example.org ESMTP
        C: EHLO scanner-3
        S: 250-mail.example.org
        S: 250 AUTH PLAIN LOGIN
        ${said.trim()}
        S: 235 2.7.0 Authentication successful
        C: MAIL FROM:<ada@example.org> SIZE=7
        S: 250 MAIL FROM:<ada@example.org> SIZE=7
        C: quit
        S: 250 quit`)
      const [attempt] = gateway.attempts
      const { protocol, username, ip, client: name } = attempt ?? assert.fail()
      assert.deepEqual(
        { protocol, username, ip, name },
        { protocol: 'smtp', username: USER, ip: '127.0.0.1', name: 'scanner-3' },
      )
      assert.deepEqual(server.heard.slice(0, 2), ['EHLO mail.example.org', 'AUTH XOAUTH2'])
    })

  it('may try again, and not for ever', async () => {
    await using gateway = await openSubmission(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: 220 …
      C: EHLO a
      S: 250-mail.example.org
      S: 250 AUTH PLAIN LOGIN
      C: AUTH PLAIN ${plain(USER, 'one')}
      S: ${REFUSED}
      C: AUTH LOGIN
      S: 334 VXNlcm5hbWU6
      C: *
      S: 501 5.7.0 Authentication cancelled
      C: AUTH PLAIN ${plain(USER, 'two')}
      S: ${REFUSED}
      C: AUTH PLAIN ${plain(USER, 'three')}
      S: ${REFUSED}
      S: 421 4.7.0 …
      S: <end>`)
    assert.equal(gateway.attempts.length, 3)
  })

  it('is not heard for ever when it says nothing that is a command, or nothing else but commands', async () => {
    await using gateway = await openSubmission(refusing)
    for (const [line, reply, times] of [
      ['X', '500 5.5.2 There is no such command', 10],
      ['NOOP', '250 2.0.0 OK', 100],
    ] as const) {
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.expect('220 …')
      client.send(`${line}\r\n`.repeat(times + 1))
      for (let n = 0; n < times; n++) await client.expect(reply)
      await client.play(`
        S: 421 4.7.0 Too many commands without a sign-in
        S: <end>`)
    }
  })

  it('hears an outage as something temporary, and never as a wrong password', async () => {
    const replies: Record<Closed, string> = {
      refused: `S: ${REFUSED}`,
      busy: 'S: 421 4.3.2 …\nS: <end>',
      unavailable: 'S: 454 4.7.0 …',
      reconsent: 'S: 454 4.7.0 …',
      mailbox_off: 'S: 454 4.7.0 …',
    }
    for (const [why, reply] of Object.entries(replies) as [Closed, string][]) {
      const closed: OpenMailbox<null> = async () => ({ ok: false, why })
      await using gateway = await openSubmission(closed)
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play(`
        S: 220 …
        C: EHLO a
        S: 250-mail.example.org
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ${RIGHT}
        ${reply}`)
    }
  })
})

describe('an old device', () => {
  it('signs in without TLS where that is allowed', async () => {
    await using server = await openProvider()
    await using gateway = await openSubmission(leadingTo(server))
    using client = await Dialogue.open(gateway.clearPort)
    await client.play(`
      S: 220 …
      C: HELO scanner
      S: 250 mail.example.org
      C: STARTTLS
      S: 454 4.7.0 TLS is not available
      C: AUTH LOGIN
      S: 334 VXNlcm5hbWU6
      C: ${base64(USER)}
      S: 334 UGFzc3dvcmQ6
      C: ${base64(PASSWORD)}
      S: 235 2.7.0 …
      C: NOOP
      S: 250 NOOP`)
  })
})

describe('the submission gateway', () => {
  it('says when it stops, and when time is up', async () => {
    await using patient = await openSubmission(refusing)
    using client = await Dialogue.open(patient.tlsPort, { tls: true })
    await client.expect('220 …')
    const stopped = patient.listener.stop()
    await client.play(`
      S: 421 4.3.2 The server stops
      S: <end>`)
    await stopped
    await using impatient = await openSubmission(refusing, { limits: { beforeLoginMs: 50 } })
    using slow = await Dialogue.open(impatient.port)
    await slow.play(`
      S: 220 …
      S: 421 4.4.2 Too much time has passed without a sign-in
      S: <end>`)
  })
})

describe('the messages of a minute', () => {
  const limits = { messagesPerMinute: 2 }
  const answers = (line: string): string => (line === 'DATA' ? '354 go on' : `250 ${line}`)
  async function signedIn({ tlsPort }: GatewayAlone): Promise<Dialogue> {
    const client = await Dialogue.open(tlsPort, { tls: true })
    await client.play(`
      S: 220 …
      C: EHLO a
      S: 250-mail.example.org
      S: 250 AUTH PLAIN LOGIN
      C: AUTH PLAIN ${RIGHT}
      S: 235 2.7.0 Authentication successful`)
    return client
  }

  it('are the same for all connections of a mailbox: the next one waits, and is sent', async () => {
    const turn = Promise.withResolvers<void>()
    const waited: number[] = []
    const rate = new MessageRate({
      clock: fixedClock('2026-01-01T12:00:00Z'),
      wait: async (ms) => {
        waited.push(ms)
        await turn.promise
      },
    })
    await using server = await openProvider(answers)
    await using gateway = await openSubmission(leadingTo(server, limits), { tap: rate.tap })
    using one = await signedIn(gateway)
    using two = await signedIn(gateway)
    for (const client of [one, two]) await client.play('C: DATA\nS: 354 go on')
    await one.play('C: .\nS: 250 .\nC: DATA')
    await two.play('C: .\nS: 250 .\nC: RSET\nS: 250 RSET')
    while (waited.length === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(waited, [MINUTE])
    turn.resolve()
    await one.play('S: 354 go on\nC: .\nS: 250 .')
  })

  it('are refused as something temporary where too many wait', async () => {
    const rate = new MessageRate({
      clock: fixedClock('2026-01-01T12:00:00Z'),
      maxWaitMs: SECOND,
    })
    await using server = await openProvider(answers)
    await using gateway = await openSubmission(leadingTo(server, limits), { tap: rate.tap })
    using client = await signedIn(gateway)
    for (let n = 0; n < 2; n++) await client.play('C: DATA\nS: 354 go on\nC: .\nS: 250 .')
    await client.play('C: DATA\nS: 421 4.3.2 …\nS: <end>')
  })
})
