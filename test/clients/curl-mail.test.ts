import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { block, writeBlock } from '../support/client-page.ts'
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

describe('curl', () => {
  it('sends a message with a large attachment, and reads it over IMAP and POP3', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    const home = work.path
    writeBlock('curl-mail', '~/.netrc', story, home)
    writeFileSync(path.join(home, '.curlrc'), `cacert = ${story.caFile}\nsilent\nshow-error\n`)
    const typed = async (line: string): Promise<void> => {
      const { code, output } = await run('sh', ['-c', line], { home })
      assert.equal(code, 0, output)
    }
    const content = largeAttachment()
    const message = await composed(story.user, story.user, 'Album', content)
    writeFileSync(path.join(home, 'message.eml'), message)
    const send = block('curl-mail', 'smtp', story).replace('bob@example.org', story.user)
    await typed(send)
    await typed(
      send
        .replace('smtps:', 'smtp:')
        .replace(String(story.ports.submissions), String(story.ports.submission)),
    )
    await delivered(story.postfix, 2)
    const arrived = messagesIn(story.maildir)
    assert.deepEqual(
      arrived.map((one) => sha256(attachmentIn(one))),
      [sha256(content), sha256(content)],
    )
    for (const line of block('curl-mail', 'pop3', story).trim().split('\n')) {
      await typed(line)
      const read = readFileSync(path.join(home, 'first.eml'))
      assert.equal(sha256(attachmentIn(read)), sha256(content))
    }
  })
})
