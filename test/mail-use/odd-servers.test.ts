import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '#base/secret.ts'
import { readInbox } from '#mail/inbox.ts'
import type { MailRefusal, MailServer } from '#mail/mail-server.ts'
import { sendAs } from '#mail/send-as.ts'
import { diagnoseMail } from '#vault/mail-diagnosis.ts'
import { openScriptedServer, type ScriptedServer } from '../support/scripted-server.ts'

const USER = 'alice@example.test'
const TOKEN = new Secret('eyJ0b2tlbiI6ImM0bmFyeSJ9.tok-c4nary')
const MESSAGE = { from: USER, to: 'bob@example.test', subject: 'x', text: 'x' }
/** How the client's message begins: `user=`. */
const FIRST = 'dXNlcj'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const at = ({ port }: ScriptedServer, more: Partial<MailServer> = {}): MailServer => ({
  host: 'localhost',
  port,
  security: 'tls',
  sasl: ['XOAUTH2'],
  addressOf: async () => '127.0.0.1',
  ...more,
})
function refused(answer: { ok: boolean }): MailRefusal {
  assert.ok(!answer.ok, 'it was taken')
  const refusal = answer as MailRefusal
  assert.ok(!refusal.said.includes('c4nary'), refusal.said)
  return refusal
}
const sentToken = ({ heard }: ScriptedServer): boolean =>
  heard.some((line) => Buffer.from(line.split(' ').at(-1) ?? '', 'base64').includes('c4nary'))

const imap = (capability: string, more: (line: string, tag: string) => string | undefined) =>
  openScriptedServer('* OK IMAP4 ready', (line) => {
    const [tag = '', verb = ''] = line.split(' ')
    const own = more(line, tag)
    if (own !== undefined) return own
    if (verb === 'CAPABILITY') return `* CAPABILITY ${capability}\n${tag} OK done`
    if (verb === 'LOGOUT') return `* BYE bye\n${tag} OK done`
    return `${tag} OK done`
  })
const smtp = (
  answers: Readonly<Record<string, string>>,
  { tls = true, offers = 'AUTH LOGIN XOAUTH2' } = {},
) =>
  openScriptedServer(
    '220 ready',
    (line) => {
      const found = Object.entries(answers).find(([begins]) => line.startsWith(begins))
      if (found) return found[1]
      if (/^EHLO/i.test(line)) return `250-ready\n250 ${offers}`
      return /^QUIT/i.test(line) ? '221 bye' : '250 fine'
    },
    { tls },
  )

describe('IMAP servers that refuse', () => {
  it('a token without a challenge, as Exchange Online does', async () => {
    await using server = await imap('IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR', (line, tag) =>
      line.includes('AUTHENTICATE') ? `${tag} NO AUTHENTICATE failed.` : undefined,
    )
    const { stage, said } = refused(await readInbox(at(server), USER, TOKEN))
    assert.equal(stage, 'sign_in')
    assert.equal(diagnoseMail('imap', said).cause, 'token_refused')
    assert.ok(sentToken(server))
  })

  it('a token with a challenge, as Google does; the client answers it', async () => {
    const why = base64('{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')
    let challenged = ''
    await using server = await imap('IMAP4rev1 AUTH=OAUTHBEARER SASL-IR', (line, tag) => {
      if (line.includes('AUTHENTICATE')) {
        challenged = tag
        return `+ ${why}`
      }
      return line === 'AQ=='
        ? `${challenged} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)`
        : undefined
    })
    const { stage, said } = refused(await readInbox(at(server), USER, TOKEN))
    assert.equal(stage, 'sign_in')
    assert.equal(diagnoseMail('imap', said).cause, 'token_refused')
  })

  it('the mailbox, with a token that is right', async () => {
    await using server = await imap('IMAP4rev1 AUTH=XOAUTH2 SASL-IR', (line, tag) =>
      /SELECT|EXAMINE/.test(line)
        ? `${tag} BAD User is authenticated but not connected.`
        : undefined,
    )
    const { stage, said } = refused(await readInbox(at(server), USER, TOKEN))
    assert.equal(stage, 'mailbox')
    assert.equal(diagnoseMail('imap', said).cause, 'mailbox_not_opened')
  })

  it('every way to show a token: it is not shown', async () => {
    await using server = await imap('IMAP4rev1 AUTH=PLAIN', () => undefined)
    assert.equal(refused(await readInbox(at(server), USER, TOKEN)).stage, 'mailbox')
    assert.ok(!sentToken(server))
    assert.ok(!server.heard.some((line) => /LOGIN|AUTHENTICATE/.test(line)))
  })

  it('by saying the token back: nobody reads it', async () => {
    await using server = await imap('IMAP4rev1 AUTH=XOAUTH2 SASL-IR', (line, tag) =>
      line.includes('AUTHENTICATE')
        ? `${tag} NO ${TOKEN.reveal()} ${line.split(' ').at(-1)}`
        : undefined,
    )
    refused(await readInbox(at(server), USER, TOKEN))
  })
})

