import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MailRefusal, MailServer } from '#mail/mail-server.ts'
import { diagnoseMailFailure } from '#vault/mail-diagnosis.ts'
import { Dialogue } from '../support/dialogue.ts'
import {
  base64,
  openImap,
  openImapServer,
  opening,
  PASSWORD,
  sentToken,
  signInTo,
  TOKEN,
  USER,
} from '../support/imap.ts'
import { openScriptedServer, type ScriptedServer } from '../support/scripted-server.ts'

const STARTTLS = { tls: false, startTlsOn: /STARTTLS/ } as const
const ON_CLEAR: Partial<MailServer> = { security: 'starttls' }

async function refusal(
  server: ScriptedServer,
  more?: Partial<MailServer> & { timeoutMs?: number },
): Promise<MailRefusal> {
  const { answer } = await signInTo(server, more)
  assert.ok(!answer.ok, 'it was taken')
  assert.ok(!answer.said.includes('c4nary'), answer.said)
  return answer
}
const causeOf = (refused: MailRefusal): string => diagnoseMailFailure('imap', refused, {}).cause

describe('signing in at an IMAP server', () => {
  it('sends a long token in one line where the server takes it so, or in a line of its own', async () => {
    for (const [offered, begins] of [
      ['AUTH=XOAUTH2 SASL-IR', 'AUTHENTICATE XOAUTH2 dXNlcj'],
      ['AUTH=XOAUTH2', 'AUTHENTICATE XOAUTH2'],
    ]) {
      await using server = await openImapServer({ capability: `IMAP4rev1 ${offered}` })
      const { answer } = await signInTo(server)
      assert.ok(answer.ok)
      assert.deepEqual(answer.ready, { capabilities: ['IMAP4rev1', 'IDLE', 'UIDPLUS'], early: [] })
      const line = server.heard[1] ?? ''
      assert.ok(offered?.includes('SASL-IR') ? line.includes(begins!) : line.endsWith(begins!))
      const message = Buffer.from(server.heard.at(-1)?.split(' ').at(-1) ?? '', 'base64').toString()
      assert.equal(message, `user=${USER}\u0001auth=Bearer ${TOKEN.reveal()}\u0001\u0001`)
    }
  })

  it('takes the better mechanism of those that are offered, and begins TLS where that is asked', async () => {
    const both: Partial<MailServer> = { ...ON_CLEAR, sasl: ['OAUTHBEARER', 'XOAUTH2'] }
    await using server = await openImapServer({
      ...STARTTLS,
      greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2] ready',
      capability: 'IMAP4rev1 AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR',
    })
    assert.ok((await signInTo(server, both)).answer.ok)
    const verbs = server.heard.map((line) => line.split(' ')[1])
    assert.deepEqual(verbs, ['STARTTLS', 'CAPABILITY', 'AUTHENTICATE'])
    assert.ok(server.heard[2]?.includes('OAUTHBEARER bixhP'))
  })

  it('M02: answers that were injected before TLS reach nobody, and no token goes out', async () => {
    await using server = await openImapServer({
      ...STARTTLS,
      more: (line, tag) =>
        line.includes('STARTTLS')
          ? `${tag} OK begin\n* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\nP2 OK done`
          : undefined,
    })
    assert.deepEqual(await refusal(server, ON_CLEAR), {
      ok: false,
      stage: 'tls',
      said: 'STARTTLS came to nothing.',
    })
    assert.equal(sentToken(server), false)
    await using gateway = await openImap(opening(server, ON_CLEAR))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK …
      C: a LOGIN ${USER} ${PASSWORD}
      S: a NO [UNAVAILABLE] …
      C: b NOOP
      S: b OK NOOP done.`)
  })

  it('M03: a greeting that is not OK ends it before anything is sent', async () => {
    for (const [greeting, cause] of [
      ['* PREAUTH logged in as mallory', 'mail_server_refused'],
      ['* BYE Too many connections', 'too_many_connections'],
      ['* NO go away', 'mail_server_refused'],
      ['P1 OK done', 'mail_server_refused'],
      ['220 smtp ready', 'mail_server_refused'],
      ['* CAPABILITY IMAP4rev1', 'mail_server_refused'],
      [`* OK ${'x'.repeat(20_000)}`, 'mail_server_refused'],
    ] as const)
      for (const tls of [true, false]) {
        await using server = await openImapServer({ greeting, tls })
        const refused = await refusal(server, tls ? {} : ON_CLEAR)
        assert.equal(refused.stage, 'mailbox', greeting)
        assert.equal(causeOf(refused), cause, greeting)
        assert.deepEqual(server.heard, [], greeting)
      }
  })

  it('M04: without STARTTLS, or with a certificate of somebody else, no token goes out', async () => {
    await using stripped = await openImapServer({
      tls: false,
      more: (line, tag) => (line.includes('STARTTLS') ? `${tag} BAD what?` : undefined),
    })
    const said = { ok: false, stage: 'tls', said: 'STARTTLS was refused: BAD what?' }
    assert.deepEqual(await refusal(stripped, ON_CLEAR), said)
    assert.deepEqual(stripped.heard, ['P1 STARTTLS'])
    await using plain = await openImapServer({ tls: false })
    // It says that TLS begins, and then does not speak it.
    assert.match((await refusal(plain, { ...ON_CLEAR, timeoutMs: 300 })).stage, /^(tls|timeout)$/)
    assert.equal(causeOf(await refusal(plain)), 'tls')
    assert.ok(!sentToken(plain))
    const other = { host: 'mail.example.test' }
    await using server = await openImapServer()
    const wrongName = await refusal(server, other)
    assert.equal(wrongName.stage, 'tls')
    assert.match(wrongName.said, /altnames/)
    await using later = await openImapServer(STARTTLS)
    const wrongLater = await refusal(later, { ...ON_CLEAR, ...other })
    assert.equal(wrongLater.stage, 'tls')
    assert.match(wrongLater.said, /altnames/)
    assert.ok(![server, later].some(sentToken))
  })

  it('shows no token to a server that takes none', async () => {
    await using server = await openImapServer({ capability: 'IMAP4rev1 AUTH=PLAIN SASL-IR' })
    assert.equal((await refusal(server)).stage, 'mailbox')
    assert.deepEqual(server.heard, ['P1 CAPABILITY'])
  })

  it('M21: what comes glued to the greeting is passed over; behind the sign-in it is the client’s, once', async () => {
    const glued = '* 5 EXISTS\n* 1 RECENT\n* OK [UNSEEN 3] x'
    for (const [signIn, sends] of [
      [`% OK [CAPABILITY IMAP4rev1] in\n${glued}`, 'IMAP4rev1'],
      [`* 9 EXISTS\n* CAPABILITY IMAP4rev1\n% OK in\n${glued}`, 'IMAP4rev1'],
      [`% OK in\n${glued}`, 'IMAP4rev1 IDLE'],
    ] as const) {
      await using server = await openImapServer({
        greeting: '* OK ready\r\n* 7 EXISTS\r\n* BAD x',
        capability: 'IMAP4rev1 AUTH=XOAUTH2 SASL-IR IDLE',
        signIn,
      })
      await using gateway = await openImap(opening(server))
      using client = await Dialogue.open(gateway.tlsPort, { tls: true })
      await client.play(`
        S: * OK …
        C: a LOGIN ${USER} ${PASSWORD}
        S: a OK [CAPABILITY ${sends}] Signed in.
        S: * 5 EXISTS
        S: * 1 RECENT
        S: * OK [UNSEEN 3] x
        C: b NOOP
        S: b OK done`)
    }
  })

  it('M22: what a provider says before login is not what a client hears after it', async () => {
    await using server = await openImapServer({
      greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=XOAUTH2 SASL-IR BEFORE] ready',
      signIn:
        '% OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN COMPRESS=DEFLATE MOVE LITERAL+ AFTER] in',
    })
    await using gateway = await openImap(opening(server))
    using client = await Dialogue.open(gateway.tlsPort, { tls: true })
    await client.play(`
      S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID AUTH=PLAIN AUTH=LOGIN] Ready.
      C: a LOGIN ${USER} ${PASSWORD}
      S: a OK [CAPABILITY IMAP4rev1 MOVE LITERAL+ AFTER] Signed in.`)
  })

  it('M23: a challenge that says why is answered, and then it is a refusal', async () => {
    const google = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
    for (const [mechanism, answered, why, stage] of [
      ['XOAUTH2', '', google, 'sign_in'],
      ['OAUTHBEARER', 'AQ==', google, 'sign_in'],
      ['OAUTHBEARER', 'AQ==', '{"status":"invalid_token"}', 'sign_in'],
      ['OAUTHBEARER', 'AQ==', '{"status":"insufficient_scope"}', 'mailbox'],
      ['XOAUTH2', '', 'not JSON at all', 'sign_in'],
    ] as const)
      for (const initial of ['SASL-IR', '']) {
        await using server = await openImapServer({
          capability: `IMAP4rev1 AUTH=${mechanism} ${initial}`,
          signIn: `+ ${base64(why)}`,
        })
        const refused = await refusal(server, { sasl: [mechanism] })
        assert.equal(refused.stage, stage, why)
        assert.equal(server.heard.at(-1), answered)
      }
  })

  it('M23: refusals that another token would not mend lead to no refresh', async () => {
    for (const [signIn, stage, cause] of [
      ['% NO AUTHENTICATE failed.', 'sign_in', 'token_refused'],
      ['% NO [AUTHENTICATIONFAILED] no', 'sign_in', 'token_refused'],
      ['% NO [UNAVAILABLE] later', 'mailbox', 'mail_server_busy'],
      ['% NO [INUSE] later', 'mailbox', 'mail_server_busy'],
      ['% BAD User is authenticated but not connected.', 'mailbox', 'mailbox_not_opened'],
      ['* BYE Session invalidated - AccessTokenExpired', 'mailbox', 'token_over'],
      ['+ x\n+ y', 'mailbox', 'mail_server_refused'],
      ['% OK [CAPABILITY', 'in', ''],
      [`+ ${base64('{"status":"400"}')}\n% OK in`, 'mailbox', 'token_refused'],
    ] as const) {
      await using server = await openImapServer({ signIn, refusal: '% OK and yet it is' })
      const { answer } = await signInTo(server)
      assert.equal(answer.ok ? 'in' : answer.stage, stage, signIn)
      if (!answer.ok) assert.equal(causeOf(answer), cause, signIn)
    }
  })

  it('ends with a server that never comes to an end, or says its token back', async () => {
    const endless = '* 1 EXISTS\n'.repeat(200)
    await using talker = await openImapServer({ signIn: `${endless}% OK in` })
    assert.equal((await refusal(talker)).stage, 'mailbox')
    await using echo = await openImapServer({ signIn: `% NO ${TOKEN.reveal()}` })
    assert.equal((await refusal(echo)).stage, 'sign_in')
    await using closing = await openScriptedServer('* OK ready', () => null)
    assert.equal((await refusal(closing)).stage, 'network')
    await using literal = await openImapServer({ signIn: '* ID ("x" {5}\n% OK in' })
    assert.equal((await signInTo(literal)).answer.ok, true)
  })
})
