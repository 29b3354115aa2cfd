/**
 * Rows A16 and A17 for Init. Token: what is in the addresses, and where the callback leads.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { Hono } from 'hono'
import { initCookieName } from '#api/cookies.ts'
import { oauthCallback } from '#api/oauth-callback.ts'
import { Browser, ORIGIN, REDIRECT, type InitBench } from '../support/init-bench.ts'
import { initScene, returned } from '../support/init-scene.ts'

/** The route as the listener calls it. */
async function callback(
  bench: InitBench,
  query: string,
  cookies: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const app = new Hono().get('/oauth/callback', oauthCallback(bench.needs))
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
  const request = new Request(`http://127.0.0.1/oauth/callback${query}`, {
    headers: { cookie, ...headers },
  })
  return await app.fetch(request, { ip: '192.0.2.1' })
}

describe('A16: PKCE', () => {
  it('A16: is S256, with a verifier of its own each time, which is in no address', async () => {
    await initScene(async (s) => {
      const [one, two] = [await s.bench.begin(s.id), await s.bench.begin(s.id)]
      const challenges = [one, two].map(({ url }) => new URL(url).searchParams)
      for (const said of challenges) {
        assert.equal(said.get('code_challenge_method'), 'S256')
        assert.match(said.get('code_challenge') ?? '', /^[\w-]{43}$/)
      }
      assert.notEqual(challenges[0]?.get('code_challenge'), challenges[1]?.get('code_challenge'))
      const { begun, browser } = await returned(s)
      await s.bench.end(browser, begun.url)
      const sent = s.entra.seen.find(({ path }) => path.endsWith('/token'))
      const verifier = sent?.body.get('code_verifier') ?? ''
      assert.match(verifier, /^[\w-]{43}$/)
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      assert.equal(new URL(begun.url).searchParams.get('code_challenge'), challenge)
      assert.ok(!begun.url.includes(verifier) && !s.bench.log.join('').includes(verifier))
    })
  })

  it('A16: a code of another transaction is of no use, whether it had a challenge or not', async () => {
    await initScene(async (s) => {
      const other = await returned({ ...s, id: await s.bench.account('bob@example.test') })
      const injected = await s.bench.init(s.id, (back) =>
        back.searchParams.set('code', other.back.searchParams.get('code') ?? ''),
      )
      assert.deepEqual([injected.outcome, injected.diagnosis?.cause], ['refused', 'code_spent'])
      const begun = await s.bench.begin(s.id)
      const browser = new Browser()
      browser.keep(begun.browser)
      const stripped = new URL(begun.url)
      for (const name of ['code_challenge', 'code_challenge_method'])
        stripped.searchParams.delete(name)
      await s.bench.end(browser, stripped.href)
      assert.equal((await s.bench.state(s.id, begun.initId)).outcome, 'refused')
      assert.equal((await s.bench.row(s.id)).refresh_token, null)
    })
  })

  it('A16: the callback keeps the code from caches, referrers and its own answer', async () => {
    await initScene(async (s) => {
      const { begun, back } = await returned(s)
      const secret = begun.browser.secret.reveal()
      const cookies = { [initCookieName(begun.browser.name)]: secret }
      const answer = await callback(s.bench, back.search, cookies)
      assert.equal(answer.status, 303)
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.match(answer.headers.get('set-cookie') ?? '', /^__Host-[^=]+=;.*Max-Age=0$/)
      const said = `${[...answer.headers].join()}${await answer.text()}`
      assert.ok(!said.includes(back.searchParams.get('code') ?? ''))
      assert.equal((await s.bench.state(s.id, begun.initId)).outcome, 'done')
      assert.ok(!s.bench.log.join('').includes(back.searchParams.get('code') ?? ''))
    })
  })
})

describe('A17: where the callback leads', () => {
  it('A17: is a page of this server, whatever the address or the Host says', async () => {
    await initScene(async (s) => {
      for (const where of [
        'https://passerelle.test.evil.example',
        '//evil.example',
        '/\\evil.example',
        'https:evil.example',
        'https://passerelle.test@evil.example',
        'https://ex\u0430mple.test',
        '#x',
        '%0d%0aSet-Cookie:%20a=b',
      ])
        for (const name of ['return_to', 'redirect_uri', 'next', 'state', 'error', 'error_uri']) {
          const query = `?${name}=${encodeURIComponent(where)}&error_description=<b>x</b>`
          const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
          const answer = await callback(s.bench, query, {}, headers)
          assert.equal(answer.headers.get('location'), `${ORIGIN}/renew#failed`, query)
          assert.equal(await answer.text(), '')
          assert.equal(answer.headers.get('set-cookie'), null)
        }
    })
  })

  it('A17: names the redirect URL of the configuration to the provider, exactly', async () => {
    await initScene(async (s) => {
      const { url } = await s.bench.begin(s.id)
      assert.equal(new URL(url).searchParams.get('redirect_uri'), REDIRECT)
    })
  })

  it('A09: what a provider writes into an error reaches no page, no log and no audit', async () => {
    await initScene(async (s) => {
      s.entra.signsIn = ''
      s.entra.ignoresHint = true
      const state = await s.bench.init(s.id, ({ searchParams }) => {
        searchParams.set('error_description', '<img src=x onerror=alert(1)>\r\nX: y')
        searchParams.set('error', 'access_denied')
      })
      assert.deepEqual([state.outcome, state.diagnosis?.code], ['refused', 'access_denied'])
      const rows = await s.bench.store.tables.audit.list({}, 100)
      assert.ok(!JSON.stringify([state, rows, s.bench.log]).includes('onerror'))
      const other = await s.bench.init(s.id, ({ searchParams }) =>
        searchParams.set('error', '<script>'),
      )
      assert.deepEqual([other.diagnosis?.cause, other.diagnosis?.code], ['answer_strange', '400'])
    })
  })

  it('A08: the callback is read only: nothing but GET gets an answer from it', async () => {
    await initScene(async (s) => {
      const app = new Hono().get('/oauth/callback', oauthCallback(s.bench.needs))
      for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
        const request = new Request('http://127.0.0.1/oauth/callback?code=x', { method })
        assert.equal((await app.fetch(request, { ip: '' })).status, 404)
      }
    })
  })
})
