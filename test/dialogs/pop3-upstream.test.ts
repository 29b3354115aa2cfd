import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64 } from '../support/mail-doors.ts'
import {
  openPop3Server,
  refusal,
  sentToken,
  signIn,
  TOKEN,
  XOAUTH2,
  type Answers,
} from '../support/pop3-server.ts'

describe('signing in at a POP3 server', () => {
  it('sends a token of 5 KB in a line of its own', async () => {
    await using server = await openPop3Server({})
    const { answer } = await signIn(server)
    assert.deepEqual(answer, { ok: true, ready: null })
    assert.deepEqual(server.heard, ['CAPA', 'AUTH XOAUTH2', base64(XOAUTH2)])
  })

  it('begins TLS where that is asked for, and asks for everything again', async () => {
    await using server = await openPop3Server(
      { STLS: '+OK begin' },
      { tls: false, startTlsOn: /^STLS$/, capa: 'SASL OAUTHBEARER' },
    )
    const { answer } = await signIn(server, { security: 'starttls', sasl: ['OAUTHBEARER'] })
    assert.ok(answer.ok)
    assert.deepEqual(server.heard.slice(0, 3), ['STLS', 'CAPA', 'AUTH OAUTHBEARER'])
  })

  it('takes the better mechanism of those that the server names', async () => {
    const sasl = ['OAUTHBEARER', 'XOAUTH2'] as const
    for (const [capa, expected] of [
      ['SASL XOAUTH2 OAUTHBEARER', 'AUTH OAUTHBEARER'],
      ['SASL PLAIN xoauth2', 'AUTH XOAUTH2'],
      ['UIDL', 'AUTH OAUTHBEARER'],
    ]) {
      await using server = await openPop3Server({}, { capa: capa! })
      assert.ok((await signIn(server, { sasl })).answer.ok)
      assert.equal(server.heard[1], expected)
    }
    await using old = await openPop3Server({ CAPA: '-ERR unknown command' })
    assert.ok((await signIn(old, { sasl })).answer.ok)
  })

  it('and shows no token to one that takes neither', async () => {
    await using server = await openPop3Server({}, { capa: 'SASL PLAIN' })
    assert.equal((await refusal(server)).stage, 'mailbox')
    assert.deepEqual(server.heard, ['CAPA'])
    await using without = await openPop3Server({ AUTH: '-ERR unknown mechanism' }, { capa: 'USER' })
    assert.equal((await refusal(without)).stage, 'mailbox')
    assert.ok(!sentToken(without))
  })

  it('M21: keeps what comes glued to the answer, for the client', async () => {
    await using server = await openPop3Server({ token: '+OK welcome\n+OK 2 320\nglued' })
    const { answer, rest } = await signIn(server)
    assert.ok(answer.ok)
    assert.equal(rest, '+OK 2 320\r\nglued\r\n')
  })
})

describe('POP3 servers that refuse', () => {
  it('a token, as Exchange Online and Gmail do', async () => {
    for (const said of [
      '-ERR Authentication failure: unknown user name or bad password.',
      '-ERR Logon failure: unknown user name or bad password.',
      '-ERR [AUTH] Username and password not accepted.',
      '-ERR no',
    ]) {
      await using server = await openPop3Server({ token: said })
      assert.deepEqual(await refusal(server), { ok: false, stage: 'sign_in', said })
    }
  })

  it('M23: a token, with a challenge that says why; it is answered first', async () => {
    const why = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
    for (const [mechanism, answered] of [
      ['XOAUTH2', ''],
      ['OAUTHBEARER', 'AQ=='],
    ] as const) {
      const answers: Answers = { token: `+ ${base64(why)}`, [answered]: '-ERR [AUTH] not accepted' }
      await using server = await openPop3Server(answers, { capa: `SASL ${mechanism}` })
      const { stage, said } = await refusal(server, { sasl: [mechanism] })
      assert.deepEqual([stage, said], ['sign_in', `-ERR [AUTH] not accepted ${why}`])
      assert.equal(server.heard.at(-1), answered)
    }
  })

  it('something that no other token would mend', async () => {
    const scope = base64('{"status":"insufficient_scope","scope":"pop"}')
    for (const answers of [
      { token: '-ERR [IN-USE] the mailbox is open elsewhere' },
      { token: '-ERR [SYS/TEMP] later' },
      { token: '-ERR POP access is disabled for this mailbox' },
      { token: `+ ${scope}`, '': '-ERR [AUTH] no' },
      { AUTH: '-ERR Command is not valid in this state.' },
      { token: `+ ${scope}`, '': '+OK come in' },
    ] satisfies Answers[]) {
      await using server = await openPop3Server(answers)
      assert.equal((await refusal(server)).stage, 'mailbox', JSON.stringify(answers))
    }
  })

  it('by saying the token back: nobody reads it', async () => {
    await using server = await openPop3Server({
      token: `-ERR ${TOKEN.reveal()} ${base64(XOAUTH2)}`,
    })
    await refusal(server)
  })
})
