import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openEntra } from '../support/authority/entra.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import {
  come,
  entraApplication,
  genericApplication,
  goThere,
  signInScene,
} from '../support/sign-in-scene.ts'

const TRUSTED = {
  provisioning: 'create' as const,
  trustedAmr: ['mfa'],
  trustedAcr: ['gold'],
}

describe('a second factor at the provider', () => {
  it('counts only by what the administrator trusts', async () => {
    await using keycloak = await openKeycloak()
    await using scene = await signInScene(keycloak, genericApplication(keycloak), TRUSTED)
    const stageAfter = async (signedIn: (typeof keycloak)['signedIn']): Promise<string> => {
      keycloak.signedIn = signedIn
      const client = scene.product.client()
      await come(scene, client)
      return (await client.call('GET /session')).stage
    }
    assert.equal(await stageAfter({}), 'set_up')
    assert.equal(await stageAfter({ amr: ['pwd'], acr: 'silver' }), 'set_up')
    assert.equal(await stageAfter({ amr: ['pwd', 'mfa'] }), 'full')
    assert.equal(await stageAfter({ acr: 'gold' }), 'full')
  })

  it('Entra: counts by an authentication context, which is asked for', async () => {
    await using entra = await openEntra()
    const typed = { provisioning: 'create' as const, trustedAcr: ['c1'], trustedAmr: ['mfa'] }
    await using scene = await signInScene(entra, entraApplication(entra), typed)
    const stageWith = async (claims: object): Promise<string> => {
      const alice = entra.people.get('alice@example.test')!
      entra.people.set('alice@example.test', { ...alice, ...claims })
      const client = scene.product.client()
      await come(scene, client)
      return (await client.call('GET /session')).stage
    }
    assert.equal(await stageWith({ acrs: ['c2'] }), 'set_up')
    assert.equal(await stageWith({ acrs: 'c1 c2' }), 'set_up')
    assert.equal(await stageWith({ acrs: ['p1', 'c1'] }), 'full')
    const asked = entra.seen.find(({ path }) => path.endsWith('/authorize'))?.query.get('claims')
    assert.equal(asked, '{"id_token":{"acrs":{"essential":true,"value":"c1"}}}')
  })

  it('counts not at all where nothing is trusted, whatever the provider says', async () => {
    await using keycloak = await openKeycloak()
    keycloak.signedIn = { amr: ['mfa', 'otp'], acr: 'gold' }
    const typed = { provisioning: 'create' } as const
    await using scene = await signInScene(keycloak, genericApplication(keycloak), typed)
    const client = scene.product.client()
    await come(scene, client)
    assert.equal((await client.call('GET /session')).stage, 'set_up')
    await client.setUpTotp()
    assert.equal((await client.call('GET /session')).stage, 'full')
    const again = scene.product.client()
    await come(scene, again)
    const { stage, methods } = await again.call('GET /session')
    assert.deepEqual([stage, methods], ['second_factor', ['totp']])
  })
})

describe('confirming at the provider', () => {
  it('asks the person anew, and makes sensitive actions possible for a while', async () => {
    await using keycloak = await openKeycloak()
    keycloak.signedIn = { amr: ['mfa'] }
    await using scene = await signInScene(keycloak, genericApplication(keycloak), TRUSTED)
    const client = scene.product.client()
    await come(scene, client)
    scene.product.clock.advance(11 * 60_000)
    const create = { name: 'Outlook', application: 'outlook' } as const
    const before = await client.refused('POST /me/app-passwords', { body: create })
    assert.equal(before.code, 'step_up_required')
    // The provider's clock moves with the product's.
    const now = (): number => Math.floor(scene.product.clock.now() / 1000)

    const { url } = await client.call('POST /session/confirm/provider', {
      body: { next: '/profile?create=1' },
    })
    const asked = new URL(url).searchParams
    assert.deepEqual([asked.get('prompt'), asked.get('max_age')], ['login', '0'])
    keycloak.signedIn = { amr: ['mfa'], ts: now() }
    const went = await goThere(scene.product, client, url)
    assert.deepEqual([went.path, went.said.get('provider')], ['/profile?create=1', 'confirmed'])
    await client.call('POST /me/app-passwords', { body: create })
  })

  it('is refused where the provider did not ask anew, or somebody else came', async () => {
    await using keycloak = await openKeycloak()
    keycloak.signedIn = { amr: ['mfa'] }
    await using scene = await signInScene(keycloak, genericApplication(keycloak), TRUSTED)
    const client = scene.product.client()
    await come(scene, client)
    const confirm = async (): Promise<string | null> => {
      const { url } = await client.call('POST /session/confirm/provider', { body: {} })
      return (await goThere(scene.product, client, url)).said.get('provider')
    }
    keycloak.ignoresHint = true
    keycloak.signedIn = { amr: ['mfa'], ts: Math.floor(Date.now() / 1000) - 3600 }
    assert.equal(await confirm(), 'not_fresh')
    keycloak.signedIn = { amr: ['mfa'] }
    keycloak.signsIn = 'frank@example.test'
    assert.equal(await confirm(), 'other_person')
    keycloak.signsIn = 'erin@example.test'
    assert.equal(await confirm(), 'confirmed')
    const said = await scene.said('session.step_up')
    assert.deepEqual(said, ['not_fresh', 'wrong_person', 'ok'])
  })

  it('asks for the own second factor after it, where the provider is not trusted with one', async () => {
    await using keycloak = await openKeycloak()
    const typed = { provisioning: 'create' } as const
    await using scene = await signInScene(keycloak, genericApplication(keycloak), typed)
    const client = scene.product.client()
    await come(scene, client)
    await client.setUpTotp()
    const { url } = await client.call('POST /session/confirm/provider', { body: {} })
    await goThere(scene.product, client, url)
    assert.equal((await client.call('GET /session')).stage, 'second_factor')
    const body = { kind: 'totp', code: client.code(1) } as const
    const { stage, recentUntil } = await client.call('POST /session/second-factor', { body })
    assert.equal(stage, 'full')
    assert.ok(recentUntil)
  })

  it('a sign-in that the provider made from an old session is not recent', async () => {
    await using keycloak = await openKeycloak()
    keycloak.signedIn = { amr: ['mfa'], ts: Math.floor(Date.now() / 1000) - 3600 }
    await using scene = await signInScene(keycloak, genericApplication(keycloak), TRUSTED, {
      metadata: () => ({ require_auth_time: true }),
    })
    const client = scene.product.client()
    await come(scene, client)
    const { stage, recentUntil } = await client.call('GET /session')
    assert.deepEqual([stage, recentUntil], ['full', null])
  })
})
