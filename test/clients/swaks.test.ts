import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
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

describe('swaks', () => {
  it('sends a message with a large attachment, by STARTTLS and over TLS', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    writeBlock('swaks', '~/.swaksrc', story, work.path)
    const content = largeAttachment()
    writeFileSync(path.join(work.path, ATTACHMENT), content)
    const typed = ['--to', story.user, '--attach', `@${ATTACHMENT}`, '--hide-all']
    const direct = ['--no-tls', '--tls-on-connect', '--port', String(story.ports.submissions)]
    for (const [i, more] of [[], direct].entries()) {
      const { code, output } = await run('swaks', [...typed, ...more], { home: work.path })
      assert.equal(code, 0, output)
      await delivered(story.postfix, i + 1)
      const message = messagesIn(story.maildir)[i]
      assert.ok(message)
      assert.equal(sha256(attachmentIn(message)), sha256(content))
    }
  })
})
