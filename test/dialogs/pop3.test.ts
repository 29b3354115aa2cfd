import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import { CLOSED } from '#gateways/pop3/reply.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import type { Closed, OpenMailbox } from '#gateways/mail/mailbox.ts'
import { Dialogue } from '../support/dialogue.ts'
import {
  base64,
  mailboxAt,
  openGatewayAlone,
  PASSWORD,
  plain,
  USER,
  type GatewayAlone,
} from '../support/mail-doors.ts'
import { openScriptedServer, type ScriptedServer } from '../support/scripted-server.ts'

const gatewayTo = (open: OpenMailbox<null>): Promise<GatewayAlone> =>
  openGatewayAlone('pop3', pop3, open)
const refusing =
  (why: Closed): OpenMailbox<null> =>
  async () => ({ ok: false, why })

/** A provider's server that takes every token, and says back what it hears. */
const provider = (): Promise<ScriptedServer> =>
  openScriptedServer('+OK provider', (line, _, kept) => {
    if (kept['signedIn'] !== undefined) return `+OK ${line}`
    if (line === 'CAPA') return '+OK\nSASL XOAUTH2\n.'
    if (line === 'AUTH XOAUTH2') return '+ '
    kept['signedIn'] = 'yes'
    return '+OK Accepted'
  })
const at = ({ port }: ScriptedServer): OpenMailbox<null> =>
  mailboxAt(
    {
      host: 'localhost',
      port,
      security: 'tls',
      sasl: ['XOAUTH2'],
      addressOf: async () => '127.0.0.1',
    },
    new Secret('token'),
    signInAtPop3,
  )
const typed = ({ attempts }: GatewayAlone): [string, string][] =>
  attempts.map(({ username, password }) => [username, password.reveal()])

describe('a POP3 client before TLS', () => {
  it('is offered STLS and no sign-in, and begins anew under TLS', async () => {
    await using gateway = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(gateway.port)
    await client.play(`
      S: +OK Passerelle is ready.
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: RESP-CODES
      S: AUTH-RESP-CODE
      S: STLS
      S: .
      C: AUTH
      S: +OK
      S: .
      C: STLS
      S: +OK Begin TLS.`)
    await client.startTls()
    await client.play(`
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: RESP-CODES
      S: AUTH-RESP-CODE
      S: USER
      S: SASL PLAIN LOGIN
      S: .
      C: STLS
      S: -ERR TLS is on already, or not to be had.
      C: QUIT
      S: +OK Goodbye.
      S: <end>`)
  })

  it('may send a password where that is allowed', async () => {
    await using gateway = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(gateway.clearPort)
    await client.play(`
      S: +OK Passerelle is ready.
      C: CAPA
      S: +OK
      S: TOP
      S: UIDL
      S: RESP-CODES
      S: AUTH-RESP-CODE
      S: USER
      S: SASL PLAIN LOGIN
      S: .
      C: STLS
      S: -ERR TLS is on already, or not to be had.
      C: USER ada
      S: +OK Send the password.
      C: PASS wrong
      S: ${CLOSED.refused}`)
    assert.deepEqual(typed(gateway), [['ada', 'wrong']])
  })
})

