import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Closed } from '#gateways/mail/mailbox.ts'
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
} from '../support/imap.ts'

const CLEAR = 'IMAP4rev1 LITERAL+ SASL-IR ID STARTTLS LOGINDISABLED'
const SECURE = 'IMAP4rev1 LITERAL+ SASL-IR ID AUTH=PLAIN AUTH=LOGIN'
const NO = 'NO [AUTHENTICATIONFAILED] The user name or the application password is wrong.'
const BAD = 'BAD Not a command that can be given here.'

describe('IMAP before login', () => {
  it('says what it can, and takes leave', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK [CAPABILITY ${SECURE}] Ready.
      C: a capability
      S: * CAPABILITY ${SECURE}
      S: a OK CAPABILITY done.
      C: B.2 NOOP
      S: B.2 OK NOOP done.
      C: c ID ("name" "mutt" "version" NIL)
      S: * ID ("name" "Passerelle")
      S: c OK ID done.
      C: d LOGOUT
      S: * BYE Goodbye.
      S: d OK LOGOUT done.
      S: <end>`)
  })

  it('begins TLS when asked, once, and offers passwords from then on', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.port)
    await client.play(`
      S: * OK [CAPABILITY ${CLEAR}] Ready.
      C: a STARTTLS now
      S: a ${BAD}
      C: b STARTTLS
      S: b OK Begin TLS.`)
    await client.startTls()
    await client.play(`
      C: c CAPABILITY
      S: * CAPABILITY ${SECURE}
      S: c OK CAPABILITY done.
      C: d STARTTLS
      S: d ${BAD}
      C: e LOGIN ada wrong
      S: e ${NO}`)
  })

  it('knows no command that needs a mailbox', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a SELECT INBOX
      S: a ${BAD}
      C: b ENABLE CONDSTORE
      S: b ${BAD}
      C: c CAPABILITY now
      S: c ${BAD}
      C: d ID (name "x")
      S: d ${BAD}
      C: what is this? {
      S: what ${BAD}
      C: *
      S: * ${BAD}`)
  })

  it('ends after ten commands that are none', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play('S: * OK …')
    for (let n = 1; n <= 10; n++)
      await client.play(`
        C: a${n} FETCH
        S: a${n} ${BAD}`)
    await client.play(`
      S: * BYE Too many commands without a sign-in.
      S: <end>`)
  })

  it('ends after three refused sign-ins', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a LOGIN ada wrong
      S: a ${NO}
      C: b LOGIN ada wrong
      S: b ${NO}
      C: c AUTHENTICATE PLAIN ${plain('ada', 'wrong')}
      S: c ${NO}
      S: * BYE …
      S: <end>`)
  })

  it('says why nothing was opened, and asks for another password only where that would help', async () => {
    const words: Record<Closed, RegExp> = {
      refused: /^a NO \[AUTHENTICATIONFAILED\] /,
      busy: /^a NO \[LIMIT\] /,
      unavailable: /^a NO \[UNAVAILABLE\] /,
      reconsent: /^a NO \[CONTACTADMIN\] /,
      mailbox_off: /^a NO \[CONTACTADMIN\] /,
    }
    for (const [why, expected] of Object.entries(words)) {
      await using gateway = await openImap(async () => ({ ok: false, why: why as Closed }))
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      client.send(`a LOGIN ada x\r\n`)
      await client.expect('* OK …')
      assert.match((await client.line()) ?? '', expected)
    }
  })

  it('stops with a word, also while somebody signs in', async () => {
    const asked = Promise.withResolvers<void>()
    const gateway = await openImap(async ({ signal }) => {
      asked.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return { ok: false, why: 'unavailable' }
    })
    using idle = await Dialogue.open(gateway.port)
    using signing = await Dialogue.open(gateway.tlsPort, { tls: true })
    await idle.expect('* OK …')
    signing.send('a LOGIN ada x\r\n')
    await signing.expect('* OK …')
    await asked.promise
    const stopped = gateway[Symbol.asyncDispose]()
    for (const one of [idle, signing])
      await one.play(`
        S: * BYE The server stops. Connect again.
        S: <end>`)
    await stopped
  })
})

describe('signing in over IMAP', () => {
  const name = USER
  for (const [how, lines] of Object.entries({
    atoms: [`a LOGIN ${name} ${PASSWORD}\r\n`],
    'quoted strings': [`a login "${name}" "${PASSWORD}"\r\n`],
    'literals that wait': [
      `a LOGIN {${name.length}}\r\n`,
      `${name} {${PASSWORD.length}}\r\n`,
      `${PASSWORD}\r\n`,
    ],
    'literals that do not': [
      `a LOGIN {${name.length}+}\r\n${name} {${PASSWORD.length}+}\r\n${PASSWORD}\r\n`,
    ],
    'a string and a literal': [`a LOGIN "${name}" {${PASSWORD.length}}\r\n`, `${PASSWORD}\r\n`],
    'PLAIN at once': [`a AUTHENTICATE PLAIN ${plain(name, PASSWORD)}\r\n`],
    PLAIN: ['a authenticate plain\r\n', `${plain(name, PASSWORD)}\r\n`],
    'PLAIN with the same authzid': [`a AUTHENTICATE PLAIN ${plain(name, PASSWORD, name)}\r\n`],
    LOGIN: ['a AUTHENTICATE LOGIN\r\n', `${base64(name)}\r\n`, `${base64(PASSWORD)}\r\n`],
    'LOGIN at once': [`a AUTHENTICATE LOGIN ${base64(name)}\r\n`, `${base64(PASSWORD)}\r\n`],
  }))
    it(`works with ${how}`, async () => {
      await using server = await openImapServer()
      await using gateway = await openImap(opening(server))
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play('S: * OK …')
      for (const [n, line] of lines.entries()) {
        if (n > 0) await client.expect('+ …')
        client.send(line)
      }
      await client.play(`
        S: a OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS] Signed in.
        C: b NOOP
        S: b OK done`)
      assert.deepEqual(
        gateway.attempts.map(({ username }) => username),
        [name],
      )
    })

  it('asks in the words that clients look for', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a AUTHENTICATE LOGIN
      S: + VXNlcm5hbWU6
      C: ${base64('ada')}
      S: + UGFzc3dvcmQ6
      C: *
      S: a ${BAD}
      C: b AUTHENTICATE PLAIN
      S: + 
      C: *
      S: b ${BAD}
      C: c AUTHENTICATE CRAM-MD5
      S: c NO [CANNOT] There is no such mechanism.
      C: d AUTHENTICATE PLAIN =
      S: d ${NO}`)
    assert.deepEqual(gateway.attempts, [])
  })

  it('passes on how the client calls itself, in a form that can be shown', async () => {
    await using gateway = await openImap(refusing)
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.expect('* OK …')
    client.send(`a ID ("name" {5+}\r\nx\r\n\0y "version" "${'1'.repeat(300)}")\r\n`)
    await client.play(`
      S: * ID …
      S: a OK …
      C: b LOGIN ada x
      S: b NO …`)
    const [{ client: named, ip, security }] = gateway.attempts as [(typeof gateway.attempts)[0]]
    assert.deepEqual([named, ip], [`x y/${'1'.repeat(300)}`.slice(0, 200), '127.0.0.1'])
    assert.match(security ?? '', /^TLSv1/)
  })

  it('asks for the capabilities itself where the provider does not name them', async () => {
    await using server = await openImapServer({
      signIn: '% OK in',
      capability: 'IMAP4rev1 AUTH=XOAUTH2 SASL-IR STARTTLS IDLE COMPRESS=DEFLATE',
    })
    await using gateway = await openImap(opening(server))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a LOGIN ${USER} ${PASSWORD}
      S: a OK [CAPABILITY IMAP4rev1 IDLE] Signed in.`)
  })

  it('ends like the provider ends it: a token that is over in mid-session', async () => {
    await using server = await openImapServer()
    await using gateway = await openImap(opening(server))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a LOGIN ${USER} ${PASSWORD}
      S: a OK …
      C: b NOOP
      S: b OK done`)
    server.say('* BYE Session invalidated - AccessTokenExpired', 'end')
    await client.play(`
      S: * BYE Session invalidated - AccessTokenExpired
      S: <end>`)
  })
})
