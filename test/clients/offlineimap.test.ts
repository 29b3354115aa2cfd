import assert from 'node:assert/strict'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { writeBlock } from '../support/client-page.ts'
import {
  attachmentIn,
  composed,
  deliver,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { run, workFolder } from '../support/program.ts'

describe('OfflineIMAP', () => {
  it('copies a mailbox down and a message up, each with a large attachment', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    writeBlock('offlineimap', '~/.offlineimaprc', story, work.path)
    mkdirSync(path.join(work.path, 'Mail'))
    const sync = async (): Promise<void> => {
      const { code, output } = await run('offlineimap', ['-o', '-u', 'basic'], { home: work.path })
      assert.equal(code, 0, output)
    }
    const content = largeAttachment()
    await deliver(story.dovecot, story.user, content)
    await sync()
    const inbox = path.join(work.path, 'Mail', 'INBOX')
    const [message] = messagesIn(inbox)
    assert.ok(message)
    assert.equal(sha256(attachmentIn(message)), sha256(content))

    const sent = largeAttachment()
    const file = path.join(inbox, 'tmp', 'up')
    writeFileSync(file, await composed(story.user, story.user, 'Up', sent))
    renameSync(file, path.join(inbox, 'new', 'up'))
    await sync()
    const digests = messagesIn(story.maildir).map((one) => sha256(attachmentIn(one)))
    assert.deepEqual(new Set(digests), new Set([sha256(content), sha256(sent)]))
  })
})
