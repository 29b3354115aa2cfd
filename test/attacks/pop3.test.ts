import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Dialogue } from '../support/dialogue.ts'
import { PASSWORD, plain, USER } from '../support/mail-doors.ts'
import { answerTo, greeted, openPop3, READY, TOO_LONG } from '../support/pop3-gateway.ts'

describe('POP3: before TLS', () => {
  it('M01: nothing that was sent ahead of the handshake is ever obeyed', async () => {
    await using gateway = await openPop3()
    const injected = `CAPA\r\nUSER ${USER}\r\nPASS ${PASSWORD}\r\n`
    for (const pieces of [
      [`STLS\r\n${injected}`],
      ['STLS\r', `\n${injected}`],
      ['STLS', `\r\n${injected}`],
      [...`STLS\r\n${injected}`],
    ]) {
      using client = await greeted(gateway, false)
      for (const piece of pieces) {
        client.send(piece)
        await new Promise((sent) => setImmediate(sent))
      }
      const answers = await client.rest()
      assert.ok(answers.startsWith('+OK Begin TLS.\r\n'), answers)
      assert.doesNotMatch(answers.slice(16), /OK|ERR/)
    }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M01: and nothing of it is remembered under TLS', async () => {
    await using gateway = await openPop3()
    using client = await greeted(gateway, false)
    await client.play(`
      C: USER ${USER}
      S: -ERR Use TLS first.
      C: STLS
      S: +OK Begin TLS.`)
    await client.startTls()
    await client.play(`
      C: PASS ${PASSWORD}
      S: -ERR Send the user name first.`)
  })

  it('M05: a right password sounds like a wrong one, and like none', async () => {
    await using gateway = await openPop3(async () => assert.fail('it was tried'))
    using client = await greeted(gateway, false)
    for (const line of [
      `USER ${USER}`,
      `PASS ${PASSWORD}`,
      'PASS wrong',
      `AUTH PLAIN ${plain(USER, PASSWORD)}`,
      `AUTH PLAIN ${plain(USER, 'wrong')}`,
      'AUTH PLAIN AGE=!!',
      'AUTH LOGIN',
      'AUTH XOAUTH2',
    ])
      await client.play(`C: ${line}\nS: -ERR Use TLS first.`)
  })
})

describe('POP3: what is not POP3', () => {
  it('M07: a request of HTTP ends the connection without a word, under TLS too', async () => {
    await using gateway = await openPop3()
    const methods = ['GET', 'POST', 'PUT', 'CONNECT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE']
    for (const method of methods)
      for (const tls of [true, false]) {
        using client = await greeted(gateway, tls)
        client.send(`${method} / HTTP/1.1\r\nHost: x\r\n\r\nUSER ada\r\nPASS pw\r\nCAPA\r\n`)
        assert.equal(await client.rest(), '', method)
      }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M07: who wants to speak HTTP by ALPN comes to no session', async () => {
    await using gateway = await openPop3()
    await assert.rejects(Dialogue.open(gateway.tlsPort, { tls: { ALPNProtocols: ['http/1.1'] } }))
    using client = await Dialogue.open(gateway.tlsPort, { tls: { ALPNProtocols: ['pop3'] } })
    await client.expect(READY)
  })

  it('M09: lines without end and commands without number end the connection', async () => {
    await using gateway = await openPop3()
    using bystander = await greeted(gateway)
    for (const bytes of [Buffer.alloc(1e6, 'x'), `USER ${'('.repeat(1e6)}`]) {
      using client = await greeted(gateway)
      client.send(bytes)
      await client.play(`S: ${TOO_LONG}\nS: <end>`)
    }
    for (const [line, answered] of [
      ['CAPA', 100],
      ['USER ada', 100],
      ['XYZZY', 10],
    ] as const) {
      using client = await greeted(gateway)
      client.send(`${line}\r\n`.repeat(100_000))
      const answers = (await client.rest()).match(/^[+-](OK|ERR)/gm)
      assert.equal(answers?.length, answered, line)
    }
    await bystander.play('C: QUIT\nS: +OK Goodbye.\nS: <end>')
  })

  it('M09: a command has 255 octets at most', async () => {
    await using gateway = await openPop3()
    assert.equal(await answerTo(gateway, `USER ${'x'.repeat(248)}`), '+OK Send the password.')
    assert.equal(await answerTo(gateway, `USER ${'x'.repeat(249)}`), TOO_LONG)
  })
})
