import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra, TENANT } from '../support/authority/entra.ts'
import { visit } from '../support/authority/visit.ts'
import { startProduct } from '../support/product.ts'

describe('a person connects their own mailbox over the API', () => {
  it('by a visit to the provider in the browser that asked', async () => {
    await using entra = await openEntra()
    await using product = await startProduct({
      env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' },
    })
    const ada = await product.administrator()
    const alice = await product.person(ada, 'alice')
    const secret = 'client-secret-of-the-web'
    const application = await ada.call('POST /oauth-applications', {
      body: {
        identifier: 'Contoso',
        provider: 'AzureAD',
        tenantId: TENANT,
        clientId: 'web',
        clientSecret: secret,
        rootUrl: entra.origin,
      },
    })
    entra.register({ clientId: 'web', secret, redirectUrl: application.redirectUrl })
    const { id } = await ada.call('POST /mail-accounts', {
      body: {
        applicationId: application.id,
        identifier: 'alice',
        email: 'alice@example.test',
        userIds: [alice.userId],
      },
    })
    const params = { id }
    const [before] = await alice.call('GET /me/mailboxes')
    assert.deepEqual([before?.state, before?.mayInit], ['new', true])

    const begun = await alice.call('POST /me/mailboxes/:id/init', { params })
    const back = await visit(begun.url, `${product.url}/oauth/callback`)
    const callback = `${back.pathname}${back.search}`
    const stranger = await product.client().raw('GET', callback)
    assert.match(stranger.headers.get('location') ?? '', /\/renew#failed$/)
    const answered = await alice.raw('GET', callback)
    assert.equal(
      answered.headers.get('location'),
      `${product.url}/profile?mailbox=${id}&init=${begun.initId}`,
    )
    const state = await alice.call('GET /me/mailboxes/:id/init/:initId', {
      params: { ...params, initId: begun.initId },
    })
    assert.deepEqual([state.outcome, state.signedInAs], ['done', 'alice@example.test'])
    const [after] = await alice.call('GET /me/mailboxes')
    assert.deepEqual([after?.state, after?.diagnosis], ['active', null])

    await ada.call('POST /mail-accounts/:id/disable', { params })
    const off = await alice.refused('POST /me/mailboxes/:id/init', { params })
    assert.equal(off.code, 'conflict')
    assert.equal((await alice.call('GET /me/mailboxes'))[0]?.mayInit, false)
  })
})
