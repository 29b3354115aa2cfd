import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CLOSED, REPLY } from '#gateways/smtp/reply.ts'
import { Dialogue } from '../support/dialogue.ts'
import { base64, PASSWORD, plain, USER } from '../support/mail-doors.ts'
import {
  answerTo,
  greeted,
  leadingTo,
  openProvider,
  openSubmission,
  refusing,
} from '../support/submission.ts'

const RIGHT = plain(USER, PASSWORD)
const GREETING = '220 mail.example.org ESMTP'

describe('SMTP: before TLS', () => {
  const injected = `NOOP\r\nEHLO a\r\nAUTH PLAIN ${RIGHT}\r\nMAIL FROM:<a@b>\r\n`

  it('M01: nothing that was sent ahead of the handshake is ever obeyed', async () => {
    await using gateway = await openSubmission(refusing)
    for (const pieces of [
      [`STARTTLS\r\n${injected}`],
      ['STARTTLS\r', `\n${injected}`],
      ['STARTTLS', `\r\n${injected}`],
      [...`STARTTLS\r\n${injected}`],
    ]) {
      using client = await greeted(gateway, false)
      for (const piece of pieces) {
        client.send(piece)
        await new Promise((sent) => setImmediate(sent))
      }
      const answers = await client.rest()
      assert.ok(answers.startsWith(`${REPLY.starttls}\r\n`), answers)
      assert.doesNotMatch(answers.slice(REPLY.starttls.length), /\d\d\d /)
    }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M01: and nothing of it is remembered under TLS', async () => {
    await using gateway = await openSubmission(refusing)
    using client = await greeted(gateway, false)
    await client.play(`
      C: EHLO evil
      S: 250-mail.example.org
      S: 250 STARTTLS
      C: STARTTLS
      S: ${REPLY.starttls}`)
    await client.startTls()
    await client.play(`
      C: AUTH PLAIN ${RIGHT}
      S: ${REPLY.ehloFirst}
      C: EHLO good
      S: 250-mail.example.org
      S: 250 AUTH PLAIN LOGIN
      C: AUTH PLAIN ${RIGHT}
      S: ${CLOSED.refused}`)
    assert.deepEqual(
      gateway.attempts.map(({ client }) => client),
      ['good'],
    )
  })

  it('M05: a right password sounds like a wrong one, and like none', async () => {
    await using gateway = await openSubmission(async () => assert.fail('it was tried'))
    using client = await greeted(gateway, false)
    await client.play('C: EHLO a\nS: 250-mail.example.org\nS: 250 STARTTLS')
    for (const line of [
      `AUTH PLAIN ${RIGHT}`,
      `AUTH PLAIN ${plain(USER, 'wrong')}`,
      'AUTH PLAIN',
      'AUTH PLAIN AGE=!!',
      'AUTH LOGIN',
      `AUTH LOGIN ${base64(USER)}`,
      'AUTH XOAUTH2',
    ])
      await client.play(`C: ${line}\nS: ${REPLY.tlsFirst}`)
  })

  it('M06: TLS begins once, and not after a sign-in', async () => {
    await using server = await openProvider(() => '503 5.5.1 no')
    await using gateway = await openSubmission(leadingTo(server))
    using client = await greeted(gateway, false)
    await client.play(`C: STARTTLS\nS: ${REPLY.starttls}`)
    await client.startTls()
    await client.play(`
      C: STARTTLS
      S: ${REPLY.tlsIsOn}
      C: EHLO a
      S: 250-mail.example.org
      S: 250 AUTH PLAIN LOGIN
      C: AUTH PLAIN ${plain(USER, 'wrong')}
      S: ${CLOSED.refused}
      C: STARTTLS
      S: ${REPLY.tlsIsOn}
      C: AUTH PLAIN ${RIGHT}
      S: ${REPLY.signedIn}
      C: STARTTLS
      S: 503 5.5.1 no`)
  })
})

