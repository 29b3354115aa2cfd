import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  commandLine,
  line,
  start,
  type CommandLine,
  type Settings,
} from '../support/command-line.ts'
import { ALICE, BOB, openMailStory, type MailStory } from '../support/mail-story.ts'
import { localhostTls } from '../support/tls.ts'

describe('passerelle mail-account', () => {
  let story: MailStory
  let settings: Settings
  let trusts: Settings
  let cli: CommandLine
  before(async () => {
    story = await openMailStory()
    const { dataDir, origin } = story.product.ground.config
    settings = { DATA_DIR: dataDir, URL: origin, ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' }
    const file = join(dataDir, 'tests.pem')
    writeFileSync(file, localhostTls().cert)
    trusts = { NODE_EXTRA_CA_CERTS: file }
    cli = commandLine(settings, trusts)
    const { id } = await story.application()
    await story.account(id, 'alice', ALICE)
    await story.account(id, 'bob', BOB)
  })
  after(async () => await story[Symbol.asyncDispose]())

  /** Begins it, types the code at the provider, and waits for the end. */
  async function initialised(identifier: string, as: string): Promise<number | null> {
    const child = start(settings, ['mail-account', 'init', identifier, '--json'], trusts)
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    const [, code = ''] = await line(child, /type (\S+)/)
    await story.entra.enterCode(code, as)
    return await ended
  }

  it('runs Init. Token with a device code in the terminal', async () => {
    assert.equal(await initialised('alice', ALICE), 0)
    const [row] = await cli.json<{ identifier: string; state: string }[]>('mail-account', 'list')
    assert.deepEqual([row?.identifier, row?.state], ['alice', 'active'])
    const audit = await story.ada.call('GET /audit', { query: { action: 'mail_account.init' } })
    assert.ok(audit.rows.every(({ actor }) => actor.kind === 'operator'))
  })

  it('stores nothing when somebody else signs in', async () => {
    assert.equal(await initialised('bob', ALICE), 1)
    const rows = await cli.json<{ state: string }[]>('mail-account', 'list', '--state', 'new')
    assert.equal(rows.length, 1)
  })

  it('refreshes, and says so', async () => {
    assert.match(await cli.ok('mail-account', 'refresh', 'ALICE'), /are fresh/)
    assert.match(await cli.fails(1, 'mail-account', 'refresh', 'bob'), /not refreshed/)
    assert.match(await cli.fails(1, 'mail-account', 'refresh', 'carl'), /no mail account/)
  })

  it('makes a link for the owner', async () => {
    const { url, email } = await cli.json<{ url: string; email: string }>(
      'mail-account',
      'init',
      'bob',
      '--link',
    )
    assert.equal(email, BOB)
    const [, token = ''] = url.split('#')
    const shown = await story.product
      .client()
      .call('POST /token-inits/inspect', { body: { token } })
    assert.equal(shown.email, BOB)
  })

  it('shows no token and no secret in its lists', async () => {
    const out = await cli.ok('mail-account', 'list')
    assert.match(out, /^IDENTIFIER .*STATE/)
    assert.match(out, /alice +alice@example.test +Contoso +active/)
  })
})