describe('a POP3 client under TLS', () => {
  it('signs in in every way that is offered', async () => {
    await using server = await provider()
    await using gateway = await gatewayTo(at(server))
    for (const steps of [
      `C: USER ${USER}
       S: +OK Send the password.
       C: PASS ${PASSWORD}`,
      `C: user ${USER}
       S: +OK Send the password.
       C: CAPA
       S: +OK
       S: TOP
       S: UIDL
       S: RESP-CODES
       S: AUTH-RESP-CODE
       S: USER
       S: SASL PLAIN LOGIN
       S: .
       C: pass ${PASSWORD}`,
      `C: AUTH PLAIN ${plain(USER, PASSWORD)}`,
      `C: AUTH PLAIN ${plain(USER, PASSWORD, USER)}`,
      `C: auth plain
       S: + ${''}
       C: ${plain(USER, PASSWORD)}`,
      `C: AUTH
       S: +OK
       S: PLAIN
       S: LOGIN
       S: .
       C: AUTH LOGIN
       S: + VXNlcm5hbWU6
       C: ${base64(USER)}
       S: + UGFzc3dvcmQ6
       C: ${base64(PASSWORD)}`,
      `C: AUTH LOGIN ${base64(USER)}
       S: + UGFzc3dvcmQ6
       C: ${base64(PASSWORD)}`,
    ]) {
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play(`
        S: +OK Passerelle is ready.
        ${steps}
        S: +OK Signed in.
        C: STAT
        S: +OK STAT
        C: CAPA
        S: +OK CAPA`)
    }
    for (const attempt of typed(gateway)) assert.deepEqual(attempt, [USER, PASSWORD])
    assert.equal(gateway.attempts.length, 7)
    const [{ protocol, ip, client } = assert.fail()] = gateway.attempts
    assert.deepEqual([protocol, ip, client], ['pop3', '127.0.0.1', ''])
  })

  it('can say little before that', async () => {
    await using gateway = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: +OK Passerelle is ready.
      C: NOOP
      S: -ERR Not here, or not before signing in.
      C: STAT
      S: -ERR Not here, or not before signing in.
      C: RETR 1
      S: -ERR Not here, or not before signing in.
      C: PASS ${PASSWORD}
      S: -ERR Send the user name first.
      C: CAPA all
      S: -ERR That is not a command.
      C: AUTH XOAUTH2 dXNlcj0=
      S: -ERR That mechanism is not offered.
      C: USER
      S: -ERR That is not a command.`)
    assert.equal(gateway.attempts.length, 0)
  })

  it('may take back what it has begun', async () => {
    await using gateway = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: +OK Passerelle is ready.
      C: AUTH PLAIN
      S: + ${''}
      C: *
      S: -ERR Cancelled.
      C: AUTH LOGIN
      S: + VXNlcm5hbWU6
      C: *
      S: -ERR Cancelled.
      C: AUTH LOGIN
      S: + VXNlcm5hbWU6
      C: ${base64(USER)}
      S: + UGFzc3dvcmQ6
      C: *
      S: -ERR Cancelled.
      C: QUIT
      S: +OK Goodbye.
      S: <end>`)
    assert.equal(gateway.attempts.length, 0)
  })

  it('names the user again after a refusal, and is let go after the third', async () => {
    await using gateway = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: +OK Passerelle is ready.
      C: USER ada
      S: +OK Send the password.
      C: PASS one
      S: ${CLOSED.refused}
      C: PASS two
      S: -ERR Send the user name first.
      C: AUTH PLAIN ${plain('ada', 'two')}
      S: ${CLOSED.refused}
      C: AUTH PLAIN ${plain('ada', 'three')}
      S: ${CLOSED.refused}
      S: <end>`)
    assert.deepEqual(
      typed(gateway).map(([, password]) => password),
      ['one', 'two', 'three'],
    )
  })

  it('is told by the code and by the words whether the password is the matter', async () => {
    const codes: Record<Closed, string> = {
      refused: '[AUTH]',
      busy: '[SYS/TEMP]',
      unavailable: '[SYS/TEMP]',
      reconsent: '[SYS/PERM]',
      mailbox_off: '[SYS/PERM]',
    }
    for (const [why, code] of Object.entries(codes) as [Closed, string][]) {
      await using gateway = await gatewayTo(refusing(why))
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play(`
        S: +OK Passerelle is ready.
        C: USER ada
        S: +OK Send the password.
        C: PASS pw
        S: -ERR ${code} …
        C: AUTH PLAIN ${plain('ada', 'pw')}
        S: ${CLOSED[why]}`)
      // An outage is nobody's failed try: it does not use up the three of a connection.
      for (let n = 0; n < 3; n++)
        await client.play(`
          C: AUTH PLAIN ${plain('ada', 'pw')}
          S: ${why === 'refused' && n > 0 ? '<end>' : CLOSED[why]}`)
      // What fetchmail takes for "later" instead of for a wrong password.
      const later = /lock|wait|service.*unavailable/i.test(CLOSED[why])
      assert.equal(later, why !== 'refused', why)
    }
  })

  it('hears no last word when its time is up, or the server stops', async () => {
    const limits = { beforeLoginMs: 1 }
    await using gateway = await openGatewayAlone('pop3', pop3, refusing('refused'), limits)
    using late = await Dialogue.open(gateway.clearPort)
    assert.match(await late.rest(), /^(\+OK Passerelle is ready\.\r\n)?$/)
    await using stopped = await gatewayTo(refusing('refused'))
    using client = await Dialogue.open(stopped.tlsPort, { tls: true })
    await client.play(`
      S: +OK Passerelle is ready.
      C: USER ada
      S: +OK Send the password.`)
    const stops = stopped.listener.stop()
    await client.expect('<end>')
    await stops
  })

  it('may send its next commands along with the last of the sign-in', async () => {
    await using server = await provider()
    await using gateway = await gatewayTo(at(server))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    client.send(`USER ${USER}\r\nPASS ${PASSWORD}\r\nSTAT\r\nLIST\r\nQUI`)
    await client.play(`
      S: +OK Passerelle is ready.
      S: +OK Send the password.
      S: +OK Signed in.
      S: +OK STAT
      S: +OK LIST
      C: T
      S: +OK QUIT`)
  })
})
