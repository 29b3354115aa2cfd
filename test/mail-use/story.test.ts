import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY, HOUR } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { accessTokenPlace } from '#vault/token-places.ts'
import { visit } from '../support/authority/visit.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { PASSWORD } from '../support/product.ts'
import {
  ALICE,
  BOB,
  openMailStory,
  SHARED,
  until,
  type Application,
  type MailStory,
} from '../support/mail-story.ts'

describe('an administrator connects a mailbox', () => {
  let story: MailStory
  let contoso: Application
  let alice: string
  before(async () => (story = await openMailStory()))
  after(async () => await story[Symbol.asyncDispose]())

  it('declares an application, and it is tried', async () => {
    contoso = await story.application()
    assert.equal(contoso.redirectUrl, `${story.product.url}/oauth/callback`)
    const params = { id: contoso.id }
    const { checks } = await story.ada.call('POST /oauth-applications/:id/test', { params })
    assert.deepEqual(
      checks.map(({ check, ok }) => [check, ok]),
      [
        ['addresses', true],
        ['discovery', true],
        ['client', true],
      ],
    )
  })

  it('runs Init. Token in the browser', async () => {
    alice = (await story.account(contoso.id, 'alice', ALICE)).id
    assert.equal((await story.look(alice)).state, 'new')
    const shown = await story.initInBrowser(alice)
    assert.deepEqual([shown.outcome, shown.signedInAs], ['done', ALICE])
    const account = await story.look(alice)
    assert.equal(account.state, 'active')
    assert.equal(account.initialisedBy, 'ada')
    assert.deepEqual(account.missingScopes, [])
    assert.equal(account.refreshTokenExpiry, 'modelled')
  })

  it('sends a test message, and reads it in the inbox', async () => {
    const params = { id: alice }
    const body = { to: ALICE }
    const sent = await story.ada.call('POST /mail-accounts/:id/test-message', { params, body })
    assert.ok(sent.ok, JSON.stringify(sent))
    await delivered(story.postfix, 1)
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    assert.deepEqual([inbox.total, inbox.messages[0]?.subject], [1, 'Test message of Passerelle'])
  })

  it('has a token that is refused refreshed once, without a word', async () => {
    const { ground } = story.product
    const { tokenGrants } = ground.store.tables
    const row = (await tokenGrants.accessToken(alice, 'mail'))!
    const token = ground.identity.sealer.seal(
      new Secret('refused'),
      accessTokenPlace(alice, 'mail'),
    )
    await tokenGrants.setAccessToken({ ...row, token })
    await story.ada.call('PATCH /mail-accounts/:id', { params: { id: alice }, body: {} })
    const before = story.entra.seen.filter(({ path }) => path.endsWith('/token')).length
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params: { id: alice } })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    const after = story.entra.seen.filter(({ path }) => path.endsWith('/token')).length
    assert.equal(after - before, 1)
  })

  it('shows what happened on a time line', async () => {
    const params = { id: alice }
    const rows = await story.ada.call('GET /mail-accounts/:id/timeline', { params })
    const actions = new Set(rows.map(({ action }) => action))
    for (const action of ['mail_account.create', 'mail_account.init', 'mail_account.test'] as const)
      assert.ok(actions.has(action), action)
  })

  it('cannot delete the application while the account uses it, and reads by what', async () => {
    const params = { id: contoso.id }
    const no = await story.ada.refused('DELETE /oauth-applications/:id', { params })
    assert.deepEqual([no.status, no.code], [409, 'conflict'])
    assert.match(no.message, /alice/)
  })

  it('reads a device code out to the owner', async () => {
    const { id } = await story.account(contoso.id, 'bob', BOB)
    const params = { id }
    const begun = await story.ada.call('POST /mail-accounts/:id/init', {
      params,
      body: { how: 'device' },
    })
    assert.ok(begun.how === 'device')
    assert.match(begun.userCode, /^\w+/)
    await story.entra.enterCode(begun.userCode, BOB)
    story.product.clock.advance(10_000)
    const ended = await until('the device code', async () => {
      const found = await story.ada.call('GET /mail-accounts/:id/init/:initId', {
        params: { id, initId: begun.initId },
      })
      return found.outcome !== 'pending' && found
    })
    assert.equal(ended.outcome, 'done')
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    assert.equal(inbox.total, 0)
  })

  it('hands a link to an owner who has no account here', async () => {
    const { id } = await story.account(contoso.id, 'second', BOB)
    const begun = await story.ada.call('POST /mail-accounts/:id/init', {
      params: { id },
      body: { how: 'link' },
    })
    assert.ok(begun.how === 'link')
    assert.equal(begun.mailed, 'off')
    const owner = story.product.client()
    const token = begun.url.split('#')[1] ?? ''
    const shown = await owner.call('POST /token-inits/inspect', { body: { token } })
    assert.equal(shown.email, BOB)
    const { url } = await owner.call('POST /token-inits/start', { body: { token } })
    const back = await visit(url, `${story.product.url}/oauth/callback`)
    const answered = await owner.raw('GET', `${back.pathname}${back.search}`)
    assert.equal(answered.headers.get('location'), `${story.product.url}/renew#done`)
    const account = await story.look(id)
    assert.deepEqual([account.state, account.initialisedBy], ['active', BOB])
    const again = await owner.refused('POST /token-inits/inspect', { body: { token } })
    assert.equal(again.code, 'link_dead')
  })

  it('stores nothing when somebody else signs in, and reads who it was', async () => {
    const { id } = await story.account(contoso.id, 'third', BOB)
    Object.assign(story.entra, { signsIn: ALICE, ignoresHint: true })
    const shown = await story.initInBrowser(id)
    Object.assign(story.entra, { ignoresHint: false })
    assert.deepEqual(
      [shown.outcome, shown.signedInAs, shown.expected],
      ['wrong_person', ALICE, BOB],
    )
    assert.equal((await story.look(id)).state, 'new')
    const no = await story.ada.refused('POST /mail-accounts/:id/inbox', { params: { id } })
    assert.equal(no.code, 'conflict')
  })

  it('has nothing to initialise for an application of its own', async () => {
    const { id: applicationId } = await story.application({
      identifier: 'Daemon',
      clientId: 'daemon',
      appOnly: true,
    })
    const { id } = await story.account(applicationId, 'program', ALICE)
    const begun = await story.ada.call('POST /mail-accounts/:id/init', {
      params: { id },
      body: { how: 'browser' },
    })
    assert.equal(begun.how, 'nothing')
    const account = await story.look(id)
    assert.equal(account.state, 'active')
    assert.ok((account.accessTokenExpiresAt ?? 0) > story.product.clock.now())
    assert.equal(account.refreshTokenExpiry, 'none')
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params: { id } })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    assert.equal(inbox.messages.at(-1)?.subject, 'Test message of Passerelle')
  })

  it('sends as a shared mailbox with the token of its delegate, and reads its inbox', async () => {
    const { id } = await story.account(contoso.id, 'shared', SHARED, {
      shared: true,
      delegateEmail: ALICE,
    })
    const params = { id }
    const begun = await story.initInBrowser(id)
    assert.deepEqual([begun.outcome, begun.signedInAs], ['done', ALICE])
    const body = { to: SHARED }
    const sent = await story.ada.call('POST /mail-accounts/:id/test-message', { params, body })
    assert.ok(sent.ok, JSON.stringify(sent))
    await delivered(story.postfix, 2)
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    assert.deepEqual([inbox.total, inbox.messages[0]?.from], [1, `<${SHARED}>`])
  })

  it('opens the same shared mailbox with the token of an application', async () => {
    const applications = await story.ada.call('GET /oauth-applications', {})
    const daemon = applications.find(({ identifier }) => identifier === 'Daemon')
    const { id } = await story.account(daemon?.id ?? '', 'shared-program', SHARED, { shared: true })
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params: { id } })
    assert.ok(inbox.ok, JSON.stringify(inbox))
    assert.equal(inbox.total, 1)
  })

  it('finds the tokens fresh whatever time has passed', async () => {
    const { mailAccounts } = story.product.ground.store.tables
    for (const ms of [2 * HOUR, 8 * DAY, 80 * DAY]) {
      const before = await mailAccounts.find(alice)
      story.product.clock.advance(ms)
      const row = await until('a refresh by itself', async () => {
        const found = await mailAccounts.find(alice)
        return found?.last_refresh_at !== before?.last_refresh_at && found
      })
      assert.equal(row.state, 'active')
      const ends = (await mailAccounts.accessTokenEnds(alice)).get(alice)
      assert.ok((ends ?? 0) > story.product.clock.now())
    }
    await signInAgain(story)
    const inbox = await story.ada.call('POST /mail-accounts/:id/inbox', { params: { id: alice } })
    assert.ok(inbox.ok, JSON.stringify(inbox))
  })
})

async function signInAgain({ ada }: MailStory): Promise<void> {
  await ada.signIn('ada', PASSWORD)
  const body = { kind: 'totp', code: ada.code() } as const
  await ada.call('POST /session/second-factor', { body })
}