describe('SMTP: what is not SMTP', () => {
  it('M07: a request of HTTP ends the connection without a word, under TLS too', async () => {
    await using gateway = await openSubmission(refusing)
    const methods = ['GET', 'POST', 'PUT', 'CONNECT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE']
    for (const method of methods)
      for (const tls of [true, false]) {
        using client = await Dialogue.open(tls ? gateway.tlsPort : gateway.port, { tls })
        await client.expect(GREETING)
        client.send(`${method} / HTTP/1.1\r\nHost: x\r\n\r\nEHLO a\r\nAUTH PLAIN ${RIGHT}\r\n`)
        assert.equal(await client.rest(), '', method)
      }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M07: who wants to speak HTTP by ALPN comes to no session', async () => {
    await using gateway = await openSubmission(refusing)
    await assert.rejects(Dialogue.open(gateway.tlsPort, { tls: { ALPNProtocols: ['http/1.1'] } }))
    using client = await Dialogue.open(gateway.tlsPort, { tls: { ALPNProtocols: ['smtp'] } })
    await client.expect(GREETING)
  })

  it('M09: lines without end and commands without number end the connection', async () => {
    await using gateway = await openSubmission(refusing)
    using bystander = await greeted(gateway)
    for (const line of ['NOOP', 'EHLO a', 'X', 'AUTH PLAIN =', 'MAIL FROM:<a>', 'AUTH LOGIN *']) {
      using client = await greeted(gateway)
      client.send(`${line}\r\n`.repeat(50_000))
      const answers = (await client.rest()).match(/^\d\d\d /gm)?.length ?? 0
      assert.ok(answers <= 101, `${answers} answers to ${line}`)
    }
    using endless = await greeted(gateway)
    endless.send('x'.repeat(1e6))
    await endless.expect(REPLY.authTooLong)
    assert.equal(await answerTo(gateway, `NOOP ${'x'.repeat(505)}`), REPLY.fine)
    assert.equal(await answerTo(gateway, `NOOP ${'x'.repeat(506)}`), REPLY.tooLong)
    await bystander.play(`C: QUIT\nS: ${REPLY.bye}\nS: <end>`)
  })

  it('M26: a line that has a CR, an LF or a NUL in it is refused, and so is what it hides', async () => {
    await using server = await openProvider()
    await using gateway = await openSubmission(leadingTo(server))
    for (const line of [
      'EHLO a\rMAIL FROM:<b@c>',
      'EHLO a\nMAIL FROM:<b@c>',
      'EHLO a\0b',
      'MAIL FROM:<a@b>\rRCPT TO:<c@d>',
      'MAIL FROM:<a@b>\nRCPT TO:<c@d>',
      'RCPT TO:<c@d\r>',
      'MAIL FROM:<a@b> SIZE=1\nRCPT TO:<c@d>',
      `AUTH PLAIN\r${RIGHT}`,
      'NOOP\r\r',
      '\r',
    ]) {
      using client = await greeted(gateway)
      client.send(`${line}\r\n`)
      await client.expect(REPLY.bare)
      if (line.includes('\n')) await client.expect(REPLY.signInFirst)
      await client.play(`C: QUIT\nS: ${REPLY.bye}`)
    }
    using responding = await greeted(gateway)
    for (const response of [`${RIGHT}\rx`, `${RIGHT}\0`, 'A\r\r']) {
      await responding.play('C: AUTH PLAIN\nS: 334 ')
      responding.send(`${response}\r\n`)
      await responding.expect(REPLY.bare)
    }
    await responding.play(`C: NOOP\nS: ${REPLY.fine}`)
    for (const name of ['EHLO a\tb', 'EHLO a\u0001', 'HELO a\u007f'])
      assert.equal(await answerTo(gateway, name), REPLY.malformed)
    assert.equal(gateway.attempts.length, 0)
    assert.deepEqual(server.heard, [])
  })
})
