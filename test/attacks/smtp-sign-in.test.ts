import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OpenMailbox } from '#gateways/mail/mailbox.ts'
import { CLOSED, REPLY } from '#gateways/smtp/reply.ts'
import { Dialogue } from '../support/dialogue.ts'
import { base64, PASSWORD, plain, USER, type GatewayAlone } from '../support/mail-doors.ts'
import {
  answerTo,
  greeted,
  leadingTo,
  openProvider,
  openSubmission,
  refusing,
} from '../support/submission.ts'

const RIGHT = plain(USER, PASSWORD)

/** What a sign-in with this message is answered, in one line and in two. */
async function answersToPlain(gateway: GatewayAlone, message: string): Promise<Set<string | null>> {
  using client = await greeted(gateway)
  await client.play('C: AUTH PLAIN\nS: 334 ')
  client.send(`${message}\r\n`)
  return new Set([await client.line(), await answerTo(gateway, `AUTH PLAIN ${message || '='}`)])
}
const only = (answer: string): Set<string | null> => new Set([answer])

describe('SMTP: AUTH', () => {
  it('M11: base64 that is not canonical is refused; the next sign-in goes on', async () => {
    await using gateway = await openSubmission(refusing)
    const bad = ['AGE=!!', '=AAA', 'AAA=BBB', 'AAA', 'A', '-_-_', 'AB==', 'AA==AA==', '====', '*=']
    for (const message of bad) {
      using client = await greeted(gateway)
      await client.play(`
        C: AUTH PLAIN ${message}
        S: ${REPLY.notBase64}
        C: AUTH PLAIN
        S: 334 ${''}
        C: ${message}
        S: ${REPLY.notBase64}
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: ${message}
        S: ${REPLY.notBase64}
        C: AUTH PLAIN ${plain('ada', 'pw')}
        S: ${CLOSED.refused}`)
    }
    using spaced = await greeted(gateway)
    await spaced.play(`
      C: AUTH PLAIN AGFk YQBwdw==
      S: ${REPLY.malformed}
      C: AUTH PLAIN
      S: 334 ${''}
      C: AGFk YQBwdw==
      S: ${REPLY.notBase64}`)
    assert.equal(gateway.attempts.length, bad.length)
  })

  it('M12: a response has 12288 octets at most, in however many pieces', async () => {
    await using gateway = await openSubmission(refusing)
    const long = base64(`\0ada\0${'x'.repeat(9211)}`)
    assert.equal(long.length, 12_288)
    for (const [response, answer] of [
      [long, CLOSED.refused],
      [`${long}A`, REPLY.authTooLong],
      ['A'.repeat(1e6), REPLY.authTooLong],
    ] as const) {
      using client = await greeted(gateway)
      await client.play('C: AUTH PLAIN\nS: 334 ')
      client.send(`${response}\r\n`)
      await client.play(`S: ${answer}\nC: NOOP\nS: ${REPLY.fine}`)
    }
    const rest = 12_288 - 'AUTH PLAIN '.length
    const whole = `AUTH PLAIN ${'A'.repeat(rest)}`
    assert.equal(await answerTo(gateway, whole), REPLY.notBase64)
    assert.equal(await answerTo(gateway, `${whole}A`), REPLY.authTooLong)
    using slow = await greeted(gateway)
    for (const byte of `AUTH PLAIN ${plain('ada', 'pw')}\r\n`) slow.send(byte)
    await slow.expect(CLOSED.refused)
    assert.equal(gateway.attempts.length, 1)
  })

  it('M13: a message has three fields, and names and passwords have something in them', async () => {
    await using gateway = await openSubmission(refusing)
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
      assert.deepEqual(await answersToPlain(gateway, base64(message)), only(CLOSED.refused))
    using login = await greeted(gateway)
    await login.play(`
      C: AUTH LOGIN =
      S: ${CLOSED.refused}
      C: AUTH LOGIN ${base64(USER)}
      S: 334 UGFzc3dvcmQ6
      C: ${''}
      S: ${CLOSED.refused}`)
    using guessing = await greeted(gateway)
    for (let n = 0; n < 3; n++)
      await guessing.play(`C: AUTH PLAIN ${base64('ada')}\nS: ${CLOSED.refused}`)
    await guessing.play(`S: ${REPLY.tooMany}\nS: <end>`)
    assert.equal(gateway.attempts.length, 0)
    for (const octets of [255, 256])
      await answersToPlain(gateway, plain('a'.repeat(octets), 'p'.repeat(octets)))
    assert.deepEqual(
      gateway.attempts.map(({ username, password }) => [username.length, password.reveal().length]),
      [255, 255, 256, 256].map((octets) => [octets, octets]),
    )
  })

  it('M14: nobody signs in as somebody else', async () => {
    await using gateway = await openSubmission(refusing)
    const answers = await answersToPlain(gateway, plain(USER, PASSWORD, 'admin'))
    assert.deepEqual(answers, only(CLOSED.refused))
    assert.equal(gateway.attempts.length, 0)
    await answersToPlain(gateway, plain(USER, PASSWORD, USER))
    assert.equal(gateway.attempts.length, 2)
    for (const { username } of gateway.attempts) assert.equal(username, USER)
  })

  it('M15: UTF-8 arrives as it is, and other bytes do not arrive', async () => {
    await using gateway = await openSubmission(refusing)
    const words = ['zoë', 'zoe\u0308', '"\\{:%', ' ', '🔑']
    for (const word of words) {
      using client = await greeted(gateway)
      await client.play(`
        C: AUTH LOGIN ${base64(word)}
        S: 334 UGFzc3dvcmQ6
        C: ${base64(word)}
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
      const message = base64(Buffer.concat([Buffer.from('\0ada\0'), word]))
      assert.deepEqual(await answersToPlain(gateway, message), only(CLOSED.refused))
      assert.equal(await answerTo(gateway, `AUTH LOGIN ${base64(word)}`), CLOSED.refused)
      using client = await greeted(gateway)
      await client.play(`
        C: AUTH LOGIN ${base64('ada')}
        S: 334 UGFzc3dvcmQ6
        C: ${base64(word)}
        S: ${CLOSED.refused}`)
    }
    assert.equal(gateway.attempts.length, arrived.length)
  })

  it('M16: a name that is too long or has a NUL comes to nothing, and others arrive as one name', async () => {
    await using gateway = await openSubmission(refusing)
    assert.equal(await answerTo(gateway, `AUTH LOGIN ${base64('a\0b')}`), CLOSED.refused)
    assert.equal(
      await answerTo(gateway, `AUTH LOGIN ${base64('x'.repeat(64 * 1024))}`),
      REPLY.authTooLong,
    )
    assert.equal(await answerTo(gateway, `AUTH LOGIN ${base64('x'.repeat(1025))}`), CLOSED.refused)
    assert.equal(gateway.attempts.length, 0)
    // Admission refuses them before any search (domain/admission.test.ts).
    for (const name of ['a\r\nb', 'a\u0001b', 'a%00b', 'a\u202eb'])
      await answersToPlain(gateway, plain(name, 'pw'))
    assert.deepEqual(
      new Set(gateway.attempts.map(({ username }) => username)),
      new Set(['a\r\nb', 'a\u0001b', 'a%00b', 'a\u202eb']),
    )
  })

  it('M20: what is sent ahead of a sign-in that fails is answered without one', async () => {
    await using server = await openProvider()
    await using gateway = await openSubmission(leadingTo(server))
    const transaction = 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nQUIT\r\n'
    const wrong = plain(USER, 'wrong')
    for (const [sent, ...answers] of [
      [`AUTH PLAIN ${wrong}\r\n`],
      [`AUTH PLAIN\r\n${wrong}\r\n`, '334 '],
      [
        `AUTH LOGIN\r\n${base64(USER)}\r\n${base64('wrong')}\r\n`,
        '334 VXNlcm5hbWU6',
        '334 UGFzc3dvcmQ6',
      ],
    ] as const) {
      using client = await greeted(gateway)
      client.send(`${sent}${transaction}`)
      for (const answer of [...answers, CLOSED.refused]) await client.expect(answer)
      for (let n = 0; n < 3; n++) await client.expect(REPLY.signInFirst)
      await client.play(`S: ${REPLY.bye}\nS: <end>`)
    }
    using cancelled = await greeted(gateway)
    cancelled.send(`AUTH PLAIN\r\n*\r\n${transaction}`)
    await cancelled.play(`
      S: 334 ${''}
      S: ${REPLY.cancelled}
      S: ${REPLY.signInFirst}`)
    assert.deepEqual(server.heard, [])
  })

  it('M20: after one that does not it reaches the provider once, in order', async () => {
    await using server = await openProvider()
    await using gateway = await openSubmission(leadingTo(server))
    const ahead = Array.from({ length: 400 }, (_, n) => `RCPT TO:<${n}@example.org>`)
    const bytes = `AUTH PLAIN\r\n${RIGHT}\r\n${ahead.join('\r\n')}\r\n`
    for (const size of [bytes.length, 1000, 7]) {
      using client = await greeted(gateway)
      for (let at = 0; at < bytes.length; at += size) client.send(bytes.slice(at, at + size))
      await client.play(`S: 334 \nS: ${REPLY.signedIn}`)
      for (const line of ahead) await client.expect(`250 ${line}`)
      assert.deepEqual(server.heard.splice(0).slice(3), ahead)
    }
  })

  it('M24: clients that go away in the middle leave nothing behind', async () => {
    await using gateway = await openSubmission(refusing)
    const lines = [
      'AUTH PLAIN\r\n',
      'AUTH LOGIN\r\n',
      'AUTH LOGIN YWRh\r\n',
      'AUTH PL',
      'STARTTLS\r\n',
    ]
    for (let n = 0; n < 20; n++)
      for (const line of lines) {
        using client = await greeted(gateway, line !== 'STARTTLS\r\n')
        client.send(line)
        if (n % 2 === 0 && line.endsWith('\n')) await client.line()
      }
    await none(gateway)
  })

  it('M24: nor does one that goes while its mailbox is being opened', async () => {
    let closed = 0
    let asked = (): void => {}
    const gone = Promise.withResolvers<void>()
    const slow: OpenMailbox<null> = async ({ signal }) => {
      signal.addEventListener('abort', () => gone.resolve())
      asked()
      await gone.promise
      const never = (): void => assert.fail('it was spliced')
      return { ok: true, ready: null, splice: never, close: () => void closed++ }
    }
    await using gateway = await openSubmission(slow)
    const opening = new Promise<void>((resolve) => (asked = resolve))
    using client = await Dialogue.open(gateway.clearPort)
    client.send(`EHLO a\r\nAUTH PLAIN ${RIGHT}\r\n`)
    await opening
    client.socket.resetAndDestroy()
    await none(gateway)
    assert.equal(closed, 1)
  })
})

describe('SMTP: hostile servers of providers', () => {
  it('M21: what comes glued to the sign-in reaches the client once, after its answer', async () => {
    await using server = await openProvider(undefined, '235 welcome\n421 4.3.2 closing')
    await using gateway = await openSubmission(leadingTo(server))
    using client = await greeted(gateway)
    await client.play(`
      C: AUTH PLAIN ${RIGHT}
      S: ${REPLY.signedIn}
      S: 421 4.3.2 closing
      C: QUIT
      S: 250 QUIT`)
  })
})

/** Until the last connection is closed. */
async function none({ listener }: GatewayAlone): Promise<void> {
  while (listener.open.all > 0) await new Promise((resolve) => setImmediate(resolve))
}
