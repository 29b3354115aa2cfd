import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { writeBlock } from '../support/client-page.ts'
import {
  ATTACHMENT,
  attachmentIn,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { run, workFolder } from '../support/program.ts'

describe('mutt', () => {
  it('sends a message with a large attachment, and reads it', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    const home = work.path
    writeBlock('mutt', '~/.muttrc', story, home)
    const content = largeAttachment()
    writeFileSync(path.join(home, ATTACHMENT), content)
    const typed = ['-s', 'Album', '-a', ATTACHMENT, '--', story.user]
    const sent = await run('mutt', typed, { home, input: 'text\n' })
    assert.equal(sent.code, 0, sent.output)
    await delivered(story.postfix, 1)
    const [message] = messagesIn(story.maildir)
    assert.ok(message)
    assert.equal(sha256(attachmentIn(message)), sha256(content))

    // It reads on a terminal only; script(1) is one. What a person would press is pushed.
    const keys = `push '<copy-message>${home}/saved<enter>y<exit>'`
    const mutt = `TERM=vt100 mutt -e 'set confirmcreate=no confirmappend=no quit=yes' -e "${keys}"`
    const read = await run('script', ['-qefc', mutt, '/dev/null'], { home })
    assert.equal(read.code, 0, read.output)
    const saved = readFileSync(path.join(home, 'saved'))
    assert.equal(sha256(attachmentIn(saved)), sha256(content))
  })
})
