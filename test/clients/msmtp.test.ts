import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { writeBlock } from '../support/client-page.ts'
import {
  attachmentIn,
  composed,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { run, workFolder } from '../support/program.ts'

describe('msmtp', () => {
  it('sends a message with a large attachment', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    writeBlock('msmtp', '~/.msmtprc', story, work.path)
    const content = largeAttachment()
    const input = (await composed(story.user, story.user, 'Album', content)).toString()
    const { code, output } = await run('msmtp', [story.user], { home: work.path, input })
    assert.equal(code, 0, output)
    await delivered(story.postfix, 1)
    const [message] = messagesIn(story.maildir)
    assert.ok(message)
    assert.equal(sha256(attachmentIn(message)), sha256(content))
  })
})
