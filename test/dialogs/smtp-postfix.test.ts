import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { createTransport } from 'nodemailer'
import { Dialogue } from '../support/dialogue.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import {
  ATTACHMENT,
  attachmentIn,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { signedIn } from '../support/submission.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { SHARED } from '../support/mail-story.ts'

describe('SMTP in front of Postfix, with tokens of 5 KB', () => {
  let story: MailGatewaysStory
  let sent = 0
  before(async () => (story = await openMailGatewaysStory({}, { groups: 80 })))
  after(async () => await story[Symbol.asyncDispose]())

  it('offers what Postfix takes, and neither CHUNKING nor what is its own', async () => {
    using client = await signedIn(story)
    using next = await Dialogue.open(story.ports.submissions, { tls: true })
    await next.play(`
      S: 220 localhost ESMTP
      C: EHLO a
      S: 250-localhost
      S: 250-PIPELINING
      S: 250-8BITMIME
      S: 250-SMTPUTF8
      S: 250-DSN
      S: 250-ENHANCEDSTATUSCODES
      S: 250-SIZE 157286400
      S: 250 AUTH PLAIN LOGIN`)
    await client.play('C: QUIT\nS: 221 2.0.0 Bye\nS: <end>')
  })

  for (const upstream of ['starttls', 'tls'] as const)
    it(`a message of 20 MB arrives as it was sent, by ${upstream} to the provider`, async () => {
      const { ada, mailbox, postfix, ports, user, password: pass } = story
      const smtpPort = upstream === 'tls' ? postfix.submissions : postfix.submission
      await ada.call('PATCH /oauth-applications/:id', {
        params: { id: mailbox.applicationId },
        body: { smtpPort, smtpSecurity: upstream },
      })
      const content = largeAttachment()
      const attachments = [{ filename: ATTACHMENT, content }]
      for (const secure of [true, false]) {
        const port = secure ? ports.submissions : ports.submission
        const to = { host: 'localhost', port, secure, requireTLS: !secure }
        const transport = createTransport({ ...to, auth: { user, pass } })
        await transport.sendMail({ from: user, to: user, subject: 'x', text: '.\n', attachments })
        transport.close()
      }
      await delivered(postfix, (sent += 2))
      const received = messagesIn(story.maildir).map((one) => sha256(attachmentIn(one)))
      assert.equal(received.filter((one) => one === sha256(content)).length, 2)
    })

  it('a shared mailbox sends with the sign-in of its delegate', async () => {
    const { mailbox } = story
    const shared = await story.account(mailbox.applicationId, 'shared', SHARED, {
      shared: true,
      userIds: mailbox.users.map(({ userId }) => userId),
    })
    await story.initInBrowser(shared.id)
    using client = await signedIn(story, SHARED)
    await client.play(`
      C: MAIL FROM:<${SHARED}>
      S: 250 2.1.0 Ok
      C: RCPT TO:<${story.user}>
      S: 250 2.1.5 Ok
      C: RSET
      S: 250 2.0.0 Ok`)
  })

  it('the fourth at once waits until one of three has gone, as Exchange Online has it', async () => {
    const three = [await signedIn(story), await signedIn(story), await signedIn(story)]
    let came = false
    const fourth = signedIn(story).finally(() => (came = true))
    for (const client of three) await client.play('C: NOOP\nS: 250 2.0.0 Ok')
    assert.ok(!came)
    const [first] = three
    await first?.play('C: QUIT\nS: 221 2.0.0 Bye\nS: <end>')
    for (const client of [...three, await fourth]) client[Symbol.dispose]()
  })

  it('a connection ends with its application password, and says so', async () => {
    const client = await signedIn(story)
    await client.play('C: NOOP\nS: 250 2.0.0 Ok')
    const closed = once(client.socket, 'close')
    const [alice] = story.mailbox.users
    await story.ada.call('DELETE /users/:id/app-passwords', { params: { id: alice?.userId ?? '' } })
    await client.play('S: 421 4.3.2 …\nS: <end>')
    client[Symbol.dispose]()
    await closed
  })
})
