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
import { openDovecot, type Dovecot, type TokenCheck } from '../support/mail-servers/dovecot.ts'
import { openPostfix, type Postfix } from '../support/mail-servers/postfix.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { grantedToken } from '../support/authority/granted.ts'

const SHARED = 'shared@example.test'
const ALICE = 'alice@example.test'

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
      dovecot = opened.use(await openDovecot(entra, check))
      postfix = opened.use(await openPostfix(dovecot, { [SHARED]: [ALICE] }))
      const server = { host: 'localhost', addressOf: async () => '127.0.0.1' }
      imap = { ...server, port: dovecot.imaps, security: 'tls', sasl: ['XOAUTH2'] }
      smtp = { ...server, port: postfix.submission, security: 'starttls', sasl: ['XOAUTH2'] }
      token = await grantedToken(entra, ALICE)
    })
    after(async () => await opened.disposeAsync())
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

    it('takes a token over POP3, in two lines', async () => {
      const socket = connect({ port: dovecot.pop3s, host: '127.0.0.1', servername: 'localhost' })
      const message = xoauth2(ALICE, token).revealBytes().toString('base64')
      const answers: string[] = []
      for await (const line of createInterface({ input: socket })) {
        answers.push(line.slice(0, 3))
        const next = ['AUTH XOAUTH2', message, 'QUIT'][answers.length - 1]
        if (next !== undefined) socket.write(`${next}\r\n`)
      }
      assert.deepEqual(answers, ['+OK', '+ ', '+OK', '+OK'])
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
