import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Dialogue } from '../support/dialogue.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { openExchange } from '../support/mail-servers/exchange.ts'

describe('a mailbox at Exchange Online, whose access token ends in mid-session', () => {
  it('hands its farewell on, and is open again at once, with a token that was refreshed once', async () => {
    await using exchange = await openExchange()
    await using story = await openMailGatewaysStory({}, {}, { imapPort: exchange.port })
    const signedIn = async (): Promise<Dialogue> => {
      const client = await Dialogue.open(story.ports.imaps, { tls: true })
      await client.play(`
        S: * OK …
        C: a LOGIN "${story.user}" ${story.password}
        S: a OK [CAPABILITY …] …
        C: b SELECT INBOX
        S: * 0 EXISTS
        S: * 0 RECENT
        S: b OK [READ-WRITE] SELECT completed.`)
      return client
    }
    const refreshes = (): number =>
      story.entra.seen.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
    using first = await signedIn()
    const before = refreshes()
    await first.play(`
      C: c IDLE
      S: + IDLE accepted, awaiting DONE command.`)
    exchange.endTokens()
    await first.play(`
      S: * BYE Session invalidated - AccessTokenExpired
      S: <end>`)
    using second = await signedIn()
    assert.equal(refreshes() - before, 1)
    await second.play(`
      C: d LOGOUT
      S: * BYE …
      S: d OK LOGOUT completed.`)
  })
})
