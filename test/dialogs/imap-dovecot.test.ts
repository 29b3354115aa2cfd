import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ImapFlow } from 'imapflow'
import { Dialogue } from '../support/dialogue.ts'
import { messagesIn } from '../support/mail-attachment.ts'
import { SHARED } from '../support/mail-story.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'

/** Of every size of what is read and written at once, and with lines that look like commands. */
const BODY = Array.from({ length: 20_000 }, (_, n) => `a${n} LOGOUT {${n}} `.padEnd(60, 'x')).join(
  '\r\n',
)
const MESSAGE = `From: alice@example.test\r\nSubject: Up\r\n\r\n${BODY}\r\n`

describe('IMAP in front of Dovecot, with tokens of 5 KB', () => {
  let story: MailGatewaysStory
  before(async () => (story = await openMailGatewaysStory({}, { groups: 80 })))
  after(async () => await story[Symbol.asyncDispose]())

  const client = (door: 'imap' | 'imaps', loginMethod: string): ImapFlow => {
    const { host, ports, user, password: pass } = story
    return new ImapFlow({
      host,
      port: ports[door],
      secure: door === 'imaps',
      auth: { user, pass, loginMethod },
      logger: false,
    })
  }

  for (const [door, method] of [
    ['imaps', 'LOGIN'],
    ['imaps', 'AUTH=PLAIN'],
    ['imap', 'AUTH=LOGIN'],
  ] as const)
    it(`a library reads and writes through ${door} after ${method}`, async () => {
      const imap = client(door, method)
      await imap.connect()
      const names = (await imap.list()).map(({ path }) => path)
      assert.ok(names.includes('INBOX'))
      await imap.mailboxOpen('INBOX')
      const added = once(imap, 'exists')
      const appended = await imap.append('INBOX', MESSAGE)
      assert.ok(appended)
      await added
      const { source } =
        (await imap.fetchOne(String(appended.uid), { source: true }, { uid: true })) || {}
      assert.ok(source?.equals(Buffer.from(MESSAGE)))
      await imap.logout()
    })

  it('an idle client hears of what another one appends', async () => {
    const [idle, other] = [client('imaps', 'LOGIN'), client('imaps', 'LOGIN')]
    await Promise.all([idle.connect(), other.connect()])
    await idle.mailboxOpen('INBOX')
    const heard = once(idle, 'exists')
    const idling = idle.idle()
    await other.append('INBOX', MESSAGE)
    await heard
    await idle.noop()
    await idling
    await Promise.all([idle.logout(), other.logout()])
  })

  it('the user name chooses the mailbox: an e-mail in any case, or the own name for the default', async () => {
    const { mailbox, password, user } = story
    for (const name of [user.toUpperCase(), 'alice', 'Alice@Example.org']) {
      using imap = await Dialogue.open(story.ports.imaps, { tls: true })
      await imap.play(`
        S: * OK …
        C: a LOGIN ${name} ${password}
        S: a OK …`)
    }
    const shared = await story.account(mailbox.applicationId, 'shared', SHARED, {
      shared: true,
      userIds: mailbox.users.map(({ userId }) => userId),
    })
    await story.initInBrowser(shared.id)
    using imap = await Dialogue.open(story.ports.imaps, { tls: true })
    await imap.play(`
      S: * OK …
      C: a LOGIN ${SHARED} ${password}
      S: a OK …
      C: b APPEND INBOX {5+}
      C: a: b
      S: b OK …`)
    assert.equal(messagesIn(join(story.dovecot.mail, SHARED)).length, 1)
    for (const name of ['bob@example.test', 'nobody']) {
      using other = await Dialogue.open(story.ports.imaps, { tls: true })
      await other.play(`
        S: * OK …
        C: a LOGIN ${name} ${password}
        S: a NO [AUTHENTICATIONFAILED] The user name or the application password is wrong.`)
    }
  })

  it('the password ends, and so do its connections, with BYE', async () => {
    const { product, user, ada } = story
    const bob = await product.person(ada, 'bob')
    await ada.call('PATCH /mail-accounts/:id', {
      params: { id: story.mailbox.id },
      body: { userIds: [...story.mailbox.users.map(({ userId }) => userId), bob.userId] },
    })
    const made = await bob.call('POST /me/app-passwords', {
      body: { name: 'Phone', application: 'mail_client' },
    })
    using imap = await Dialogue.open(story.ports.imaps, { tls: true })
    await imap.play(`
      S: * OK [CAPABILITY …
      C: a LOGIN ${user} ${made.password}
      S: a OK [CAPABILITY …] Signed in.
      C: b SELECT INBOX`)
    while (!(await imap.line())?.startsWith('b OK'));
    await bob.call('DELETE /me/app-passwords/:id', { params: { id: made.id } })
    await imap.play(`
      S: * BYE …
      S: <end>`)
  })
})
