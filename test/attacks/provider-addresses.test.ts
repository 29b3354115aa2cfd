/**
 * Row A21 for signing in: a provider whose own document names addresses that are none of its business.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Authority } from '../support/authority/authority.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import {
  come,
  genericApplication,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const METADATA = '169.254.169.254'

/** The document of the provider, with something else in it. */
async function saying(said: object, act: (s: SignInScene, keycloak: Authority) => Promise<void>) {
  await using keycloak = await openKeycloak()
  const { origin } = keycloak
  const real = {
    issuer: keycloak.issuer,
    authorization_endpoint: `${origin}/auth`,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/jwks`,
    end_session_endpoint: `${origin}/session/end`,
    authorization_response_iss_parameter_supported: true,
  }
  keycloak.instead = (path) =>
    path.includes('.well-known')
      ? { status: 200, body: JSON.stringify({ ...real, ...said }) }
      : null
  const typed = { provisioning: 'create', signOutThere: true } as const
  const options = { settings: { second_factor: 'offered' } } as const
  await using s = await signInScene(keycloak, genericApplication(keycloak), typed, options)
  await act(s, keycloak)
}

describe('A21: what a provider says of itself', () => {
  for (const [name, at] of [
    ['of keys', 'jwks_uri'],
    ['of tokens', 'token_endpoint'],
  ] as const)
    it(`A21: an address ${name} in a closed network is not asked`, async () => {
      for (const address of [
        `https://${METADATA}/x`,
        'https://[::ffff:169.254.169.254]/x',
        'http://localhost/x',
      ])
        await saying({ [at]: address }, async (s, keycloak) => {
          const client = s.product.client()
          const went = await come(s, client)
          assert.match(went.said.get('provider') ?? '', /^(away|failed)$/)
          assert.equal((await client.call('GET /session')).stage, 'nobody')
          assert.ok(!JSON.stringify((await s.ada.call('GET /audit')).rows).includes(METADATA))
          // The code was shown to nobody else, and no secret went there.
          const asked = keycloak.seen.filter(({ path }) => path === '/token').length
          assert.equal(asked, at === 'jwks_uri' ? 1 : 0)
        })
    })

  it('A21: where people sign out there is a page of https, or none', async () => {
    for (const address of [
      'javascript:alert(1)',
      'http://evil.example/',
      'file:///etc/passwd',
      'x',
    ])
      await saying({ end_session_endpoint: address }, async (s) => {
        const client = s.product.client()
        await come(s, client)
        assert.deepEqual(await client.call('DELETE /session'), { url: null }, address)
      })
  })

  it('A21: where people sign in there is a page of https, or nobody is sent', async () => {
    for (const address of [
      'javascript:alert(1)//',
      'http://evil.example/',
      'data:text/html,x',
      'x',
    ])
      await saying({ authorization_endpoint: address }, async (s) => {
        const body = { providerId: s.providerId }
        const answer = await s.product.client().send('POST /sign-in/provider', { body })
        assert.ok([409, 503].includes(answer.status), `${address}: ${answer.status}`)
      })
  })

  it('A21: a document of another issuer is none', async () => {
    await saying({ issuer: 'https://evil.example' }, async (s) => {
      const body = { providerId: s.providerId }
      const { status } = await s.product.client().send('POST /sign-in/provider', { body })
      assert.equal(status, 503)
    })
  })
})
