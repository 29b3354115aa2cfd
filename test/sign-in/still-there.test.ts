/** After the sign-in: whether the person is still there, asked of real providers by what they gave. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import type { IdentityRow } from '#store/schema.ts'
import type { Authority } from '../support/authority/authority.ts'
import { openEntra } from '../support/authority/entra.ts'
import { openGoogle } from '../support/authority/google.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import type { Client } from '../support/client.ts'
import { until } from '../support/mail-story.ts'
import {
  come,
  entraApplication,
  genericApplication,
  googleApplication,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const INTERVAL = 5 * MINUTE
const PROVIDERS = {
  Entra: { open: async () => await openEntra(), application: entraApplication },
  'a strict one': { open: async () => await openKeycloak(), application: genericApplication },
  Google: { open: async () => await openGoogle(), application: googleApplication },
}
const refusedWith = (code: number): { status: number; body: string } => ({
  status: 400,
  body: JSON.stringify({
    error: 'invalid_grant',
    error_description: `AADSTS${code}: told by the tests`,
    error_codes: [code],
  }),
})

async function signedIn(
  scene: SignInScene,
): Promise<{ client: Client; identity: () => Promise<IdentityRow> }> {
  const client = scene.product.client()
  await come(scene, client)
  const { user } = await client.call('GET /session')
  const { identities } = scene.product.ground.store.tables
  return { client, identity: async () => (await identities.ofUser(user?.id ?? ''))! }
}
const settings = { second_factor: 'offered' } as const
const provisioning = { provisioning: 'create' } as const

describe('people of a provider', () => {
  for (const [name, { open, application }] of Object.entries(PROVIDERS))
    it(`${name}: are asked about in each interval, and known to be there`, async () => {
      await using authority: Authority = await open()
      const tenants = name === 'Google' ? { tenants: ['gmail.test'] } : {}
      await using scene = await signInScene(
        authority,
        application(authority as never),
        { ...provisioning, ...tenants },
        { settings },
      )
      const { client, identity } = await signedIn(scene)
      for (let i = 0; i < 3; i++) {
        const { alive_at: before } = await identity()
        scene.product.clock.advance(INTERVAL)
        await until('it was asked', async () => (await identity()).alive_at > before)
      }
      assert.equal((await client.call('GET /session')).stage, 'full')
      const refreshes = authority.seen.filter(
        ({ body }) => body.get('grant_type') === 'refresh_token',
      )
      assert.ok(refreshes.length >= 3)
      const { state, checker } = await identity()
      assert.deepEqual([state, checker], ['alive', null])
    })

  it('who is deleted there is out, and in again by the next sign-in', async () => {
    await using keycloak = await openKeycloak()
    await using scene = await signInScene(keycloak, genericApplication(keycloak), provisioning, {
      settings,
    })
    const { client, identity } = await signedIn(scene)
    const person = keycloak.people.get(keycloak.signsIn)!
    keycloak.people.delete(keycloak.signsIn)
    scene.product.clock.advance(INTERVAL)
    await until('it is known', async () => (await identity()).state === 'frozen')
    assert.equal((await identity()).reason, 'refused')
    assert.equal((await client.send('GET /me', {})).status, 401)
    keycloak.people.set(keycloak.signsIn, person)
    await signedIn(scene)
    assert.equal((await identity()).state, 'alive')
  })

  it('who is disabled at Entra ID is out, and in again when enabled, without a sign-in', async () => {
    await using entra = await openEntra()
    await using scene = await signInScene(entra, entraApplication(entra), provisioning, {
      settings,
    })
    const { client, identity } = await signedIn(scene)
    await client.call('POST /me/app-passwords', {
      body: { name: 'Drive', application: 'network_drive' },
    })
    entra.instead = (_, body) =>
      body.get('grant_type') === 'refresh_token' ? refusedWith(50057) : null
    scene.product.clock.advance(INTERVAL)
    await until('it is known', async () => (await identity()).state === 'frozen')
    assert.equal((await identity()).reason, 'disabled')
    assert.equal((await client.send('GET /me', {})).status, 401)
    const [shown] = (await scene.ada.call('GET /users', { query: { state: 'frozen' } })).rows
    assert.equal(shown?.name, 'alice@example.test')
    const seen = await scene.ada.call('GET /users/:id/identity', {
      params: { id: shown?.id ?? '' },
    })
    assert.deepEqual([seen?.state, seen?.reason], ['frozen', 'disabled'])
    entra.instead = () => null
    scene.product.clock.advance(INTERVAL)
    await until('it is known', async () => (await identity()).state === 'alive')
    assert.deepEqual(await scene.said('identity.freeze'), ['ok'])
    assert.deepEqual(await scene.said('identity.thaw'), ['ok'])
  })
})
