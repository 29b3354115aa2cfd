/**
 * Row A29 for OpenID Connect: whoever says that somebody signed out.
 */
import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { forged } from '../support/authority/forged.ts'
import { signingKey } from '../support/authority/keys.ts'
import { goThere } from '../support/sign-in-scene.ts'
import {
  goodLogout,
  LOGOUT_EVENT,
  logoutToken,
  postLogout,
  signedInThere,
  signOutScene,
  stageOf,
} from '../support/sign-out-scene.ts'

describe('A29: a logout token', () => {
  it('A29: that is forged, of somebody else, old, or an id_token, ends nothing', async () => {
    await signOutScene(async (s) => {
      const one = await signedInThere(s)
      const now = Math.floor(Date.now() / 1000)
      const stranger = signingKey()
      const wrong: Record<string, string> = {
        'no signature': logoutToken(s, {}, { alg: 'none' }).replace(/[^.]*$/, ''),
        HS256: logoutToken(s, {}, { alg: 'HS256' }),
        'another algorithm than that of the key': forged(
          { alg: 'RS384', typ: 'logout+jwt', kid: s.keycloak.key.kid },
          goodLogout(s),
          (signed) =>
            sign('sha384', Buffer.from(signed), s.keycloak.key.privateKey).toString('base64url'),
        ),
        'the key of a stranger': logoutToken(s, {}, {}, stranger.privateKey),
        'another kid': logoutToken(s, {}, { kid: stranger.kid }, stranger.privateKey),
        'a key of its own': logoutToken(
          s,
          {},
          { kid: undefined, jwk: stranger.publicJwk },
          stranger.privateKey,
        ),
        'another type': logoutToken(s, {}, { typ: 'JWT' }),
        'no type': logoutToken(s, {}, { typ: undefined }),
        crit: logoutToken(s, {}, { crit: ['x'], x: 1 }),
        'another iss': logoutToken(s, { iss: 'https://evil.example' }),
        'another aud': logoutToken(s, { aud: 'another' }),
        'two aud': logoutToken(s, { aud: ['web', 'another'] }),
        'no events': logoutToken(s, { events: undefined }),
        'another event': logoutToken(s, { events: { 'https://other': {} } }),
        'an event that is none': logoutToken(s, { events: { [LOGOUT_EVENT]: true } }),
        'a nonce': logoutToken(s, { nonce: 'n' }),
        'no jti': logoutToken(s, { jti: undefined }),
        'no iat': logoutToken(s, { iat: undefined }),
        old: logoutToken(s, { iat: now - 3600, exp: now + 60 }),
        ended: logoutToken(s, { exp: now - 120 }),
        'to come': logoutToken(s, { iat: now + 600 }),
        'neither sub nor sid': logoutToken(s, { sub: undefined }),
        'no JWT': 'abc',
        nothing: '',
      }
      for (const [name, token] of Object.entries(wrong))
        assert.equal(await postLogout(s, token), 400, name)
      assert.equal(await stageOf(one), 'full')
      const twice = await fetch(`${s.product.url}${s.backChannel}`, {
        method: 'POST',
        body: new URLSearchParams([
          ['logout_token', logoutToken(s)],
          ['logout_token', logoutToken(s)],
        ]),
      })
      assert.equal(twice.status, 400)
      const elsewhere = s.backChannel.replace(s.providerId, 'nobody')
      const body = new URLSearchParams({ logout_token: logoutToken(s) })
      const answer = await fetch(`${s.product.url}${elsewhere}`, { method: 'POST', body })
      assert.equal(answer.status, 400)
      assert.equal(await stageOf(one), 'full')
    })
  })

  it('A29: whose keys cannot be had ends nothing, is no bug, and counts when they can', async () => {
    await signOutScene(async (s) => {
      const one = await signedInThere(s)
      s.keycloak.instead = (path) =>
        path === '/jwks' ? { status: 200, body: ' '.repeat(300 * 1024) } : null
      const token = logoutToken(s)
      assert.equal(await postLogout(s, token), 503)
      assert.equal(await stageOf(one), 'full')
      assert.ok(!s.product.log.some((line) => line.includes('web.bug')))
      s.keycloak.instead = () => null
      s.product.clock.advance(MINUTE)
      assert.equal(await postLogout(s, token), 200)
      assert.equal(await stageOf(one), 'nobody')
    })
  })

  it('A07: ends the session that was confirmed there since, in another session of the provider', async () => {
    await signOutScene(async (s) => {
      const one = await signedInThere(s)
      const sid = async (): Promise<string | null> =>
        (await s.product.ground.store.tables.sessions.listOf(id, 0))[0]?.provider_sid ?? null
      const id = (await one.call('GET /session')).user?.id ?? ''
      const before = await sid()
      const { url } = await one.call('POST /session/confirm/provider', { body: {} })
      assert.equal((await goThere(s.product, one, url)).said.get('provider'), 'confirmed')
      const after = await sid()
      assert.notEqual(after, before)
      assert.equal(await postLogout(s, logoutToken(s, { sid: after })), 200)
      assert.equal(await stageOf(one), 'nobody')
    })
  })

  it('A29: counts once, and an unknown key makes nobody ask for keys again and again', async () => {
    await signOutScene(async (s) => {
      const token = logoutToken(s)
      assert.equal(await postLogout(s, token), 200)
      const again = await signedInThere(s)
      assert.equal(await postLogout(s, token), 400)
      assert.equal(await stageOf(again), 'full')
      const asked = (): number => s.keycloak.seen.filter(({ path }) => path === '/jwks').length
      const before = asked()
      for (let i = 0; i < 5; i++) await postLogout(s, logoutToken(s, {}, { kid: `unknown-${i}` }))
      assert.ok(asked() - before <= 1)
    })
  })
})
