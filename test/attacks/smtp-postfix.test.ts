import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { Dialogue } from '../support/dialogue.ts'
import { messagesIn } from '../support/mail-attachment.ts'
import { plain } from '../support/mail-doors.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { BOB } from '../support/mail-story.ts'
import { signedIn } from '../support/submission.ts'

describe('SMTP in front of Postfix', () => {
  let story: MailGatewaysStory
  let sent = 0
  before(async () => (story = await openMailGatewaysStory()))
  after(async () => await story[Symbol.asyncDispose]())

  /** So many have been made to Postfix. */
  const connections = (): number =>
    readFileSync(story.postfix.logFile, 'utf8').match(/: connect from /g)?.length ?? 0
  /** Each message that has arrived, as lines. */
  const arrived = (): string[] =>
    messagesIn(story.maildir).map((one) => one.toString('latin1').replaceAll('\r\n', '\n'))

  it('M16: a user name that would be a line of its own reaches neither a search nor the provider', async () => {
    const asked = connections()
    const { user, password, ports } = story
    for (const name of [
      `${user}\r\nMAIL FROM:<${BOB}>`,
      `${user}\n`,
      `${user}\u0001auth=Bearer x\u0001`,
      `\u202e${user}`,
      `${user}%00`,
      user.repeat(30),
    ]) {
      using client = await Dialogue.open(ports.submissions, { tls: true })
      await client.expect('220 localhost ESMTP')
      client.send('EHLO a\r\n')
      while ((await client.line())?.startsWith('250-') === true);
      await client.play(`
        C: AUTH PLAIN ${plain(name, password)}
        S: 535 5.7.8 Authentication credentials invalid`)
    }
    assert.equal(connections(), asked)
  })

  it('M25: one message in is one message out, however the end of another is forged in it', async () => {
    const ends = [
      '\n.\n',
      '\n.\r\n',
      '\n.\r',
      '\r.\r\n',
      '\r.\r',
      '\r\n.\n',
      '\r\n.\r',
      '\r\n\0.\r\n',
      '\r\r\n.\r\r\n',
    ]
    const envelope = `MAIL FROM:<${story.user}>\r\nRCPT TO:<${story.user}>\r\nDATA\r\n`
    for (const [n, end] of ends.entries()) {
      using client = await signedIn(story)
      client.send(envelope)
      await client.play('S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 …')
      client.send(`Subject: outer ${n}\r\n\r\nouter${end}${envelope}`)
      client.send('Subject: smuggled\r\n\r\nsmuggled\r\n.\r\n')
      const answer = await client.line()
      if (answer?.startsWith('250 ') === true) sent++
      else assert.match(answer ?? '', /^5/)
      await client.play('C: QUIT\nS: 221 2.0.0 Bye\nS: <end>')
    }
    await delivered(story.postfix, sent)
    const subjects = arrived().map((one) => /^Subject: (.*)$/m.exec(one)?.[1])
    assert.equal(subjects.length, sent)
    for (const subject of subjects) assert.match(subject ?? '', /^outer \d$/)
  })

  it('M27: who may send as whom is what the provider says', async () => {
    using client = await signedIn(story)
    await client.play(`
      C: MAIL FROM:<${BOB}>
      S: 250 2.1.0 Ok
      C: RCPT TO:<${story.user}>
      S: 553 5.7.1 <${BOB}>: Sender address rejected: not owned by user ${story.user}
      C: QUIT
      S: 221 2.0.0 Bye
      S: <end>`)
  })

  it('M28: a client that sends BDAT unasked talks to the provider, and to nobody else', async () => {
    const text = '\r\n\r\nMAIL FROM:<b@c>\r\n.\r\nQUIT\r\n'
    const body = `Subject: chunks${text}`
    const envelope = `MAIL FROM:<${story.user}>\r\nRCPT TO:<${story.user}>\r\n`
    using client = await signedIn(story)
    client.send(`${envelope}BDAT ${body.length}\r\n${body}BDAT 0 LAST\r\nNOOP\r\n`)
    await client.play(`
      S: 250 2.1.0 Ok
      S: 250 2.1.5 Ok
      S: 250 …
      S: 250 2.0.0 Ok…
      S: 250 2.0.0 Ok`)
    await delivered(story.postfix, ++sent)
    assert.ok(arrived().some((one) => one.endsWith(text.replaceAll('\r\n', '\n'))))
    for (const size of ['-1 LAST', '99999999999999999999', 'x', '']) {
      using odd = await signedIn(story)
      odd.send(`${envelope}BDAT ${size}\r\n`)
      await odd.play('S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 521 5.5.4 …\nS: <end>')
    }
    // More than ever comes: Postfix waits, and so does nobody here when the client has gone.
    for (let n = 0; n < 5; n++) {
      using endless = await signedIn(story)
      endless.send(`${envelope}BDAT 2147483647\r\nSubject: never\r\n`)
      await endless.play('S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok')
    }
  })
})
