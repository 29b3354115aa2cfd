import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { connect } from 'node:tls'
import { Secret } from '#base/secret.ts'
import { readInbox } from '#mail/inbox.ts'
import type { MailServer } from '#mail/mail-server.ts'
import { sendAs } from '#mail/send-as.ts'
import { xoauth2 } from '#wire/sasl/xoauth2.ts'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import { openDovecot, type Dovecot } from '../support/mail-servers/dovecot.ts'
import { openPostfix, type Postfix } from '../support/mail-servers/postfix.ts'
import type { MailboxGrants, TokenCheck } from '../support/mail-servers/token-passdbs.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { applicationToken, grantedToken } from '../support/authority/granted.ts'

const SHARED = 'shared@example.test'
const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const grants: MailboxGrants = {
  delegates: { [SHARED]: [ALICE, BOB] },
  applications: { [SHARED]: ['daemon'], [BOB]: ['daemon'] },
}

for (const check of ['local', 'introspection'] as const satisfies readonly TokenCheck[])
  describe(`a mail server that takes tokens (${check})`, () => {
    const opened = new AsyncDisposableStack()
    let entra: Entra
    let dovecot: Dovecot
    let postfix: Postfix
    let imap: MailServer
    let smtp: MailServer
    let token: Secret
    before(async () => {
      entra = opened.use(await openEntra({ opaque: check === 'introspection' }))
      dovecot = opened.use(await openDovecot(entra, check, grants))
      postfix = opened.use(await openPostfix(dovecot, { [SHARED]: [ALICE] }))
      const server = { host: 'localhost', addressOf: async () => '127.0.0.1' }
      imap = { ...server, port: dovecot.imaps, security: 'tls', sasl: ['XOAUTH2'] }
      smtp = { ...server, port: postfix.submission, security: 'starttls', sasl: ['XOAUTH2'] }
      token = await grantedToken(entra, ALICE)
    })
    after(async () => await opened.disposeAsync())
    const pop3 = async (mailbox: string, who: Secret): Promise<string> =>
      await overPop3(dovecot.pop3s, mailbox, who)
    const message = { to: 'bob@example.test', subject: 'Été à 20 °C', text: 'Bonjour.\n.\n' }

    it('sends with STARTTLS and over TLS, and the inbox has it', async () => {
      const own = { ...message, from: ALICE, to: ALICE }
      const first = await sendAs(smtp, ALICE, token, own)
      assert.ok(first.ok, JSON.stringify(first))
      assert.match(first.said, /^250 /)
      const direct: MailServer = { ...smtp, port: postfix.submissions, security: 'tls' }
      const second = await sendAs(direct, ALICE, token, { ...own, subject: 'Second' })
      assert.ok(second.ok, JSON.stringify(second))
      await delivered(postfix, 2)
      const inbox = await readInbox(imap, ALICE, token)
      assert.ok(inbox.ok, JSON.stringify(inbox))
      assert.equal(inbox.total, 2)
      const subjects = inbox.messages.map(({ subject }) => subject)
      assert.deepEqual(new Set(subjects), new Set(['Second', 'Été à 20 °C']))
      assert.ok(inbox.messages.every(({ from }) => from === `<${ALICE}>`))
      assert.ok(inbox.messages.every(({ size, at }) => size > 100 && at !== null))
    })

    it('takes OAUTHBEARER as well', async () => {
      const bearer = { sasl: ['OAUTHBEARER'] } as const
      const sent = await sendAs({ ...smtp, ...bearer }, ALICE, token, { ...message, from: ALICE })
      assert.ok(sent.ok, JSON.stringify(sent))
    })

    it('takes a token over POP3', async () => {
      assert.equal(await pop3(ALICE, token), '+OK')
    })

    it('refuses a token that is none, and says that it was the sign-in', async () => {
      const wrong = new Secret('not-a-token')
      const inbox = await readInbox(imap, ALICE, wrong)
      assert.ok(!inbox.ok)
      assert.equal(inbox.stage, 'sign_in')
      for (const sasl of [['XOAUTH2'], ['OAUTHBEARER']] as const) {
        const sent = await sendAs({ ...smtp, sasl }, ALICE, wrong, { ...message, from: ALICE })
        assert.ok(!sent.ok)
        assert.equal(sent.stage, 'sign_in', sent.said)
        assert.match(sent.said, /^535 /)
      }
    })

    it('refuses another mailbox than the one of the token', async () => {
      const inbox = await readInbox(imap, 'bob@example.test', token)
      assert.ok(!inbox.ok)
      assert.equal(inbox.stage, 'sign_in')
    })

    it('opens a shared mailbox with the token of each delegate', async () => {
      const sent = await sendAs(smtp, ALICE, token, { ...message, from: ALICE, to: SHARED })
      assert.ok(sent.ok, JSON.stringify(sent))
      await delivered(postfix, 4)
      for (const who of [token, await grantedToken(entra, BOB)]) {
        const inbox = await readInbox(imap, SHARED, who)
        assert.ok(inbox.ok, JSON.stringify(inbox))
        assert.deepEqual([inbox.total, inbox.messages[0]?.subject], [1, message.subject])
      }
      assert.equal(await pop3(SHARED, token), '+OK')
    })

    it('takes nobody as the shared mailbox over SMTP, as Exchange Online does', async () => {
      const sent = await sendAs(smtp, SHARED, token, { ...message, from: SHARED })
      assert.ok(!sent.ok)
      assert.deepEqual([sent.stage, sent.said.slice(0, 3)], ['sign_in', '535'])
    })

    it('opens the mailboxes that an application was given with its own token', async () => {
      const own = await applicationToken(entra, 'daemon')
      for (const mailbox of [SHARED, BOB]) {
        const inbox = await readInbox(imap, mailbox, own)
        assert.ok(inbox.ok, JSON.stringify(inbox))
        assert.equal(await pop3(mailbox, own), '+OK')
        const sent = await sendAs(smtp, mailbox, own, { ...message, from: mailbox, to: ALICE })
        assert.ok(sent.ok, JSON.stringify(sent))
      }
      const stranger = await applicationToken(entra, 'stranger')
      for (const [mailbox, who] of [
        [ALICE, own],
        [SHARED, stranger],
      ] as const) {
        const inbox = await readInbox(imap, mailbox, who)
        assert.ok(!inbox.ok)
        assert.equal(inbox.stage, 'sign_in', inbox.said)
        assert.equal(await pop3(mailbox, who), '-ERR')
      }
    })

    it('lets a delegate send as the shared mailbox, and as nobody else', async () => {
      const sent = await sendAs(smtp, ALICE, token, { ...message, from: SHARED })
      assert.ok(sent.ok, JSON.stringify(sent))
      const forged = await sendAs(smtp, ALICE, token, { ...message, from: 'bob@example.test' })
      assert.ok(!forged.ok)
      assert.deepEqual([forged.stage, forged.said.slice(0, 3)], ['mailbox', '553'])
    })

    it('gets no token over a connection whose certificate is of somebody else', async () => {
      for (const server of [imap, smtp]) {
        const other = { ...server, host: 'mail.example.test' }
        const answer =
          server === imap
            ? await readInbox(other, ALICE, token)
            : await sendAs(other, ALICE, token, { ...message, from: ALICE })
        assert.ok(!answer.ok)
        assert.equal(answer.stage, 'tls', answer.said)
      }
    })

    it('is told of as what it was when nobody answers', async () => {
      const nobody = { ...imap, port: 1 }
      const inbox = await readInbox(nobody, ALICE, token)
      assert.ok(!inbox.ok)
      assert.equal(inbox.stage, 'network', inbox.said)
      const sent = await sendAs({ ...smtp, port: 1 }, ALICE, token, { ...message, from: ALICE })
      assert.ok(!sent.ok)
      assert.equal(sent.stage, 'network', sent.said)
    })
  })

