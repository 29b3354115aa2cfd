import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { block } from '../support/client-page.ts'
import {
  ATTACHMENT,
  attachmentIn,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { run, workFolder } from '../support/program.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')

describe('imapflow and nodemailer', () => {
  let story: MailGatewaysStory
  const content = largeAttachment()
  before(async () => (story = await openMailGatewaysStory()))
  after(async () => await story[Symbol.asyncDispose]())

  const digests = (): string[] => messagesIn(story.maildir).map((one) => sha256(attachmentIn(one)))

  it('send and read a message with a large attachment as documented', async () => {
    using work = workFolder()
    const program = async (lines: string): Promise<string> => {
      const node = [process.execPath, '--input-type=module', '--eval', lines]
      const trusting = [`NODE_EXTRA_CA_CERTS=${story.caFile}`, ...node]
      const { code, output } = await run('env', trusting, { home: work.path, cwd: ROOT })
      assert.equal(code, 0, output)
      return output
    }
    const file = path.join(work.path, ATTACHMENT)
    writeFileSync(file, content)
    const lines = block('node', 'nodemailer', story)
    await program(lines.replace('report.pdf', file).replace('bob@example.org', story.user))
    await delivered(story.postfix, 1)
    assert.deepEqual(digests(), [sha256(content)])
    const read = await program(`${block('node', 'imapflow', story)}process.stdout.write(source)`)
    assert.equal(sha256(attachmentIn(Buffer.from(read))), sha256(content))
  })

  it('do the same by STARTTLS', async () => {
    const { host, ports, user, password: pass } = story
    const auth = { user, pass }
    const plain = { host, secure: false, auth }
    const transport = createTransport({ ...plain, port: ports.submission, requireTLS: true })
    const attachments = [{ filename: ATTACHMENT, content }]
    await transport.sendMail({ from: user, to: user, subject: 'x', text: '.\n..\n', attachments })
    transport.close()
    await delivered(story.postfix, 2)
    assert.deepEqual(digests(), [sha256(content), sha256(content)])
    const client = new ImapFlow({ ...plain, port: ports.imap, doSTARTTLS: true, logger: false })
    await client.connect()
    await client.mailboxOpen('INBOX')
    const { source } = (await client.fetchOne('*', { source: true })) || {}
    assert.ok(source)
    assert.equal(sha256(attachmentIn(source)), sha256(content))
    await client.logout()
  })
})
