import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import { CLOSED } from '#gateways/pop3/reply.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { until } from '../support/mail-story.ts'
import { Dialogue } from '../support/dialogue.ts'
import { base64, mailboxAt, PASSWORD, plain, USER } from '../support/mail-doors.ts'
import {
  answersToPlain,
  answerTo,
  BAD,
  greeted,
  NOT_BASE64,
  openPop3,
  READY,
  REFUSED,
  TOO_LONG,
} from '../support/pop3-gateway.ts'
import { openPop3Server } from '../support/pop3-server.ts'

describe('POP3: AUTH', () => {
  it('M11: base64 that is not canonical is refused; the next sign-in goes on', async () => {
    await using gateway = await openPop3()
    const bad = ['AGE=!!', '=AAA', 'AAA=BBB', 'AAA', 'A', '-_-_', 'AB==', 'AA==AA==', '====', '*=']
    for (const message of bad) {
      using client = await greeted(gateway)
      await client.play(`
        C: AUTH PLAIN ${message}
        S: ${NOT_BASE64}
        C: AUTH PLAIN
        S: + ${''}
        C: ${message}
        S: ${NOT_BASE64}
        C: AUTH LOGIN
        S: + VXNlcm5hbWU6
        C: ${message}
        S: ${NOT_BASE64}
        C: AUTH PLAIN ${plain('ada', 'pw')}
        S: ${CLOSED.refused}`)
    }
    using spaced = await greeted(gateway)
    await spaced.play(`
      C: AUTH PLAIN AGFk YQBwdw==
      S: ${BAD}
      C: AUTH PLAIN
      S: + ${''}
      C: AGFk YQBwdw==
      S: ${NOT_BASE64}`)
    assert.equal(gateway.attempts.length, bad.length)
  })

  it('M12: a response has 12288 octets at most, in however many pieces', async () => {
    await using gateway = await openPop3()
    const long = base64(`\0ada\0${'x'.repeat(9211)}`)
    assert.equal(long.length, 12_288)
    assert.deepEqual(await answersToPlain(gateway, plain('ada', 'x'.repeat(1024))), REFUSED)
    for (const [response, answer] of [
      [long, CLOSED.refused],
      [`${long}A`, TOO_LONG],
      ['A'.repeat(1e6), TOO_LONG],
    ] as const) {
      using client = await greeted(gateway)
      await client.play('C: AUTH PLAIN\nS: + ')
      client.send(`${response}\r\n`)
      await client.expect(answer)
    }
    using slow = await greeted(gateway)
    for (const byte of `AUTH PLAIN ${plain('ada', 'pw')}\r\n`) slow.send(byte)
    await slow.expect(CLOSED.refused)
  })

  it('M13: a message has three fields, and names and passwords have something in them', async () => {
    await using gateway = await openPop3()
    for (const message of [
      '',
      'ada',
      'ada\0pw',
      '\0ada\0pw\0',
      '\0\0ada\0\0pw',
      '\0ada\0pw\0\0\0',
      '\0\0pw',
      '\0ada\0',
    ])
      assert.deepEqual(await answersToPlain(gateway, base64(message)), REFUSED)
    assert.equal(gateway.attempts.length, 0)
    for (const octets of [255, 256])
      await answersToPlain(gateway, plain('a'.repeat(octets), 'p'.repeat(octets)))
    assert.deepEqual(
      gateway.attempts.map(({ username, password }) => [username.length, password.reveal().length]),
      [255, 255, 256, 256].map((octets) => [octets, octets]),
    )
  })

  it('M14: nobody signs in as somebody else', async () => {
    await using gateway = await openPop3()
    const answers = await answersToPlain(gateway, plain(USER, PASSWORD, 'admin'))
    assert.deepEqual(answers, REFUSED)
    assert.equal(gateway.attempts.length, 0)
    await answersToPlain(gateway, plain(USER, PASSWORD, USER))
    for (const { username } of gateway.attempts) assert.equal(username, USER)
  })

  it('M24: clients that go away in the middle leave nothing behind', async () => {
    await using gateway = await openPop3()
    const lines = [
      'AUTH PLAIN\r\n',
      'AUTH LOGIN\r\n',
      'AUTH LOGIN YWRh\r\n',
      'USER ada\r\nPA',
      'STLS\r\n',
    ]
    for (let n = 0; n < 20; n++)
      for (const line of lines) {
        using client = await greeted(gateway, line !== 'STLS\r\n')
        client.send(line)
        if (n % 2 === 0) await client.line()
      }
    using last = await greeted(gateway)
    await last.play('C: QUIT\nS: +OK Goodbye.\nS: <end>')
    await until('nobody is there any more', async () => gateway.listener.open.all === 0)
  })

  it('M24: a mailbox that opens for a client that has gone is closed', async () => {
    const ends: string[] = []
    await using gateway = await openPop3(async ({ signal }) => {
      await once(signal, 'abort')
      return {
        ok: true,
        ready: null,
        splice: () => void ends.push('spliced'),
        close: () => void ends.push('closed'),
      }
    })
    using client = await Dialogue.open(gateway.clearPort)
    await client.play(`
      S: ${READY}
      C: USER ada
      S: +OK Send the password.
      C: PASS pw`)
    await until('it is tried', async () => gateway.attempts.length === 1)
    // Who only ends its side may still wait for the rest.
    client.socket.resetAndDestroy()
    await until('it is over', async () => ends.length === 1)
    assert.deepEqual(ends, ['closed'])
  })
})

