import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  CREATE,
  logoutToken,
  postLogout,
  signedInThere,
  signOutScene,
  stageOf,
  SUB,
} from '../support/sign-out-scene.ts'

describe('signing out at the provider', () => {
  it('back-channel: ends all sessions of the person, and asks about them at once', async () => {
    await signOutScene(async (s) => {
      const [one, two] = [await signedInThere(s), await signedInThere(s)]
      const { tables } = s.product.ground.store
      const { user } = await one.call('GET /session')
      const before = await tables.identities.ofUser(user?.id ?? '')
      assert.equal(await postLogout(s, logoutToken(s)), 200)
      assert.deepEqual([await stageOf(one), await stageOf(two)], ['nobody', 'nobody'])
      const after = await tables.identities.ofUser(user?.id ?? '')
      assert.ok((after?.next_check_at ?? 0) < (before?.next_check_at ?? 0))
      assert.equal(after?.state, 'alive', 'nobody is gone because they signed out')
      assert.deepEqual(await s.said('identity.sign_out'), ['ok'])
    })
  })

  it('back-channel: with sid, ends that session and no other', async () => {
    await signOutScene(async (s) => {
      const [one, two] = [await signedInThere(s), await signedInThere(s)]
      const { tables } = s.product.ground.store
      const { user } = await one.call('GET /session')
      const sessions = await tables.sessions.listOf(user?.id ?? '', 0)
      const sids = sessions.map((row) => row.provider_sid)
      assert.equal(new Set(sids).size, 2)
      await s.keycloak.signOut('web', SUB, sids[0] ?? '')
      const stages = [await stageOf(one), await stageOf(two)].sort()
      assert.deepEqual(stages, ['full', 'nobody'])
      assert.equal(await postLogout(s, logoutToken(s, { sid: sids[1], sub: undefined })), 200)
      assert.deepEqual([await stageOf(one), await stageOf(two)], ['nobody', 'nobody'])
    })
  })

  it('front-channel: ends the session that is named, without a cookie, in a frame of the provider', async () => {
    await signOutScene(async (s) => {
      const one = await signedInThere(s)
      const { tables } = s.product.ground.store
      const { user } = await one.call('GET /session')
      const [session] = await tables.sessions.listOf(user?.id ?? '', 0)
      const at = `/oauth/front-channel-logout/${s.providerId}`
      const visited = async (query: Record<string, string>): Promise<Response> =>
        await fetch(`${s.product.url}${at}?${new URLSearchParams(query).toString()}`)
      const sid = session?.provider_sid ?? ''
      for (const wrong of [{}, { sid: 'x' }, { iss: 'https://evil.example', sid }, { sid: '' }]) {
        assert.equal((await visited(wrong as Record<string, string>)).status, 200)
        assert.equal(await stageOf(one), 'full')
      }
      const answer = await visited({ iss: s.keycloak.issuer, sid })
      assert.equal(await answer.text(), '')
      assert.match(
        answer.headers.get('content-security-policy') ?? '',
        new RegExp(`frame-ancestors ${s.keycloak.origin}$`),
      )
      assert.equal(await stageOf(one), 'nobody')
    })
  })

  it('here, leads to the provider where the setting says so', async () => {
    await signOutScene(
      async (s) => {
        const one = await signedInThere(s)
        const { url } = await one.call('DELETE /session')
        assert.equal(await stageOf(one), 'nobody')
        const there = new URL(url ?? '')
        assert.equal(there.origin, s.keycloak.origin)
        assert.equal(there.searchParams.get('client_id'), 'web')
        assert.equal(there.searchParams.get('post_logout_redirect_uri'), `${s.product.url}/sign-in`)
        const { url: none } = await s.ada.call('DELETE /session')
        assert.equal(none, null)
      },
      { ...CREATE, signOutThere: true },
    )
  })

  it('here, leads nowhere else', async () => {
    await signOutScene(async (s) => {
      const one = await signedInThere(s)
      assert.deepEqual(await one.call('DELETE /session'), { url: null })
    })
  })
})
