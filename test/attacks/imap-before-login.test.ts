import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { Dialogue } from '../support/dialogue.ts'
import {
  base64,
  openImap,
  openImapServer,
  opening,
  PASSWORD,
  plain,
  refusing,
  USER,
  type GatewayAlone,
} from '../support/imap.ts'
import { settledMemory } from '../support/memory.ts'

const BAD = 'BAD Not a command that can be given here.'

const secure = async ({ tlsPort }: GatewayAlone): Promise<Dialogue> => {
  const client = await Dialogue.open(tlsPort, { tls: true })
  await client.expect('* OK …')
  return client
}
/** What is answered to that on a connection of its own, until the other side closes. */
async function answered(port: number, bytes: string | Buffer, tls = false): Promise<string> {
  using client = await Dialogue.open(port, { tls })
  await client.expect('* OK …')
  client.send(bytes)
  client.socket.end()
  return await client.rest()
}
async function isServed(gateway: GatewayAlone): Promise<void> {
  using client = await secure(gateway)
  await client.play(`
    C: z NOOP
    S: z OK NOOP done.`)
}

describe('IMAP before login', () => {
  it('M01: what was sent with STARTTLS is not obeyed under TLS', async () => {
    await using gateway = await openImap(refusing)
    for (const parts of [
      ['a STARTTLS\r\nb NOOP\r\n'],
      ['a STARTTLS\r', '\nb NOOP\r\n'],
      [...'a STARTTLS\r\nb NOOP\r\n'],
    ]) {
      using client = await Dialogue.open(gateway.port)
      await client.expect('* OK …')
      for (const part of parts) {
        client.send(part)
        await breathe()
      }
      assert.equal(await client.rest(), 'a OK Begin TLS.\r\n')
    }
  })

  it('M01: and nothing of what was said before is remembered under TLS', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.port)
    await client.play(`
      S: * OK [CAPABILITY …STARTTLS LOGINDISABLED] Ready.
      C: a ID ("name" "evil")
      S: * ID ("name" "Passerelle")
      S: a OK ID done.
      C: b STARTTLS
      S: b OK Begin TLS.`)
    await client.startTls()
    await client.play(`
      C: c CAPABILITY
      S: * CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID AUTH=PLAIN AUTH=LOGIN
      S: c OK CAPABILITY done.
      C: d LOGIN ${USER} ${PASSWORD}
      S: d NO [AUTHENTICATIONFAILED] …`)
    assert.deepEqual(
      gateway.attempts.map(({ client: name, security }) => [name, security]),
      [['', 'TLSv1.3']],
    )
  })

  it('M05: a password in the clear is answered alike, right or wrong, and not asked for', async () => {
    await using gateway = await openImap(refusing)
    const expected = 'a NO [PRIVACYREQUIRED] Use TLS.\r\n'
    for (const sent of [
      `a LOGIN ${USER} ${PASSWORD}\r\n`,
      `a LOGIN ${USER} wrong\r\n`,
      `a LOGIN nobody {${PASSWORD.length}+}\r\n${PASSWORD}\r\n`,
      `a LOGIN "${USER}" {${PASSWORD.length}}\r\n`,
      `a LOGIN {5}\r\n`,
      `a AUTHENTICATE PLAIN\r\n`,
      `a AUTHENTICATE PLAIN ${plain(USER, PASSWORD)}\r\n`,
      `a AUTHENTICATE PLAIN ${plain(USER, 'wrong')}\r\n`,
      `a AUTHENTICATE LOGIN\r\n`,
    ])
      assert.equal(await answered(gateway.port, sent), expected, sent)
    assert.equal(gateway.attempts.length, 0)
  })

  it('M07: a browser is closed without a word, in the clear and inside TLS', async () => {
    await using gateway = await openImap(refusing)
    const body = 'a LOGIN x y\r\nb NOOP\r\n'
    for (const line of [
      'POST / HTTP/1.1',
      'GET /x HTTP/1.0',
      'PUT / HTTP/1.1',
      'CONNECT a:1 HTTP/1.1',
    ])
      for (const tls of [false, true]) {
        const port = tls ? gateway.tlsPort : gateway.port
        const sent = `${line}\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        assert.equal(await answered(port, sent, tls), '', line)
      }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M08: sizes of literals that cannot be are no commands; those not waited for end it', async () => {
    await using gateway = await openImap(refusing)
    using client = await secure(gateway)
    for (const size of ['{4294967296}', '{-1}', '{1e9}', '{00000000000001}', '{4097}'])
      await client.play(`
        C: a LOGIN ${size}
        S: a ${BAD}`)
    const held = async (): Promise<number> => {
      await settledMemory()
      const { heapUsed, external } = process.memoryUsage()
      return heapUsed + external
    }
    const before = await held()
    for (const size of ['{99999999+}', '{4294967296+}', '{4097+}', '{-1+}', '{00000000000001+}'])
      assert.match(
        await answered(gateway.tlsPort, `a LOGIN ${size}\r\nb NOOP\r\n`, true),
        /^a BAD [^\r]*\r\n\* BYE [^\r]*\r\n$/,
        size,
      )
    assert.ok((await held()) - before < 1024 * 1024)
    await client.play(`
      C: b NOOP
      S: b OK NOOP done.`)
  })

  it('M09: lines without an end, brackets without an end, commands without a login', async () => {
    await using gateway = await openImap(refusing)
    for (const flood of ['x'.repeat(1024 * 1024), '('.repeat(10 * 1024 * 1024)]) {
      using client = await secure(gateway)
      client.send(`a LOGIN ${flood}`)
      await client.play(`
        S: * ${BAD}
        S: * BYE …
        S: <end>`)
      await isServed(gateway)
    }
    const commands = Array.from({ length: 100_000 }, (_, n) => `a${n} NOOP\r\n`).join('')
    using client = await secure(gateway)
    client.send(commands)
    const answers = (await client.rest()).split('\r\n')
    assert.equal(answers.filter((line) => line.includes('NOOP done')).length, 100)
    await isServed(gateway)
  })

  it('M10: a byte now and then does not keep a connection', async () => {
    await using gateway = await openImap(refusing, { beforeLoginMs: 200 })
    using client = await Dialogue.open(gateway.port)
    await client.expect('* OK …')
    const dripping = setInterval(() => client.send('a'), 20)
    try {
      await client.play(`
        S: * BYE The time to sign in is over.
        S: <end>`)
    } finally {
      clearInterval(dripping)
    }
  })

  it('M19: what a client sends after LOGIN reaches the provider once, in order', async () => {
    await using server = await openImapServer()
    await using gateway = await openImap(opening(server))
    using client = await secure(gateway)
    const lines = Array.from({ length: 130 }, (_, n) => `line ${n} `.padEnd(62, 'x'))
    const literal = lines.map((line) => `${line}\r\n`).join('')
    assert.ok(literal.length >= 8 * 1024)
    client.send(
      `x1 LOGIN ${USER} ${PASSWORD}\r\nx2 SELECT INBOX\r\nx3 APPEND x {${literal.length}+}\r\n${literal}\r\nx4 NOOP\r\n`,
    )
    await client.play(`
      S: x1 OK …
      S: x2 OK done
      S: x3 OK done`)
    while ((await client.line()) !== 'x4 OK done');
    const heard = server.heard.slice(server.heard.indexOf('x2 SELECT INBOX'))
    assert.deepEqual(heard, [
      'x2 SELECT INBOX',
      `x3 APPEND x {${literal.length}+}`,
      ...lines,
      '',
      'x4 NOOP',
    ])
  })

  it('M24: clients that go in the middle of anything leave nothing behind', async () => {
    const waiting: AbortSignal[] = []
    await using gateway = await openImap(async ({ signal }) => {
      waiting.push(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { ok: false, why: 'unavailable' }
    })
    for (let round = 0; round < 50; round++) {
      for (const sent of [
        'a AUTHENTICATE LOGIN\r\n',
        `a AUTHENTICATE LOGIN ${base64('u')}\r\n`,
        'a LOGIN {100+}\r\nhalf',
        'a LOGIN "ha',
        'a LOGIN u p\r\n',
      ]) {
        using client = await Dialogue.open(gateway.clearPort)
        await client.expect('* OK …')
        client.send(sent)
        await breathe()
        client.socket.resetAndDestroy()
      }
      while (gateway.listener.open.all > 0) await breathe()
    }
    assert.ok(waiting.every(({ aborted }) => aborted))
    await isServed(gateway)
  })
})