describe('POP3: names and passwords', () => {
  it('M15: UTF-8 arrives as it is, and other bytes do not arrive', async () => {
    await using gateway = await openPop3()
    const words = ['zoë', 'zoe\u0308', '"\\{:%', ' ', '🔑']
    for (const word of words) {
      using client = await greeted(gateway)
      await client.play(`
        C: USER ${word}
        S: +OK Send the password.
        C: PASS ${word}
        S: ${CLOSED.refused}
        C: AUTH PLAIN ${plain(word, word)}
        S: ${CLOSED.refused}`)
    }
    const arrived = gateway.attempts.map(({ username, password }) => [username, password.reveal()])
    assert.deepEqual(
      arrived,
      words.flatMap((word) => [
        [word, word],
        [word, word],
      ]),
    )
    for (const bytes of [[0xff, 0xfe], [0xeb], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
      const word = Buffer.from(bytes)
      assert.equal(
        await answerTo(gateway, Buffer.concat([Buffer.from('USER '), word])),
        CLOSED.refused,
      )
      const message = Buffer.concat([Buffer.from('\0ada\0'), word])
      assert.deepEqual(await answersToPlain(gateway, base64(message)), REFUSED)
      using client = await greeted(gateway)
      await client.play('C: USER ada\nS: +OK Send the password.')
      client.send(Buffer.concat([Buffer.from('PASS '), word, Buffer.from('\r\n')]))
      await client.expect(CLOSED.refused)
    }
    assert.equal(gateway.attempts.length, arrived.length)
  })

  it('M16: a name with a control in it comes to nothing', async () => {
    await using gateway = await openPop3()
    for (const name of ['a\u0001b', 'a\tb', 'a\u007f', 'a\u0085b'])
      assert.equal(await answerTo(gateway, `USER ${name}`), CLOSED.refused)
    for (const name of ['a\rb', 'a\nb', 'a\u0000b'])
      assert.equal(await answerTo(gateway, `USER ${name}`), BAD)
    assert.equal(await answerTo(gateway, `USER ${'x'.repeat(64 * 1024)}`), TOO_LONG)
    assert.equal(gateway.attempts.length, 0)
    // What is only odd is a name like any other: it is looked up, and is nobody's.
    for (const name of ['a%00b', 'a\u202eb']) await answersToPlain(gateway, plain(name, 'pw'))
    assert.deepEqual(
      new Set(gateway.attempts.map(({ username }) => username)),
      new Set(['a%00b', 'a\u202eb']),
    )
  })

  it('M29: spaces belong to the password', async () => {
    await using gateway = await openPop3()
    using client = await greeted(gateway)
    for (const password of [' pw', 'pw  ', ' p w ']) {
      await client.play(`C: USER ada\nS: +OK Send the password.`)
      client.send(`PASS ${password}\r\n`)
      await client.expect(CLOSED.refused)
    }
    const passwords = gateway.attempts.map(({ password }) => password.reveal())
    assert.deepEqual(passwords, [' pw', 'pw  ', ' p w '])
  })

  it('M29: APOP is refused, and USER without PASS does not go on for ever', async () => {
    await using gateway = await openPop3()
    const apop = await answerTo(gateway, `APOP ada c4c9334bac560ecc979e58001b3e22fb`)
    assert.equal(apop, '-ERR Not here, or not before signing in.')
    using client = await greeted(gateway)
    client.send('USER ada\r\n'.repeat(1000))
    assert.equal(await client.rest(), '+OK Send the password.\r\n'.repeat(100))
    assert.equal(gateway.attempts.length, 0)
  })
})

describe('POP3: hostile servers of providers', () => {
  it('M21: what comes glued to the sign-in reaches the client once, after its answer', async () => {
    await using server = await openPop3Server({ token: '+OK welcome\n+OK 2 320', STAT: '+OK 0 0' })
    const at = {
      host: 'localhost',
      port: server.port,
      security: 'tls',
      sasl: ['XOAUTH2'],
      addressOf: async () => '127.0.0.1',
    } as const
    await using gateway = await openPop3(mailboxAt(at, new Secret('token'), signInAtPop3))
    using client = await greeted(gateway)
    await client.play(`
      C: AUTH PLAIN ${plain(USER, PASSWORD)}
      S: +OK Signed in.
      S: +OK 2 320
      C: STAT
      S: +OK 0 0`)
  })
})
