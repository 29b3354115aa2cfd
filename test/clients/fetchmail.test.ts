import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { block } from '../support/client-page.ts'
import { attachmentIn, deliver, largeAttachment, sha256 } from '../support/mail-attachment.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { run, workFolder } from '../support/program.ts'

describe('fetchmail', () => {
  let story: MailGatewaysStory
  const content = largeAttachment()
  before(async () => {
    story = await openMailGatewaysStory()
    await deliver(story.dovecot, story.user, content)
  })
  after(async () => await story[Symbol.asyncDispose]())

  const fetched = async (lines: string): Promise<void> => {
    using work = workFolder()
    writeFileSync(path.join(work.path, '.fetchmailrc'), lines, { mode: 0o600 })
    const { code, output } = await run('fetchmail', [], { home: work.path })
    assert.equal(code, 0, output)
    const message = readFileSync(path.join(work.path, 'mbox'))
    assert.equal(sha256(attachmentIn(message)), sha256(content))
  }

  it('fetches a message with a large attachment over IMAP', async () => {
    await fetched(block('fetchmail', '~/.fetchmailrc', story))
  })

  it('fetches the same over POP3', async () => {
    const [, ...rest] = block('fetchmail', '~/.fetchmailrc', story).split('\n')
    await fetched(`${block('fetchmail', 'poll', story)}${rest.join('\n')}`)
  })
})
