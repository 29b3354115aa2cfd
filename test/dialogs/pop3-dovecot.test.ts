import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Dialogue } from '../support/dialogue.ts'
import { attachmentIn, deliver, largeAttachment, sha256 } from '../support/mail-attachment.ts'
import { base64, plain } from '../support/mail-doors.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { until } from '../support/mail-story.ts'

const READY = '+OK Passerelle is ready.'

// The provider's tokens have 5 KB: they name 80 groups.
describe('POP3 in front of Dovecot', () => {
  let story: MailGatewaysStory
  const content = largeAttachment()
  before(async () => {
    story = await openMailGatewaysStory({}, { groups: 80 })
    await deliver(story.dovecot, story.user, content)
  })
  after(async () => await story[Symbol.asyncDispose]())

  it('a client reads what is there, and hears its server after login', async () => {
    const { ports, user, password } = story
    using client = await Dialogue.open(ports.pop3s, { tls: true })
    await client.play(`
      S: ${READY}
      C: USER ${user}
      S: +OK Send the password.
      C: PASS ${password}
      S: +OK Signed in.
      C: STAT
      S: +OK 1 …
      C: RETR 1`)
    const [, octets] = /^\+OK (\d+) octets/.exec((await client.line()) ?? '') ?? []
    const message = await client.bytes(Number(octets))
    assert.equal(sha256(attachmentIn(message)), sha256(content))
    await client.play(`
      S: .
      C: NOOP
      S: +OK
      C: QUIT
      S: +OK …
      S: <end>`)
  })

  it('under STLS, and with several commands at once', async () => {
    const { ports, user, password } = story
    using client = await Dialogue.open(ports.pop3)
    await client.play(`
      S: ${READY}
      C: STLS
      S: +OK Begin TLS.`)
    await client.startTls()
    client.send(`AUTH PLAIN ${plain(user, password)}\r\nSTAT\r\nDELE 1\r\nRSET\r\nQUIT\r\n`)
    await client.play(`
      S: +OK Signed in.
      S: +OK 1 …
      S: +OK …
      S: +OK
      S: +OK …
      S: <end>`)
  })

  it('a wrong password is refused, and the right one typed with spaces is not', async () => {
    const { ports, user, password, product } = story
    using client = await Dialogue.open(ports.pop3s, { tls: true })
    await client.play(`
      S: ${READY}
      C: AUTH PLAIN ${plain(user, 'a-main-password')}
      S: -ERR [AUTH] The user name or the application password is not accepted.
      C: AUTH LOGIN ${base64(user.toUpperCase())}
      S: + UGFzc3dvcmQ6
      C: ${base64(` ${password.replaceAll('-', ' ').toUpperCase()} `)}
      S: +OK Signed in.
      C: QUIT
      S: +OK …
      S: <end>`)
    assert.ok(!product.log.join('').includes(password.replaceAll('-', '')))
  })

  it('the password ends, and so does its connection, without a word in the middle', async () => {
    const { ports, user, product, ada, mailbox } = story
    const bob = await product.person(ada, 'bob')
    await ada.call('PATCH /mail-accounts/:id', {
      params: { id: mailbox.id },
      body: { userIds: [...mailbox.users.map(({ userId }) => userId), bob.userId] },
    })
    const made = await bob.call('POST /me/app-passwords', {
      body: { name: 'Phone', application: 'mail_client' },
    })
    using client = await Dialogue.open(ports.pop3s, { tls: true })
    await client.play(`
      S: ${READY}
      C: USER ${user}
      S: +OK Send the password.
      C: PASS ${made.password}
      S: +OK Signed in.`)
    await bob.call('DELETE /me/app-passwords/:id', { params: { id: made.id } })
    await client.expect('<end>')
  })

  it('what is deleted is gone at the provider after QUIT', async () => {
    const { ports, user, password } = story
    using client = await Dialogue.open(ports.pop3s, { tls: true })
    await client.play(`
      S: ${READY}
      C: USER ${user}
      S: +OK Send the password.
      C: PASS ${password}
      S: +OK Signed in.
      C: DELE 1
      S: +OK …
      C: QUIT
      S: +OK …
      S: <end>`)
    await until('the mailbox is empty', async () => {
      using next = await Dialogue.open(ports.pop3s, { tls: true })
      await next.play(`
        S: ${READY}
        C: AUTH PLAIN ${plain(user, password)}
        S: +OK Signed in.
        C: STAT`)
      return (await next.line()) === '+OK 0 0'
    })
  })
})
