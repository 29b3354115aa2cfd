/** Row A18 where the OAuth 2 application of a provider is opened to other tenants after it was declared. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra, TENANT } from '../support/authority/entra.ts'
import { answerWith, idToken } from '../support/authority/forged.ts'
import { come, entraApplication, signInScene } from '../support/sign-in-scene.ts'

const OTHER_TENANT = '99999999-2222-3333-4444-555555555555'

describe('an application that is opened to any tenant', () => {
  it('A18: is opened only where the provider names its tenants, and else lets nobody in', async () => {
    await using entra = await openEntra()
    await using s = await signInScene(entra, entraApplication(entra), { provisioning: 'create' })
    const [application] = await s.ada.call('GET /oauth-applications')
    const params = { id: application!.id }
    const opened = { params, body: { tenantId: 'organizations', endTokens: true } }
    const { fields } = await s.ada.refused('PATCH /oauth-applications/:id', opened)
    assert.deepEqual(fields, [{ field: 'tenantId', fault: 'concrete' }])
    // Whoever writes it past the form opens nothing either.
    const { oauthApplications } = s.product.ground.store.tables
    await oauthApplications.update(params.id, { tenant_id: 'organizations' })
    const comesFrom = async (tid: string): Promise<string | null> => {
      const iss = `${entra.origin}/${tid}/v2.0`
      const oid = 'aaaaaaaa-0000-0000-0000-00000000000e'
      answerWith(entra, () =>
        idToken(entra, { iss, tid, oid, preferred_username: 'eve@evil.example' }),
      )
      return (await come(s, s.product.client())).said.get('provider')
    }
    assert.equal(await comesFrom(OTHER_TENANT), 'other_organisation')
    const named = { params: { id: s.providerId }, body: { tenants: [TENANT] } }
    await s.ada.call('PATCH /identity-providers/:id', named)
    await s.ada.call('PATCH /oauth-applications/:id', opened)
    assert.equal(await comesFrom(OTHER_TENANT), 'other_organisation')
    assert.equal(await comesFrom(TENANT), null)
  })
})
