/**
 * Row A14 for signing in: state, and an id_token that is not this provider's word about this visit.
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import type { Authority } from '../support/authority/authority.ts'
import { answerWith, idToken, rs256, type Signer } from '../support/authority/forged.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import { signingKey } from '../support/authority/keys.ts'
import { visit } from '../support/authority/visit.ts'
import type { Client } from '../support/client.ts'
import {
  come,
  genericApplication,
  laxCookies,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const OPTIONS = { settings: { second_factor: 'offered' } } as const
const [next, stranger] = [signingKey(), signingKey()]

async function scene(act: (scene: SignInScene, keycloak: Authority) => Promise<void>) {
  await using keycloak = await openKeycloak()
  const typed = { provisioning: 'create' } as const
  await using opened = await signInScene(keycloak, genericApplication(keycloak), typed, OPTIONS)
  await act(opened, keycloak)
}

const stageOf = async (client: Client): Promise<string> => (await client.call('GET /session')).stage

const tokensAsked = ({ seen }: Authority): number =>
  seen.filter(({ path }) => path === '/token').length

describe('A14: an id_token at a sign-in', () => {
  const hs256 =
    ({ key }: Authority): Signer =>
    (signed) => {
      const pem = key.publicKey.export({ type: 'spki', format: 'pem' })
      return createHmac('sha256', pem).update(signed).digest('base64url')
    }
  const soon = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
  const byStranger = rs256(stranger.privateKey)
  const WRONG: Record<string, (it: Authority) => string | null> = {
    'none at all': () => null,
    'no nonce': (it) => idToken(it, { nonce: undefined }),
    'another nonce': (it) => idToken(it, { nonce: 'of-another-visit' }),
    'no iss': (it) => idToken(it, { iss: undefined }),
    'another iss': (it) => idToken(it, { iss: 'https://evil.example' }),
    'iss with a slash more': (it) => idToken(it, { iss: `${it.issuer}/` }),
    'no aud': (it) => idToken(it, { aud: undefined }),
    'another aud': (it) => idToken(it, { aud: 'another-client' }),
    'two aud, and no azp': (it) => idToken(it, { aud: ['web', 'another-client'] }),
    'two aud, and azp of the other': (it) =>
      idToken(it, { aud: ['web', 'another-client'], azp: 'another-client' }),
    'no sub': (it) => idToken(it, { sub: undefined }),
    'a sub that is no text': (it) => idToken(it, { sub: 7 }),
    'no exp': (it) => idToken(it, { exp: undefined }),
    'ended ten minutes ago': (it) => idToken(it, { exp: soon(-600) }),
    'ended just beyond the leeway': (it) => idToken(it, { exp: soon(-63) }),
    'nbf to come': (it) => idToken(it, { nbf: soon(600) }),
    'another kid': (it) => idToken(it, {}, { kid: 'unknown' }),
    'the key of a stranger': (it) => idToken(it, {}, {}, byStranger),
    'no signature': (it) => idToken(it, {}, { alg: 'none' }, () => ''),
    'HS256 with the public key as secret': (it) => idToken(it, {}, { alg: 'HS256' }, hs256(it)),
    'a key of its own in jwk': (it) =>
      idToken(it, {}, { kid: undefined, jwk: stranger.publicJwk }, byStranger),
    'an address of keys in jku': (it) =>
      idToken(it, {}, { kid: stranger.kid, jku: `${it.origin}/other` }, byStranger),
    'an extension that must be understood': (it) => idToken(it, {}, { crit: ['b64'], b64: false }),
    'no JWT at all': () => 'abc',
  }

  it('A14: is taken where it is right, and refused in every other way', async () => {
    await scene(async (s, keycloak) => {
      for (const [name, wrong] of Object.entries(WRONG)) {
        answerWith(keycloak, () => wrong(keycloak))
        const client = s.product.client()
        const went = await come(s, client)
        assert.deepEqual([went.path, went.said.get('provider')], ['/sign-in', 'failed'], name)
        assert.equal(await stageOf(client), 'nobody', name)
        assert.ok(!client.cookies.has('__Host-passerelle'), name)
        assert.match((await s.said()).at(-1) ?? '', /^(identity_unproven|no_subject)$/, name)
      }
      assert.equal((await s.ada.call('GET /users')).total, 1, 'nobody was made')
      answerWith(keycloak, () => idToken(keycloak))
      const client = s.product.client()
      await come(s, client)
      assert.equal(await stageOf(client), 'full')
    })
  })

  it('A14: is checked against the keys of now: rotated in counts, rotated out and two of one name do not', async () => {
    await scene(async (s, keycloak) => {
      const comesBy = async (keys: object[], token: () => string): Promise<string> => {
        answerWith(keycloak, token)
        const answered = keycloak.instead
        keycloak.instead = (path, body) =>
          path === '/jwks' ? { status: 200, body: JSON.stringify({ keys }) } : answered(path, body)
        const client = s.product.client()
        await come(s, client)
        return await stageOf(client)
      }
      const { key } = keycloak
      const byNext = (): string => idToken(keycloak, {}, { kid: next.kid }, rs256(next.privateKey))
      const old = (): string => idToken(keycloak)
      assert.equal(await comesBy([key.publicJwk, next.publicJwk], byNext), 'full')
      assert.equal(await comesBy([next.publicJwk], old), 'nobody')
      const twin = { ...stranger.publicJwk, kid: key.kid }
      assert.equal(await comesBy([twin, key.publicJwk], old), 'nobody')
      assert.equal(await comesBy([], old), 'nobody')
    })
  })

  it('A14: is judged by the clock of the product, ten minutes off or not', async () => {
    await scene(async (s, keycloak) => {
      const at = async (claims: object): Promise<string> => {
        answerWith(keycloak, () => idToken(keycloak, claims))
        const client = s.product.client()
        await come(s, client)
        return await stageOf(client)
      }
      assert.equal(await at({ exp: soon(-50), iat: soon(-600) }), 'full')
      assert.equal(await at({ nbf: soon(50) }), 'full')
      s.product.clock.advance(10 * MINUTE)
      assert.equal(await at({ exp: soon(300) }), 'nobody')
      assert.equal(await at({ exp: soon(3600) }), 'full')
      s.product.clock.advance(-20 * MINUTE)
      assert.equal(await at({ nbf: soon(0) }), 'nobody')
    })
  })
})

describe('A14: the state of a sign-in', () => {
  const until = ({ product }: SignInScene): string => `${product.url}/oauth/sign-in/`
  const begin = async (s: SignInScene, client: Client): Promise<URL> => {
    const { url } = await client.call('POST /sign-in/provider', {
      body: { providerId: s.providerId },
    })
    return await visit(url, until(s))
  }
  const callback = async (client: Client, path: string, cookie = laxCookies(client)) =>
    await client.raw('GET', path, { headers: { Cookie: cookie } })

  it('A14: that is missing, wrong, twice there, or of Init. Token opens nothing', async () => {
    await scene(async (s, keycloak) => {
      const client = s.product.client()
      const back = await begin(s, client)
      const state = back.searchParams.get('state') ?? ''
      const before = tokensAsked(keycloak)
      for (const query of [
        'code=x',
        'code=x&state=',
        `code=x&state=${state.slice(1)}`,
        `code=x&state=${state}x`,
        `code=x&state=${state.toUpperCase()}`,
        `code=x&state=${state}&state=${state}`,
        `code=x&code=y&state=${state}`,
        'code=x&state=__proto__',
      ]) {
        const answer = await callback(client, `${back.pathname}?${query}`)
        assert.equal(
          answer.headers.get('location'),
          `${s.product.url}/sign-in#provider=failed`,
          query,
        )
      }
      const elsewhere = await callback(client, `/oauth/callback${back.search}`)
      assert.match(elsewhere.headers.get('location') ?? '', /\/renew#failed$/)
      assert.equal(tokensAsked(keycloak), before)
      await callback(client, `${back.pathname}${back.search}`)
      assert.equal(await stageOf(client), 'full')
    })
  })

  it('A14: works in the browser that began it and in no other, which uses nothing up', async () => {
    await scene(async (s, keycloak) => {
      const [alice, eve] = [s.product.client(), s.product.client()]
      const back = await begin(s, alice)
      const before = tokensAsked(keycloak)
      const name = laxCookies(alice).split('=')[0] ?? ''
      for (const cookie of [
        '',
        `${name}=${'x'.repeat(43)}`,
        `${laxCookies(alice)}; ${laxCookies(alice)}`,
      ]) {
        const answer = await callback(eve, `${back.pathname}${back.search}`, cookie)
        assert.match(answer.headers.get('location') ?? '', /\/sign-in#provider=failed$/)
        assert.equal(await stageOf(eve), 'nobody')
      }
      assert.equal(tokensAsked(keycloak), before)
      await callback(alice, `${back.pathname}${back.search}`)
      assert.equal(await stageOf(alice), 'full')
    })
  })

  it('A14: is used once, however many come back with it', async () => {
    await scene(async (s, keycloak) => {
      const client = s.product.client()
      const back = await begin(s, client)
      const [cookie, before] = [laxCookies(client), tokensAsked(keycloak)]
      const path = `${back.pathname}${back.search}`
      const answers = await Promise.all([1, 2, 3, 4].map(() => callback(client, path, cookie)))
      await callback(client, path, cookie)
      const led = answers.filter(
        ({ headers }) => !headers.get('location')?.includes('provider=failed'),
      )
      assert.equal(led.length, 1)
      assert.equal(tokensAsked(keycloak), before + 1)
    })
  })

  it('A14: ends after a quarter of an hour, and with a provider that is switched off', async () => {
    await scene(async (s, keycloak) => {
      const client = s.product.client()
      const late = await begin(s, client)
      const before = tokensAsked(keycloak)
      s.product.clock.advance(15 * MINUTE)
      await callback(client, `${late.pathname}${late.search}`)
      s.product.clock.advance(-15 * MINUTE)
      assert.equal(await stageOf(client), 'nobody')
      const back = await begin(s, client)
      const params = { id: s.providerId }
      await s.ada.call('POST /identity-providers/:id/disable', { params })
      await callback(client, `${back.pathname}${back.search}`)
      assert.equal(await stageOf(client), 'nobody')
      assert.equal(tokensAsked(keycloak), before)
      const body = { providerId: s.providerId }
      const off = await client.refused('POST /sign-in/provider', { body })
      assert.equal(off.code, 'not_found')
      assert.deepEqual((await client.call('GET /sign-in')).providers, [])
    })
  })
})
