import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra, type Entra } from '../support/authority/entra.ts'
import type { Client } from '../support/client.ts'
import { startProduct } from '../support/product.ts'
import { entraApplication, SECRET } from '../support/sign-in-scene.ts'

async function administered(
  act: (ada: Client, applicationId: string, entra: Entra) => Promise<void>,
) {
  await using entra = await openEntra()
  await using product = await startProduct({ env: { ALLOW_PRIVATE_NETWORKS: '127.0.0.0/8, ::1' } })
  const ada = await product.administrator()
  const body = { identifier: 'Contoso', ...entraApplication(entra) }
  const { id } = await ada.call('POST /oauth-applications', { body })
  await act(ada, id, entra)
}

const DIRECTORY = {
  kind: 'ldap' as const,
  name: 'Head office',
  urls: ['ldaps://localhost'],
  bindDn: 'cn=reader,dc=example,dc=test',
  baseDn: 'dc=example,dc=test',
  password: 'the password of the reader',
}

describe('administration of identity providers', () => {
  it('declares one, shows what to register, and lets nobody in before it is switched on', async () => {
    await administered(async (ada, applicationId) => {
      const made = await ada.call('POST /identity-providers', {
        body: { kind: 'oidc', name: 'Microsoft', applicationId, domains: [' Example.test '] },
      })
      assert.deepEqual([made.enabled, made.button, made.position], [false, 'entra', 1])
      assert.equal(made.addresses?.redirectUrl, `${ada.url}/oauth/sign-in/${made.id}`)
      assert.deepEqual(made.oidc?.provisioning, 'invited')
      assert.deepEqual(made.oidc?.domains, ['example.test'])
      assert.deepEqual((await ada.call('GET /sign-in')).providers, [])
      const params = { id: made.id }
      await ada.call('POST /identity-providers/:id/enable', { params })
      assert.equal((await ada.call('GET /sign-in')).providers.length, 1)
      const changed = await ada.call('PATCH /identity-providers/:id', {
        params,
        body: { trustedAmr: ['mfa'], intervalS: 120 },
      })
      assert.deepEqual(changed.oidc?.secondFactorClaims, { amr: ['mfa'], acr: [] })
      assert.deepEqual([changed.oidc?.intervalS, changed.oidc?.domains], [120, ['example.test']])
    })
  })

  it('says which field does not fit', async () => {
    await administered(async (ada, applicationId) => {
      const refused = async (body: object): Promise<unknown> => {
        const wanted = { kind: 'oidc' as const, name: 'X', applicationId, ...body }
        const { fields } = await ada.refused('POST /identity-providers', { body: wanted })
        return [fields[0]?.field, fields[0]?.fault]
      }
      assert.deepEqual(await refused({ name: ' ' }), ['name', 'empty'])
      assert.deepEqual(await refused({ applicationId: 'x' }), ['applicationId', 'empty'])
      assert.deepEqual(await refused({ intervalS: 1 }), ['intervalS', 'too_small'])
      assert.deepEqual(await refused({ domains: ['a b'] }), ['domains', 'form'])
      assert.deepEqual(await refused({ urls: ['ldaps://x'] }), ['urls', 'unsupported'])
      assert.deepEqual(await refused({ password: 'x' }), ['password', 'unsupported'])
      assert.deepEqual(await refused({ trustedAmr: ['x'.repeat(1025)] }), [
        'trustedAmr.0',
        'too_big',
      ])
      await ada.call('POST /identity-providers', {
        body: { kind: 'oidc', name: 'One', applicationId },
      })
      assert.deepEqual(await refused({ name: 'ONE' }), ['name', 'taken'])
      assert.deepEqual(await refused({ name: 'Two' }), ['applicationId', 'in_use'])
      const fastmail = await ada.call('POST /oauth-applications', {
        body: { identifier: 'f', provider: 'Fastmail', clientId: 'c', clientSecret: SECRET },
      })
      assert.deepEqual(await refused({ name: 'F', applicationId: fastmail.id }), [
        'applicationId',
        'unsupported',
      ])
      const google = await ada.call('POST /oauth-applications', {
        body: { identifier: 'g', provider: 'Google', clientId: 'c', clientSecret: SECRET },
      })
      const anybody = { name: 'G', applicationId: google.id, provisioning: 'create' }
      assert.deepEqual(await refused(anybody), ['tenants', 'empty'])
    })
  })

  it('keeps the application while people sign in by it, and shows no secret', async () => {
    await administered(async (ada, applicationId) => {
      const params = { id: applicationId }
      const body = { kind: 'oidc', name: 'Microsoft', applicationId } as const
      const { id } = await ada.call('POST /identity-providers', { body })
      const refused = await ada.refused('DELETE /oauth-applications/:id', { params })
      assert.deepEqual(refused.fields, [
        { field: 'identityProviders', fault: 'in_use', suggestion: 'Microsoft' },
      ])
      const directory = await ada.call('POST /identity-providers', { body: DIRECTORY })
      assert.ok(directory.secretSetAt)
      const shown = JSON.stringify(await ada.call('GET /identity-providers'))
      assert.ok(!shown.includes(DIRECTORY.password))
      const audit = JSON.stringify(await ada.call('GET /audit'))
      assert.ok(!audit.includes(DIRECTORY.password) && audit.includes('identity_provider.create'))
      const made = await ada.call('POST /identity-providers/:id/scim-token', { params: { id } })
      assert.match(made.token, /^[\w-]{43}$/)
      const all = await ada.call('GET /identity-providers')
      assert.ok(!JSON.stringify(all).includes(made.token))
      assert.deepEqual(
        all.map(({ name, scim }) => [name, scim.tokenSetAt]),
        [
          ['Microsoft', made.tokenSetAt],
          ['Head office', null],
        ],
      )
      await ada.call('DELETE /identity-providers/:id/scim-token', { params: { id } })
      await ada.call('DELETE /identity-providers/:id', { params: { id } })
      await ada.call('DELETE /oauth-applications/:id', { params })
    })
  })

  it('moves them on the sign-in page', async () => {
    await administered(async (ada) => {
      const ids: string[] = []
      for (const name of ['a', 'b', 'c'])
        ids.push((await ada.call('POST /identity-providers', { body: { ...DIRECTORY, name } })).id)
      const moved = async (which: number, position: number): Promise<string> => {
        const all = await ada.call('POST /identity-providers/:id/position', {
          params: { id: ids[which]! },
          body: { position },
        })
        return all.map(({ name, position: at }) => `${name}${at}`).join(' ')
      }
      assert.equal(await moved(2, 1), 'c1 a2 b3')
      assert.equal(await moved(2, 99), 'a1 b2 c3')
      assert.equal(await moved(0, 2), 'b1 a2 c3')
    })
  })

  it('tries the provider, and says what is wrong with it', async () => {
    await administered(async (ada, applicationId, entra) => {
      const body = { kind: 'oidc', name: 'Microsoft', applicationId } as const
      const { id, addresses } = await ada.call('POST /identity-providers', { body })
      const tried = async (): Promise<(string | boolean | undefined)[][]> => {
        const answer = await ada.call('POST /identity-providers/:id/test', {
          params: { id },
          body: {},
        })
        return answer.checks.map(({ check, ok, diagnosis }) => [check, ok, diagnosis?.cause])
      }
      assert.deepEqual((await tried()).at(-1)?.slice(0, 2), ['client', false])
      const redirectUrl = addresses?.redirectUrl ?? ''
      entra.register({ clientId: 'web', secret: SECRET, redirectUrl })
      assert.deepEqual((await tried()).at(-1)?.slice(0, 2), ['client', true])
    })
  })
})
