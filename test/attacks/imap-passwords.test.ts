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

const NO = 'a NO [AUTHENTICATIONFAILED] The user name or the application password is wrong.'
const BAD = 'BAD Not a command that can be given here.'

const secure = async ({ tlsPort }: GatewayAlone): Promise<Dialogue> => {
  const client = await Dialogue.open(tlsPort, { tls: true })
  await client.expect('* OK …')
  return client
}

describe('names and passwords over IMAP', () => {
  it('M11: base64 is read strictly or not at all, and the next login goes on', async () => {
    await using server = await openImapServer()
    await using gateway = await openImap(opening(server))
    const wrong = [
      'AGE=!!',
      '=AAA',
      'AAA=BBB',
      'AAA',
      'AGEA YgA=',
      'AGEAY-A=',
      'AGEAYg==x',
      'AGEAYh==',
    ]
    for (const initial of [true, false]) {
      using client = await secure(gateway)
      for (const text of wrong) {
        if (initial) client.send(`a AUTHENTICATE PLAIN ${text}\r\n`)
        else {
          client.send('a AUTHENTICATE PLAIN\r\n')
          await client.expect('+ ')
          client.send(`${text}\r\n`)
        }
        await client.expect(`a ${BAD}`)
      }
      await client.play(`
        C: a AUTHENTICATE PLAIN ${plain(USER, PASSWORD)}
        S: a OK …`)
    }
    assert.equal(gateway.attempts.length, 2)
  })

  it('M12: a response of 12,288 octets is read, a longer one is not; pieces make no difference', async () => {
    await using server = await openImapServer()
    await using gateway = await openImap(opening(server))
    using client = await secure(gateway)
    const ask = async (text: string): Promise<string | null> => {
      client.send('a AUTHENTICATE PLAIN\r\n')
      await client.expect('+ ')
      for (let at = 0; at < text.length; at += 1000) client.send(text.slice(at, at + 1000))
      client.send('\r\n')
      return await client.line()
    }
    assert.equal(await ask(base64('x'.repeat(9216))), NO)
    assert.equal(await ask(`${base64('x'.repeat(9216))}A`), `a ${BAD}`)
    assert.equal(await ask('A'.repeat(1024 * 1024)), `a ${BAD}`)
    client.send('a AUTHENTICATE PLAIN\r\n')
    await client.expect('+ ')
    for (const byte of `${plain(USER, PASSWORD)}\r\n`) {
      client.send(byte)
      await breathe()
    }
    await client.expect('a OK …')
  })

  it('M13: PLAIN has two NULs, a name and a password', async () => {
    await using gateway = await openImap(refusing)
    const tried = async (message: string): Promise<void> => {
      using client = await secure(gateway)
      await client.play(`
        C: a AUTHENTICATE PLAIN ${base64(message)}
        S: ${NO}`)
    }
    for (const message of [
      'ab',
      '\0ab',
      'a\0b',
      'a\0b\0c\0',
      '\0a\0b\0\0\0',
      '\0\0b',
      '\0a\0',
      '\0\0',
    ])
      await tried(message)
    assert.equal(gateway.attempts.length, 0)
    for (const length of [255, 256]) await tried(`\0${'u'.repeat(length)}\0${'p'.repeat(length)}`)
    assert.deepEqual(
      gateway.attempts.map(({ username, password }) => [username.length, password.reveal().length]),
      [
        [255, 255],
        [256, 256],
      ],
    )
  })

  it('M14: nobody acts for somebody else', async () => {
    await using gateway = await openImap(refusing)
    using client = await secure(gateway)
    await client.play(`
      C: a AUTHENTICATE PLAIN ${plain(USER, PASSWORD, 'admin')}
      S: ${NO}
      C: a AUTHENTICATE PLAIN
      S: + 
      C: ${plain(USER, PASSWORD, USER.toUpperCase())}
      S: ${NO}`)
    assert.equal(gateway.attempts.length, 0)
  })

  it('M15: a password is its bytes: odd ones arrive, what is no UTF-8 is refused', async () => {
    await using gateway = await openImap(refusing)
    const odd = ['a"b\\c{1}d:e f', '{5+}', 'é', 'e\u0301', '🗝️', ' x ', '%*]']
    for (const password of odd) {
      const bytes = Buffer.from(password)
      using client = await secure(gateway)
      await client.play(`
        C: a LOGIN u "${password.replaceAll(/["\\]/g, '\\$&')}"
        S: ${NO}
        C: a AUTHENTICATE PLAIN ${plain('u', password)}
        S: ${NO}`)
      client.send(Buffer.concat([Buffer.from(`a LOGIN u {${bytes.length}+}\r\n`), bytes]))
      client.send('\r\n')
      await client.expect(NO)
    }
    assert.deepEqual(
      gateway.attempts.map(({ password }) => password.reveal()),
      odd.flatMap((one) => [one, one, one]),
    )
    gateway.attempts.length = 0
    for (const bytes of [Buffer.of(0xff, 0xfe), Buffer.from('é', 'latin1')]) {
      using client = await secure(gateway)
      client.send(Buffer.concat([Buffer.from('a LOGIN u "'), bytes, Buffer.from('"\r\n')]))
      await client.expect(NO)
      client.send(Buffer.concat([Buffer.from('a LOGIN u {1+}\r\n'), bytes.subarray(0, 1)]))
      client.send('\r\n')
      await client.expect(NO)
      client.send(
        `a AUTHENTICATE PLAIN ${base64(Buffer.concat([Buffer.from('\0u\0'), bytes]))}\r\n`,
      )
      await client.expect(NO)
    }
    assert.equal(gateway.attempts.length, 0)
  })

  it('M16: a name is one name, whatever is in it, or none; a long one is no command', async () => {
    await using gateway = await openImap(refusing)
    const names = ['a\r\nb LOGOUT', 'a\0b', 'v\u0001auth=Bearer X', '%00', 'é', '\u202egpj', '{1}']
    for (const name of names) {
      const bytes = Buffer.from(name)
      using client = await secure(gateway)
      client.send(Buffer.concat([Buffer.from(`a LOGIN {${bytes.length}+}\r\n`), bytes]))
      client.send(' x\r\n')
      await client.expect(NO)
      await client.play(`
        C: b NOOP
        S: b OK NOOP done.`)
    }
    assert.deepEqual(
      gateway.attempts.map(({ username }) => username),
      names,
    )
    for (const long of [`"${'u'.repeat(65_536)}"`, 'u'.repeat(65_536)]) {
      using client = await secure(gateway)
      client.send(`a LOGIN ${long} x\r\n`)
      await client.play(`
        S: * ${BAD}
        S: * BYE …
        S: <end>`)
    }
  })
})
