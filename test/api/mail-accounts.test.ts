import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes, type RouteName } from '#api/contract.ts'
import { DAY } from '#base/clock.ts'
import { CLIENT_SECRET, openMailStory, type MailStory } from '../support/mail-story.ts'

/** An answer is what the contract says, and no more. */
function fits(name: RouteName, answer: unknown): void {
  assert.deepEqual(routes[name].answer.parse(answer), answer, name)
}

describe('OAuth 2 applications and mail accounts over the API', () => {
  let story: MailStory
  let applicationId: string
  before(async () => (story = await openMailStory()))
  after(async () => await story[Symbol.asyncDispose]())

  it('lists providers with what is prefilled', async () => {
    const providers = await story.ada.call('GET /providers')
    fits('GET /providers', providers)
    assert.equal(providers[0]?.id, 'AzureAD')
    assert.deepEqual(
      providers[0].clouds.map(({ id }) => id),
      ['global', 'usgov-l4', 'usgov-l5', 'china'],
    )
  })

  it('shows of a secret when it was set, never what it is', async () => {
    const { ada } = story
    const made = await story.application({ comments: 'For the scanner.\nTwo lines.' })
    fits('POST /oauth-applications', made)
    applicationId = made.id
    const params = { id: made.id }
    const secretExpiresAt = story.product.clock.now() + 20 * DAY
    const patched = await ada.call('PATCH /oauth-applications/:id', {
      params,
      body: { clientSecret: CLIENT_SECRET, secretExpiresAt, designation: 'Contoso' },
    })
    fits('PATCH /oauth-applications/:id', patched)
    assert.equal(patched.identifier, 'Contoso')
    assert.equal(patched.secretExpiresAt, secretExpiresAt)
    const list = await ada.call('GET /oauth-applications')
    fits('GET /oauth-applications', list)
    for (const answer of [made, patched, list])
      assert.ok(!JSON.stringify(answer).includes(CLIENT_SECRET))
    const no = await ada.refused('PATCH /oauth-applications/:id', {
      params,
      body: { identifier: 'Other' } as never,
    })
    assert.deepEqual(no.fields, [{ field: 'identifier', fault: 'unknown' }])
  })

  it('tries an application, and says who can mend what is wrong, and how', async () => {
    const { ada, entra } = story
    const params = { id: applicationId }
    entra.instead = (path) =>
      path.endsWith('/token')
        ? {
            status: 401,
            body: JSON.stringify({
              error: 'invalid_client',
              error_description:
                'AADSTS7000222: <b>The provided client secret keys are expired.</b>',
              error_codes: [7_000_222],
            }),
          }
        : null
    const expired = await ada.call('POST /oauth-applications/:id/test', { params })
    fits('POST /oauth-applications/:id/test', expired)
    const found = expired.checks.at(-1)
    assert.deepEqual(
      [found?.check, found?.ok, found?.diagnosis?.cause, found?.diagnosis?.who],
      ['client', false, 'secret_expired', 'administrator'],
    )
    assert.match(found?.diagnosis?.command ?? '', /^Add-MgApplicationPassword .*web/)
    assert.ok(!JSON.stringify(expired).includes('<b>'))
    entra.instead = () => null
    await ada.call('PATCH /oauth-applications/:id', {
      params,
      body: { imapHost: 'no.such.invalid' },
    })
    const nowhere = await ada.call('POST /oauth-applications/:id/test', { params })
    assert.deepEqual(
      nowhere.checks.map(({ check, diagnosis }) => [check, diagnosis?.cause]),
      [['addresses', 'dns']],
    )
    await ada.call('PATCH /oauth-applications/:id', { params, body: { imapHost: 'localhost' } })
  })

  it('declares, finds, changes, switches off and deletes an account', async () => {
    const { ada, product } = story
    const anna = await product.person(ada, 'anna')
    const body = {
      applicationId,
      identifier: 'Bureau',
      email: 'shared@example.test',
      shared: true,
      delegateEmail: 'bob@example.test',
      userIds: [anna.userId],
    }
    const made = await ada.call('POST /mail-accounts', { body })
    fits('POST /mail-accounts', made)
    assert.deepEqual(made.users, [{ userId: anna.userId, name: 'anna' }])
    await story.account(applicationId, 'second', 'bob@example.test')
    const search = async (query: { search?: string; state?: 'new' | 'disabled' }) => {
      const rows = await ada.call('GET /mail-accounts', { query })
      fits('GET /mail-accounts', rows)
      return rows.map(({ identifier }) => identifier)
    }
    assert.deepEqual(await search({}), ['Bureau', 'second'])
    assert.deepEqual(await search({ search: 'SHARED@' }), ['Bureau'])
    const params = { id: made.id }
    const changed = await ada.call('PATCH /mail-accounts/:id', {
      params,
      body: { userIds: [], comments: 'x' },
    })
    assert.deepEqual([changed.users, changed.comments], [[], 'x'])
    assert.equal((await ada.call('POST /mail-accounts/:id/disable', { params })).state, 'disabled')
    assert.deepEqual(await search({ state: 'disabled' }), ['Bureau'])
    const off = await ada.refused('POST /mail-accounts/:id/init', {
      params,
      body: { how: 'browser' },
    })
    assert.equal(off.code, 'conflict')
    assert.equal((await ada.call('POST /mail-accounts/:id/enable', { params })).state, 'new')
    const rows = await ada.call('GET /mail-accounts/:id/timeline', { params })
    fits('GET /mail-accounts/:id/timeline', rows)
    assert.deepEqual(
      rows.map(({ action }) => action).filter((action) => action !== 'mail_account.init'),
      ['mail_account.enable', 'mail_account.disable', 'mail_account.update', 'mail_account.create'],
    )
    const deleted = await ada.call('DELETE /mail-accounts/:id', { params })
    fits('DELETE /mail-accounts/:id', deleted)
    assert.deepEqual(deleted, { revocation: 'none', diagnosis: null })
    assert.equal((await ada.refused('GET /mail-accounts/:id', { params })).code, 'not_found')
  })

  it('counts accounts by state for whoever watches', async () => {
    const { body } = await story.product.client().raw('GET', '/metrics')
    assert.match(String(body), /^passerelle_mail_accounts\{state="new"\} 1$/m)
    assert.match(String(body), /^passerelle_mail_accounts\{state="reconsent"\} 0$/m)
  })

  it('forecasts what ends', async () => {
    const rows = await story.ada.call('GET /forecast')
    fits('GET /forecast', rows)
    assert.deepEqual(
      rows.map(({ what, identifier, given }) => [what, identifier, given]),
      [['client_secret', 'Contoso', true]],
    )
  })

  it('says why a mail server refused, in the words of the error doctor', async () => {
    const { ada, dovecot } = story
    const { id } = await story.account(applicationId, 'third', 'alice@example.test')
    await story.initInBrowser(id)
    const params = { id: applicationId }
    await ada.call('PATCH /oauth-applications/:id', { params, body: { imapPort: 1 } })
    const closed = await ada.call('POST /mail-accounts/:id/inbox', { params: { id } })
    fits('POST /mail-accounts/:id/inbox', closed)
    assert.deepEqual([closed.ok, closed.diagnosis?.cause], [false, 'network'])
    await ada.call('PATCH /oauth-applications/:id', { params, body: { imapPort: dovecot.imaps } })
    const nobody = await ada.call('POST /mail-accounts/:id/test-message', {
      params: { id },
      body: { to: 'a@b.c' },
    })
    fits('POST /mail-accounts/:id/test-message', nobody)
    const wrong = await ada.refused('POST /mail-accounts/:id/test-message', {
      params: { id },
      body: { to: 'a@b.c\r\nRCPT TO:<x@y.z>' },
    })
    assert.deepEqual([wrong.code, wrong.fields[0]?.fault], ['invalid', 'email'])
  })
})