/** Shows a token, in two lines. @returns `+OK` or `-ERR` */
async function overPop3(port: number, mailbox: string, token: Secret): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost' })
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  const answer = async (line?: string): Promise<string> => {
    if (line !== undefined) socket.write(`${line}\r\n`)
    return String((await lines.next()).value)
  }
  await answer()
  await answer('AUTH XOAUTH2')
  const said = await answer(xoauth2(mailbox, token).revealBytes().toString('base64'))
  // A reason in JSON has to be answered before the refusal comes.
  const last = said.startsWith('+ ') ? await answer('') : said
  socket.destroy()
  return last.split(' ')[0] ?? ''
}

describe('a token of 5 KB', () => {
  it('opens a mailbox over IMAP and POP3, and sends', async () => {
    await using entra = await openEntra({ groups: 80 })
    await using dovecot = await openDovecot(entra, 'local')
    await using postfix = await openPostfix(dovecot, {})
    const token = await grantedToken(entra, ALICE)
    assert.ok(token.reveal().length > 5000, `${token.reveal().length}`)
    const server = { host: 'localhost', addressOf: async () => '127.0.0.1' }
    for (const sasl of [['XOAUTH2'], ['OAUTHBEARER']] as const) {
      const imap = { ...server, port: dovecot.imaps, security: 'tls', sasl } as const
      const inbox = await readInbox(imap, ALICE, token)
      assert.ok(inbox.ok, JSON.stringify(inbox))
      const smtp = { ...server, port: postfix.submission, security: 'starttls', sasl } as const
      const message = { from: ALICE, to: ALICE, subject: 'x', text: 'x' }
      const sent = await sendAs(smtp, ALICE, token, message)
      assert.ok(sent.ok, JSON.stringify(sent))
    }
    assert.equal(await overPop3(dovecot.pop3s, ALICE, token), '+OK')
  })
})
