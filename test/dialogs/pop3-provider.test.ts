import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CLOSED } from '#gateways/pop3/reply.ts'
import { Dialogue } from '../support/dialogue.ts'
import { base64, plain } from '../support/mail-doors.ts'
import { openMailGatewaysStory, type MailGatewaysStory } from '../support/mail-gateways-story.ts'
import { isToken, openPop3Server } from '../support/pop3-server.ts'
import { freePort } from '../support/product.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'

const TOKEN_REFUSED = '-ERR Authentication failure: unknown user name or bad password.'
const why = `+ ${base64('{"status":"400","schemes":"Bearer","scope":"of-the-provider"}')}`

describe('POP3 in front of what a provider can answer', () => {
  let story: MailGatewaysStory
  before(async () => (story = await openMailGatewaysStory()))
  after(async () => await story[Symbol.asyncDispose]())

  const isAt = async (popPort: number): Promise<void> => {
    const { ada, mailbox } = story
    const params = { id: mailbox.applicationId }
    await ada.call('PATCH /oauth-applications/:id', { params, body: { popPort } })
  }
  /** What the client hears when it signs in while the provider's server is that one. */
  async function heard(port: number): Promise<string | null> {
    await isAt(port)
    using client = await Dialogue.open(story.ports.pop3s, { tls: true })
    await client.play(`
      S: +OK Passerelle is ready.
      C: AUTH PLAIN ${plain(story.user, story.password)}`)
    return await client.line()
  }
  const tokensAt = ({ heard: lines }: ScriptedServer): string[] => lines.filter(isToken)

  it('M23: a token that is refused is refreshed once, and the client hears of nothing', async () => {
    for (const refusal of [{ token: TOKEN_REFUSED }, { token: why, '': TOKEN_REFUSED }]) {
      let asked = 0
      await using server = await openPop3Server(() => (asked++ === 0 ? refusal : {}))
      assert.equal(await heard(server.port), '+OK Signed in.')
      const [first, second, ...more] = tokensAt(server)
      assert.notEqual(first, second)
      assert.deepEqual(more, [])
    }
  })

  it('M23: refused again, it is not tried a third time, and nobody asks for a password', async () => {
    await using server = await openPop3Server({ token: why, '': TOKEN_REFUSED })
    assert.equal(await heard(server.port), CLOSED.mailbox_off)
    assert.ok(tokensAt(server).length <= 2)
  })

  it('outages, and mailboxes that are in use, are temporary', async () => {
    assert.equal(await heard(await freePort()), CLOSED.unavailable)
    for (const answers of [
      { CAPA: null },
      { AUTH: '-ERR [SYS/TEMP] later' },
      { token: '-ERR [IN-USE] locked by another session' },
      { token: null },
    ]) {
      await using server = await openPop3Server(answers)
      assert.equal(await heard(server.port), CLOSED.unavailable, JSON.stringify(answers))
    }
    await using stranger = await openPop3Server({}, { greeting: '* OK IMAP4 ready' })
    assert.equal(await heard(stranger.port), CLOSED.unavailable)
  })

  it('a protocol that the provider has switched off is not the password either', async () => {
    await using server = await openPop3Server({ token: '-ERR POP access is disabled' })
    assert.equal(await heard(server.port), CLOSED.mailbox_off)
    assert.equal(tokensAt(server).length, 1)
  })

  it('a mailbox that is switched off here opens nothing', async () => {
    await using server = await openPop3Server({})
    const params = { id: story.mailbox.id }
    await story.ada.call('POST /mail-accounts/:id/disable', { params })
    assert.equal(await heard(server.port), CLOSED.mailbox_off)
    assert.deepEqual(server.heard, [])
  })
})
