import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64 } from '../support/mail-doors.ts'
import {
  openSmtpServer,
  refusal,
  signIn,
  TOKEN,
  XOAUTH2,
  type Answers,
} from '../support/smtp-server.ts'

describe('signing in at a submission server', () => {
  it('sends a token of 5 KB in a line of its own', async () => {
    await using server = await openSmtpServer({})
    const { answer, learned } = await signIn(server)
    assert.deepEqual(answer, { ok: true, ready: null })
    assert.deepEqual(learned, [{ keywords: [], size: 1000 }])
    assert.deepEqual(server.heard, ['EHLO mail.example.org', 'AUTH XOAUTH2', base64(XOAUTH2)])
  })

  it('begins TLS where that is asked for, and asks for everything again', async () => {
    await using server = await openSmtpServer(
      { STARTTLS: '220 go', EHLO: '250-ready\n250-PIPELINING\n250-AUTH OAUTHBEARER\n250 STARTTLS' },
      { tls: false, startTlsOn: /^STARTTLS$/ },
    )
    const { answer, learned } = await signIn(server, {
      security: 'starttls',
      sasl: ['OAUTHBEARER'],
    })
    assert.ok(answer.ok, JSON.stringify(answer))
    assert.deepEqual(learned, [{ keywords: ['PIPELINING'], size: null }])
    assert.deepEqual(
      server.heard.slice(0, 4).map((line) => line.slice(0, 16)),
      ['EHLO mail.exampl', 'STARTTLS', 'EHLO mail.exampl', 'AUTH OAUTHBEARER'],
    )
  })

  it('takes the better mechanism of those that the server names', async () => {
    const sasl = ['OAUTHBEARER', 'XOAUTH2'] as const
    for (const [offers, expected] of [
      ['AUTH XOAUTH2 OAUTHBEARER', 'AUTH OAUTHBEARER'],
      ['AUTH=PLAIN xoauth2', 'AUTH XOAUTH2'],
    ] as const) {
      await using server = await openSmtpServer({}, { offers })
      assert.ok((await signIn(server, { sasl })).answer.ok)
      assert.equal(server.heard[1], expected)
    }
  })

  it('shows no token to one that takes neither', async () => {
    for (const offers of ['AUTH PLAIN LOGIN', 'PIPELINING']) {
      await using server = await openSmtpServer({}, { offers })
      assert.equal((await refusal(server)).stage, 'mailbox')
      assert.deepEqual(server.heard, ['EHLO mail.example.org'])
    }
  })

  it('M21: keeps what comes glued to the answer, for the client', async () => {
    await using server = await openSmtpServer({ token: '235 welcome\n421 4.3.2 closing' })
    const { answer, rest } = await signIn(server)
    assert.ok(answer.ok)
    assert.equal(rest, '421 4.3.2 closing\r\n')
  })
})

describe('submission servers that refuse', () => {
  it('a token, as Exchange Online and Gmail do', async () => {
    for (const said of [
      '535 5.7.3 Authentication unsuccessful [PR0.prod.outlook.com]',
      '535 5.7.8 Username and Password not accepted',
      '535 no',
    ]) {
      await using server = await openSmtpServer({ token: said })
      assert.deepEqual(await refusal(server), { ok: false, stage: 'sign_in', said })
    }
  })

  it('M23: a token, with a challenge that says why; it is answered first', async () => {
    const why = '{"status":"401","schemes":"Bearer","scope":"https://mail.google.com/"}'
    for (const [mechanism, answered] of [
      ['XOAUTH2', ''],
      ['OAUTHBEARER', 'AQ=='],
    ] as const) {
      const answers: Answers = {
        token: `334 ${base64(why)}`,
        [answered]: '535-5.7.8 Not accepted.\n535 5.7.8 See there.',
      }
      await using server = await openSmtpServer(answers, { offers: `AUTH ${mechanism}` })
      const { stage, said } = await refusal(server, { sasl: [mechanism] })
      assert.deepEqual(
        [stage, said],
        ['sign_in', `535 5.7.8 Not accepted. 5.7.8 See there. ${why}`],
      )
      assert.equal(server.heard.at(-1), answered)
    }
  })

  it('something that no other token would mend', async () => {
    const scope = base64('{"status":"insufficient_scope","scope":"smtp"}')
    for (const answers of [
      {
        token:
          '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
      },
      { token: '454 4.7.0 Temporary authentication failure' },
      { token: '432 4.3.2 Concurrent connections limit exceeded' },
      { token: '421 4.3.2 Service not available' },
      { AUTH: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.' },
      { AUTH: '504 5.7.4 Unrecognized authentication type' },
      { AUTH: '235 come in' },
      { token: `334 ${scope}`, '': '535 5.7.8 no' },
      { token: `334 ${scope}`, '': '235 come in' },
      { token: '250 fine' },
      { EHLO: '502 5.5.1 what?' },
    ] satisfies Answers[]) {
      await using server = await openSmtpServer(answers)
      assert.equal((await refusal(server)).stage, 'mailbox', JSON.stringify(answers))
    }
  })

  it('by saying the token back: nobody reads it', async () => {
    await using server = await openSmtpServer({ token: `535 ${TOKEN.reveal()} ${base64(XOAUTH2)}` })
    await refusal(server)
    await using challenge = await openSmtpServer({
      token: `334 ${base64(TOKEN.reveal())}`,
      '': '535 no',
    })
    await refusal(challenge)
  })
})
