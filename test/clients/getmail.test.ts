import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { block } from '../support/client-page.ts'
import {
  attachmentIn,
  deliver,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { runUnprivileged, workFolder } from '../support/program.ts'

const RC = '.config/getmail/getmailrc'

describe('getmail', () => {
  let story: MailGatewaysStory
  const content = largeAttachment()
  before(async () => {
    story = await openMailGatewaysStory()
    await deliver(story.dovecot, story.user, content)
  })
  after(async () => await story[Symbol.asyncDispose]())

  const fetched = async (lines: string): Promise<void> => {
    using work = workFolder()
    for (const folder of ['Mail/cur', 'Mail/new', 'Mail/tmp', path.dirname(RC)])
      mkdirSync(path.join(work.path, folder), { recursive: true })
    writeFileSync(path.join(work.path, RC), lines, { mode: 0o600 })
    const { code, output } = await runUnprivileged('getmail', [], { home: work.path })
    assert.equal(code, 0, output)
    const [message] = messagesIn(path.join(work.path, 'Mail'))
    assert.ok(message, output)
    assert.equal(sha256(attachmentIn(message)), sha256(content))
  }

  it('fetches a message with a large attachment over IMAP', async () => {
    await fetched(block('getmail', `~/${RC}`, story))
  })

  it('fetches the same over POP3', async () => {
    const imap = block('getmail', `~/${RC}`, story)
    const pop3 = block('getmail', '[retriever]', story)
    await fetched(`${pop3}${imap.slice(imap.indexOf('username'))}`)
  })
})