describe('SMTP servers that refuse', () => {
  it('as Exchange Online does, each with its cause', async () => {
    for (const [text, cause] of [
      ['535 5.7.3 Authentication unsuccessful [PR0.prod.outlook.com]', 'token_refused'],
      [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
        'smtp_off_for_tenant',
      ],
      [
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
        'smtp_off_for_mailbox',
      ],
    ] as const) {
      await using server = await smtp({ 'AUTH XOAUTH2': '334 ', [FIRST]: text })
      const { stage, said } = refused(await sendAs(at(server), USER, TOKEN, MESSAGE))
      assert.deepEqual([stage, diagnoseMail('smtp', said).cause], ['sign_in', cause])
      // In two lines: a token is longer than a command may be.
      assert.ok(server.heard.includes('AUTH XOAUTH2'))
    }
  })

  it('the sender or the recipient, with a token that is right', async () => {
    for (const [verb, text, cause] of [
      [
        'MAIL FROM',
        '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
        'send_as_denied',
      ],
      ['RCPT TO', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found', 'recipient_refused'],
      ['DATA', '432 4.3.2 Concurrent connections limit exceeded', 'too_many_connections'],
    ] as const) {
      await using server = await smtp({
        'AUTH XOAUTH2': '334 ',
        [FIRST]: '235 2.7.0 Authentication successful',
        [verb]: text,
      })
      const { stage, said } = refused(await sendAs(at(server), USER, TOKEN, MESSAGE))
      assert.deepEqual([stage, diagnoseMail('smtp', said).cause], ['mailbox', cause])
    }
  })

  it('M04: that take STARTTLS away get no token', async () => {
    await using server = await smtp({}, { tls: false })
    const clear = at(server, { security: 'starttls' })
    assert.equal(refused(await sendAs(clear, USER, TOKEN, MESSAGE)).stage, 'tls')
    assert.ok(!server.heard.some((line) => line.startsWith('AUTH')))
    await using plain = await openScriptedServer(
      '* OK ready',
      (line) => {
        const [tag = '', verb = ''] = line.split(' ')
        return verb === 'CAPABILITY'
          ? `* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\n${tag} OK done`
          : `${tag} OK done`
      },
      { tls: false },
    )
    const inbox = await readInbox(at(plain, { security: 'starttls' }), USER, TOKEN)
    assert.equal(refused(inbox).stage, 'tls')
    assert.ok(!sentToken(plain))
  })

  it('M17: no name and no token can become a line of their own', async () => {
    await using server = await smtp({ 'AUTH XOAUTH2': '334 ' })
    for (const [user, token] of [
      ['v\u0001auth=Bearer X\u0001\u0001', TOKEN],
      [USER, new Secret('tok\r\nRSET')],
    ] as const) {
      await assert.rejects(sendAs(at(server), user, token, MESSAGE), TypeError)
      await assert.rejects(readInbox(at(server), user, token), TypeError)
    }
    assert.deepEqual(server.heard, [])
  })
})
