import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra } from '../support/authority/entra.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import {
  come,
  entraApplication,
  genericApplication,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'
import { STORE_KINDS } from '../support/stores.ts'

const CREATE = { provisioning: 'create' } as const
const OPTIONS = { settings: { second_factor: 'offered' } } as const

async function scene(
  act: (scene: SignInScene) => Promise<void>,
  on: 'sqlite' | 'postgres' = 'sqlite',
) {
  await using keycloak = await openKeycloak()
  const options = { ...OPTIONS, on }
  await using opened = await signInScene(keycloak, genericApplication(keycloak), CREATE, options)
  await act(opened)
}

describe('how a person stands with their provider', () => {
  for (const kind of STORE_KINDS)
    it(`${kind}: frozen thaws with the next sign-in; what SCIM says is gone does not`, async () => {
      await scene(async (s) => {
        const client = s.product.client()
        await come(s, client)
        const { user } = await client.call('GET /session')
        const { tables } = s.product.ground.store
        const identity = (await tables.identities.ofUser(user?.id ?? ''))!
        await tables.identities.update(identity.id, { state: 'frozen', reason: 'refused' })
        await come(s, client)
        assert.equal((await client.call('GET /session')).stage, 'full')
        assert.equal((await tables.identities.find(identity.id))?.state, 'alive')
        assert.deepEqual(await s.said('identity.thaw'), ['ok'])

        const params = { id: s.providerId }
        await s.ada.call('POST /identity-providers/:id/scim-token', { params })
        await tables.identities.update(identity.id, { scim_deleted_at: s.product.clock.now() })
        const stranger = s.product.client()
        const went = await come(s, stranger)
        assert.equal(went.said.get('provider'), 'account_disabled')
        assert.equal((await stranger.call('GET /session')).stage, 'nobody')
        assert.equal((await s.said()).at(-1), 'identity_frozen')
      }, kind)
    })

  it('disabled here stays out, whatever the provider says', async () => {
    await scene(async (s) => {
      const client = s.product.client()
      await come(s, client)
      const { user } = await client.call('GET /session')
      await s.ada.call('POST /users/:id/disable', { params: { id: user?.id ?? '' } })
      assert.equal((await come(s, client)).said.get('provider'), 'disabled')
      assert.equal((await s.said()).at(-1), 'disabled')
    })
  })

  it('a word of the browser that the account is closed keeps out, and freezes nobody', async () => {
    await using entra = await openEntra()
    await using s = await signInScene(entra, entraApplication(entra), CREATE, OPTIONS)
    const client = s.product.client()
    await come(s, client)
    const { user } = await client.call('GET /session')
    const other = s.product.client()
    const went = await come(s, other, {
      change: ({ searchParams }) => {
        searchParams.delete('code')
        searchParams.set('error', 'access_denied')
        searchParams.set('error_description', 'AADSTS50057: The user account is disabled.')
      },
    })
    assert.equal(went.said.get('provider'), 'account_disabled')
    assert.equal((await s.said()).at(-1), 'user_disabled AADSTS50057')
    const { tables } = s.product.ground.store
    assert.equal((await tables.identities.ofUser(user?.id ?? ''))?.state, 'alive')
    assert.equal((await client.call('GET /session')).stage, 'full')

    // The token endpoint, too, says it of the attempt: nobody knows yet who it was.
    entra.instead = (path) =>
      path.endsWith('/token')
        ? {
            status: 400,
            body: JSON.stringify({
              error: 'invalid_grant',
              error_description: 'AADSTS50057: disabled',
              error_codes: [50057],
            }),
          }
        : null
    assert.equal((await come(s, other)).said.get('provider'), 'account_disabled')
    assert.equal((await tables.identities.ofUser(user?.id ?? ''))?.state, 'alive')
  })

  it('a provider that is away is told apart from one that says no', async () => {
    await using keycloak = await openKeycloak()
    await using s = await signInScene(keycloak, genericApplication(keycloak), CREATE, OPTIONS)
    keycloak.instead = (path) => (path === '/token' ? { status: 503, body: 'no' } : null)
    assert.equal((await come(s, s.product.client())).said.get('provider'), 'away')
    assert.equal((await s.said()).at(-1), 'provider_down 503')
    keycloak.instead = () => null
    keycloak.signsIn = ''
    assert.equal((await come(s, s.product.client())).said.get('provider'), 'declined')
  })
})

describe('visits that nobody ends', () => {
  it('are bounded for a place; those of people who come in do not count', async () => {
    await scene(async (s) => {
      const { db } = s.product.ground.store
      const counted = async (): Promise<number> => {
        const rows = await db
          .selectFrom('throttle')
          .selectAll()
          .where('key', 'like', 'visit-address:%')
          .execute()
        return rows.reduce((sum, row) => sum + row.tries, 0)
      }
      await come(s, s.product.client())
      assert.equal(await counted(), 0)
      const client = s.product.client()
      const begin = async () =>
        await client.send('POST /sign-in/provider', { body: { providerId: s.providerId } })
      assert.equal((await begin()).status, 200)
      assert.equal(await counted(), 1)
      await db.updateTable('throttle').set({ tries: 1000 }).execute()
      assert.equal((await begin()).status, 429)
      assert.deepEqual((await s.said()).slice(-1), ['locked'])
    })
  })
})

describe('what a provider of identities is asked on the sign-in page', () => {
  it('a name leads to its provider by its domain alone, whether somebody has it or not', async () => {
    await using keycloak = await openKeycloak()
    const typed = { ...CREATE, domains: ['Example.Test', 'contoso.test'] }
    await using s = await signInScene(keycloak, genericApplication(keycloak), typed, OPTIONS)
    const client = s.product.client()
    const asked = async (name: string) =>
      await client.call('POST /sign-in/name', { body: { name } })
    const provider = { id: s.providerId, name: 'Contoso', kind: 'oidc' }
    assert.equal((await client.call('GET /sign-in')).domains, true)
    for (const name of ['erin@example.test', 'NOBODY@EXAMPLE.TEST', 'ｘ@contoso.test'])
      assert.deepEqual(await asked(name), { password: false, provider }, name)
    for (const name of ['ada', 'ada@example.org', '@', 'a@sub.example.test', 'a@example.test@x'])
      assert.deepEqual(await asked(name), { password: true, provider: null }, name)
  })
})
