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
import { runUnprivileged, workFolder } from '../support/program.ts'

describe('s-nail', () => {
  it('sends a message with a large attachment, and reads it', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    const home = work.path
    for (const file of ['~/.mailrc', '~/.netrc']) writeBlock('s-nail', file, story, home)
    const content = largeAttachment()
    writeFileSync(path.join(home, ATTACHMENT), content)
    const sent = await runUnprivileged('s-nail', ['-s', 'Album', '-a', ATTACHMENT, story.user], {
      home,
      input: 'text\n',
    })
    assert.equal(sent.code, 0, sent.output)
    await delivered(story.postfix, 1)
    const [message] = messagesIn(story.maildir)
    assert.ok(message)
    assert.equal(sha256(attachmentIn(message)), sha256(content))

    const read = await runUnprivileged('s-nail', ['-R', '-f', '%'], {
      home,
      input: 'copy 1 saved\nexit\n',
    })
    assert.equal(read.code, 0, read.output)
    const saved = readFileSync(path.join(home, 'saved'))
    assert.equal(sha256(attachmentIn(saved)), sha256(content))
  })
})
