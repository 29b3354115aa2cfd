/**
 * Rows A15, A16 and A17 for signing in: mix-up of providers, PKCE and codes, and return addresses.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import type { Authority } from '../support/authority/authority.ts'
import { openKeycloak } from '../support/authority/keycloak.ts'
import { visit } from '../support/authority/visit.ts'
import type { Client } from '../support/client.ts'
import {
  addProvider,
  come,
  genericApplication,
  laxCookies,
  signInScene,
  type SignInScene,
} from '../support/sign-in-scene.ts'

const CREATE = { provisioning: 'create' } as const
const OPTIONS = { settings: { second_factor: 'offered' } } as const

async function scene(act: (scene: SignInScene, keycloak: Authority) => Promise<void>) {
  await using keycloak = await openKeycloak()
  await using opened = await signInScene(keycloak, genericApplication(keycloak), CREATE, OPTIONS)
  await act(opened, keycloak)
}
const stageOf = async (client: Client): Promise<string> => (await client.call('GET /session')).stage
const tokensAsked = ({ seen }: Authority): number =>
  seen.filter(({ path }) => path === '/token').length

describe('A15: mix-up of providers', () => {
  it('A15: a code of one that comes back at the address of the other is shown to neither', async () => {
    await using evil = await openKeycloak()
    await scene(async (s, honest) => {
      const other = await addProvider(s.ada, evil, 'Evil', genericApplication(evil), CREATE)
      const client = s.product.client()
      const { url } = await client.call('POST /sign-in/provider', {
        body: { providerId: s.providerId },
      })
      const back = await visit(url, `${s.product.url}/oauth/sign-in/`)
      assert.ok(back.pathname.endsWith(s.providerId), 'each provider has a redirect URL of its own')
      const answer = await client.raw('GET', `/oauth/sign-in/${other}${back.search}`, {
        headers: { Cookie: laxCookies(client) },
      })
      assert.match(answer.headers.get('location') ?? '', /\/sign-in#provider=failed$/)
      assert.deepEqual([tokensAsked(honest), tokensAsked(evil)], [0, 0])
      assert.equal(await stageOf(client), 'nobody')
      assert.deepEqual((await s.said()).at(-1), 'other_provider')
    })
  })

  it('A15: another iss, two, or none where one is promised, is refused before the code is shown', async () => {
    await scene(async (s, keycloak) => {
      for (const iss of [['https://evil.example'], [''], [], [keycloak.issuer, keycloak.issuer]]) {
        const client = s.product.client()
        const went = await come(s, client, {
          change: ({ searchParams }) => {
            searchParams.delete('iss')
            for (const one of iss) searchParams.append('iss', one)
          },
        })
        assert.equal(went.said.get('provider'), 'failed', iss.join())
        assert.equal(await stageOf(client), 'nobody')
      }
      assert.equal(tokensAsked(keycloak), 0)
      assert.ok((await s.said()).filter((one) => one === 'other_issuer').length >= 3)
    })
  })
})

describe('A16: PKCE and codes at a sign-in', () => {
  it('A16: S256, with a verifier of its own each time, which is in no address and no log', async () => {
    await scene(async (s, keycloak) => {
      for (let i = 0; i < 2; i++) await come(s, s.product.client())
      const asked = keycloak.seen.filter(({ path }) => path === '/auth').map(({ query }) => query)
      const sent = keycloak.seen.filter(({ path }) => path === '/token').map(({ body }) => body)
      const challenges = asked.map((query) => query.get('code_challenge'))
      assert.equal(new Set(challenges).size, 2)
      for (const [i, query] of asked.entries()) {
        assert.equal(query.get('code_challenge_method'), 'S256')
        const verifier = sent[i]?.get('code_verifier') ?? ''
        assert.match(verifier, /^[\w-]{43}$/)
        const challenge = createHash('sha256').update(verifier).digest('base64url')
        assert.equal(query.get('code_challenge'), challenge)
        assert.ok(!s.product.log.join('').includes(verifier))
        assert.ok(!s.product.log.join('').includes(sent[i]?.get('code') ?? ''))
      }
    })
  })

  it('A16: a code of another visit is of no use, nor one whose challenge was taken away', async () => {
    await scene(async (s) => {
      const mallory = s.product.client()
      const { url } = await mallory.call('POST /sign-in/provider', {
        body: { providerId: s.providerId },
      })
      const stolen = await visit(url, `${s.product.url}/oauth/sign-in/`)
      const client = s.product.client()
      const went = await come(s, client, {
        change: ({ searchParams }) =>
          searchParams.set('code', stolen.searchParams.get('code') ?? ''),
      })
      assert.equal(went.said.get('provider'), 'failed')
      assert.equal(await stageOf(client), 'nobody')
      assert.equal((await s.said()).at(-1), 'code_spent invalid_grant')

      const begun = await client.call('POST /sign-in/provider', {
        body: { providerId: s.providerId },
      })
      const stripped = new URL(begun.url)
      for (const name of ['code_challenge', 'code_challenge_method'])
        stripped.searchParams.delete(name)
      const back = await visit(stripped.href, `${s.product.url}/oauth/sign-in/`)
      await client.raw('GET', `${back.pathname}${back.search}`, {
        headers: { Cookie: laxCookies(client) },
      })
      assert.equal(await stageOf(client), 'nobody')
    })
  })

  it('A16: the way back keeps the code from caches, referrers, frames and its own answer', async () => {
    await scene(async (s) => {
      const client = s.product.client()
      const went = await come(s, client)
      assert.equal(went.headers.get('referrer-policy'), 'no-referrer')
      assert.equal(went.headers.get('cache-control'), 'no-store')
      assert.match(went.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
      const code = went.back.searchParams.get('code') ?? ''
      assert.ok(!`${[...went.headers].join()}${went.location}`.includes(code))
      assert.ok(!laxCookies(client).includes('-sign-in-'), 'the cookie of the visit is taken away')
      for (const line of went.headers.getSetCookie())
        assert.match(line, /^__Host-[^;]+; Path=\/; Secure; HttpOnly; SameSite=(Lax|Strict)/)
      for (const method of ['POST', 'PUT', 'HEAD'])
        assert.equal((await client.raw(method, went.back.pathname)).status, 404, method)
    })
  })

  it('A16: the page of another site cannot begin a visit in the browser of a person', async () => {
    await scene(async (s) => {
      const answer = await s.product.client().raw('POST', '/api/v1/sign-in/provider', {
        headers: { Origin: 'https://evil.example', 'Content-Type': 'application/json' },
        body: JSON.stringify({ providerId: s.providerId }),
      })
      assert.equal(answer.status, 403)
      assert.equal(answer.headers.get('set-cookie'), null)
    })
  })
})

describe('A17: where a sign-in leads', () => {
  const ELSEWHERE = [
    'https://ok.example.evil.tld',
    'https://evil.example/profile',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/%09/evil.example/..//evil.example',
    '/\t/evil.example',
    'https:evil.example',
    'https://localhost@evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'profile',
    '',
    '/x\r\nSet-Cookie: a=b',
    '/ex\u0430mple',
    '/a b',
  ]

  it('A17: is a page of this server, whatever `next` says', async () => {
    await scene(async (s) => {
      for (const next of ELSEWHERE) {
        const client = s.product.client()
        const went = await come(s, client, { body: { next } })
        const to = new URL(went.location)
        assert.equal(to.origin, s.product.url, next)
        assert.ok(!to.pathname.startsWith('//'), `${next} → ${went.location}`)
      }
      for (const next of ['/profile', '/profile?tab=1', '/administration/users?x=%2F%2Fevil']) {
        const went = await come(s, s.product.client(), { body: { next } })
        assert.equal(went.path, next)
      }
      const went = await come(s, s.product.client(), {
        body: { next: '/profile#provider=confirmed' },
      })
      assert.equal(went.location, `${s.product.url}/profile`)
    })
  })

  it('A17: is not decided by Host, forwarded hosts, or what the provider adds', async () => {
    await scene(async (s) => {
      const client = s.product.client()
      const { url } = await client.call('POST /sign-in/provider', {
        body: { providerId: s.providerId },
      })
      const asked = new URL(url).searchParams
      assert.equal(asked.get('redirect_uri'), `${s.product.url}/oauth/sign-in/${s.providerId}`)
      const back = await visit(url, `${s.product.url}/oauth/sign-in/`)
      for (const name of ['next', 'return_to', 'redirect_uri', 'error_uri'])
        back.searchParams.append(name, 'https://evil.example')
      const answer = await client.raw('GET', `${back.pathname}${back.search}`, {
        headers: { Cookie: laxCookies(client), 'X-Forwarded-Host': 'evil.example' },
      })
      assert.equal(answer.headers.get('location'), `${s.product.url}/`)
    })
  })

  it('A17: after signing out is the sign-in page, by way of the provider that was declared', async () => {
    await using keycloak = await openKeycloak()
    const typed = { ...CREATE, signOutThere: true }
    await using s = await signInScene(keycloak, genericApplication(keycloak), typed, OPTIONS)
    const client = s.product.client()
    await come(s, client, { body: { next: 'https://evil.example' } })
    const answer = await client.raw('DELETE', '/api/v1/session?post_logout_redirect_uri=x', {
      headers: { 'X-Forwarded-Host': 'evil.example' },
    })
    const there = new URL((answer.body as { url: string }).url)
    assert.equal(there.origin, keycloak.origin)
    assert.equal(there.searchParams.get('post_logout_redirect_uri'), `${s.product.url}/sign-in`)
  })

  it('A09: what a provider writes into an error reaches no page, no log and no audit', async () => {
    await scene(async (s, keycloak) => {
      keycloak.signsIn = ''
      keycloak.ignoresHint = true
      const client = s.product.client()
      const went = await come(s, client, {
        change: ({ searchParams }) => {
          searchParams.set('error_description', '<img src=x onerror=alert(1)>\r\nX: y')
          searchParams.set('error', 'access_denied')
        },
      })
      assert.equal(went.said.get('provider'), 'declined')
      const rows = await s.product.ground.store.tables.audit.list({}, 100)
      assert.ok(!JSON.stringify([went.location, rows, s.product.log]).includes('onerror'))
    })
  })
})
