import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import {
  GRACE,
  INTERVAL,
  livenessScene,
  type LivenessScene,
} from '../../../test/support/liveness-scene.ts'
import { sealer } from '../../../test/support/refreshing.ts'
import { forEachStore, openTestStore } from '../../../test/support/stores.ts'
import { plainOutbound, type Told } from '../../../test/support/token-server.ts'

const CLASSES: readonly TokenClass[] = ['strict', 'grace', 'stays_valid', 'non_rotating']
const sqlite = async (options?: Parameters<typeof openTestStore>[1]) =>
  await openTestStore('sqlite', options)
type Person = Awaited<ReturnType<LivenessScene['person']>>

const refusedWith = (code: number, error = 'invalid_grant'): Told => ({
  status: 400,
  body: JSON.stringify({ error, error_codes: [code] }),
})
async function stands(s: LivenessScene, person: Person): Promise<string> {
  const { state, reason } = await s.identity(person)
  return reason ?? state
}
async function held(s: LivenessScene, person: Person): Promise<string> {
  const { id, refresh_token } = await s.identity(person)
  return sealer.open(refresh_token!, identityRefreshTokenPlace(id)).reveal()
}

describe('asking by refresh tokens', () => {
  forEachStore((_, open) => {
    for (const kind of CLASSES)
      it(`${kind}: keeps each new token, and the lease`, async () => {
        await using s = await livenessScene(open, kind)
        const ada = await s.person('ada')
        for (let i = 1; i <= 3; i++) {
          await s.round()
          const row = await s.identity(ada)
          assert.deepEqual([row.alive_at, row.checker], [s.clock.now(), null])
          assert.equal(row.alive_until, s.clock.now() + INTERVAL + GRACE)
          assert.equal(s.server.takes(await held(s, ada)), true)
          assert.equal(s.server.refreshes.get('ada'), i)
          s.clock.advance(INTERVAL)
        }
        assert.deepEqual(await s.said(), [])
      })

    it('asks about each once, whichever nodes ask at the same time', async () => {
      await using s = await livenessScene(open, 'strict')
      const names = Array.from({ length: 30 }, (_, i) => `p${i}`)
      for (const name of names) await s.person(name)
      s.server.delayMs = 5
      const nodes = Array.from({ length: 4 }, () => s.node({}, { tokenBatch: 5, atOnce: 3 }))
      await Promise.all(nodes.map(async (round) => await round()))
      assert.deepEqual([...s.server.refreshes.values()], Array(30).fill(1))
      assert.equal(s.server.counts.mostAtOnce, 1)
    })

    it('what the person did meanwhile counts more', async () => {
      await using s = await livenessScene(open, 'strict')
      const ada = await s.person('ada')
      const fresh = s.server.issue('strict', 'anew')
      s.server.tell = () => refusedWith(50057)
      const asked = s.server.nextRequest()
      const round = s.round({
        // Between the question and its answer the person signs in.
        outbound: async (...args) => {
          const answer = await plainOutbound(...args)
          await s.store.tables.identities.update(ada.identityId, {
            refresh_token: sealer.seal(
              new Secret(fresh),
              identityRefreshTokenPlace(ada.identityId),
            ),
            checker: null,
          })
          return answer
        },
      })
      await asked
      await round
      assert.equal(await stands(s, ada), 'alive')
      assert.equal(await held(s, ada), fresh)
      assert.deepEqual(await s.said(), [])
    })
  })

  it('asks no more people at the same time than it may', async () => {
    await using s = await livenessScene(sqlite, 'stays_valid')
    for (let i = 0; i < 40; i++) await s.person(`p${i}`)
    let [now, most] = [0, 0]
    await s.round(
      {
        outbound: async (...args) => {
          most = Math.max(most, ++now)
          const answer = await plainOutbound(...args)
          now--
          return answer
        },
      },
      { atOnce: 4 },
    )
    assert.equal(most, 4)
    assert.equal(s.server.refreshes.size, 40)
  })

  describe('freezes by what the provider says of the person', () => {
    for (const [code, reason, comesBack] of [
      [50057, 'disabled', true],
      [50034, 'deleted', true],
      [50053, 'locked', true],
      [50105, 'not_in_group', true],
      [70043, 'refused', false],
      [70000, 'refused', false],
    ] as const)
      it(`AADSTS${code}: ${reason}${comesBack ? ', and thaws when it passes' : ''}`, async () => {
        await using s = await livenessScene(sqlite, 'stays_valid')
        const ada = await s.person('ada')
        s.server.tell = () => refusedWith(code)
        await s.round()
        assert.equal(await stands(s, ada), reason)
        assert.deepEqual(await s.store.tables.sessions.listOf(ada.id, s.clock.now()), [])
        s.server.tell = () => undefined
        s.clock.advance(INTERVAL)
        await s.round()
        assert.equal(await stands(s, ada), comesBack ? 'alive' : reason)
        assert.deepEqual(await s.said(), [
          'identity.freeze',
          ...(comesBack ? ['identity.thaw'] : []),
        ])
      })

    it('an invalid_grant only when it is said twice', async () => {
      await using s = await livenessScene(sqlite, 'non_rotating')
      const ada = await s.person('ada')
      let times = 0
      s.server.tell = () => (++times === 1 ? refusedWith(0) : undefined)
      await s.round()
      assert.equal(await stands(s, ada), 'alive')
      s.server.revoke('ada')
      s.clock.advance(INTERVAL)
      await s.round()
      assert.equal(await stands(s, ada), 'refused')
      assert.equal((await s.identity(ada)).next_check_at, null)
    })
  })

  describe('changes nothing for', () => {
    const FAILURES: Readonly<Record<string, Told>> = {
      'a 500': { status: 500, body: '{}' },
      'a 503 that says invalid_grant': { status: 503, body: '{"error":"invalid_grant"}' },
      'a 429': { status: 429, body: '{}', headers: { 'retry-after': '120' } },
      HTML: { status: 200, body: '<html>Sign in</html>' },
      'an empty answer': { status: 200, body: '' },
      'a secret that has ended': refusedWith(7000222, 'invalid_client'),
      'a sign-in that is asked for': refusedWith(0, 'interaction_required'),
      'no answer': 'reset',
    }
    for (const [what, told] of Object.entries(FAILURES))
      it(what, async () => {
        await using s = await livenessScene(sqlite, 'stays_valid')
        const people = await Promise.all(['ada', 'bob'].map((name) => s.person(name)))
        const before = await Promise.all(people.map(async (one) => await s.identity(one)))
        s.server.tell = () => told
        for (let i = 0; i < 3; i++) {
          await s.round()
          // Given back to whoever asks next; later only one is asked at a time.
          for (const person of i === 0 ? people : []) {
            const { checking_until, next_check_at } = await s.identity(person)
            assert.deepEqual([checking_until, next_check_at! > s.clock.now()], [0, true])
          }
          s.clock.advance(MINUTE)
        }
        for (const [i, person] of people.entries()) {
          const now = await s.identity(person)
          assert.deepEqual(
            [now.state, now.alive_until, now.refresh_token],
            [before[i]!.state, before[i]!.alive_until, before[i]!.refresh_token],
          )
        }
        assert.deepEqual(await s.said(), [])
        s.server.tell = () => undefined
        s.clock.advance(10 * MINUTE)
        await s.round()
        assert.equal((await s.identity(people[0]!)).alive_at, s.clock.now())
        const provider = await s.store.tables.identityProviders.find(s.provider.id)
        assert.equal(provider?.failing_since, null)
      })

    it('a provider that wants to be left alone is, for as long as it says (Retry-After)', async () => {
      await using s = await livenessScene(sqlite, 'stays_valid')
      for (const name of ['a', 'b', 'c']) await s.person(name)
      const headers = { 'retry-after': '120' }
      s.server.tell = () => ({ status: 429, body: '{}', headers })
      const node = s.node({}, { atOnce: 1 })
      for (const [passed, asked] of [
        [0, 1],
        [MINUTE, 1],
        [MINUTE - 1, 1],
        [1, 2],
      ] as const) {
        s.clock.advance(passed)
        await node()
        assert.equal(s.server.counts.requests, asked)
      }
    })

    it('a provider that refuses the application: nobody else is asked', async () => {
      await using s = await livenessScene(sqlite, 'stays_valid')
      for (let i = 0; i < 50; i++) await s.person(`p${i}`)
      s.server.tell = () => refusedWith(7000222, 'invalid_client')
      await s.round({}, { atOnce: 1 })
      assert.equal(s.server.counts.requests, 1)
      await s.round()
      s.clock.advance(MINUTE)
      await s.round()
      assert.equal(s.server.counts.requests, 2)
      const { failure } = (await s.store.tables.identityProviders.find(s.provider.id))!
      assert.equal(failure, 'secret_expired AADSTS7000222')
    })

    it('one person whose question always fails does not keep others from being asked', async () => {
      await using s = await livenessScene(sqlite, 'stays_valid')
      const [bad, good] = [await s.person('bad'), await s.person('good')]
      s.server.tell = ({ grant }) => (grant === 'bad' ? { status: 500, body: '{}' } : undefined)
      for (let i = 0; i < 4; i++) {
        await s.round()
        s.clock.advance(MINUTE)
      }
      assert.equal(await stands(s, bad), 'alive')
      assert.ok((await s.identity(good)).alive_at > s.clock.now() - INTERVAL)
    })
  })

  describe('a password that was changed there (AADSTS50173)', () => {
    for (const policy of ['keep', 'freeze', 'end'] as const)
      it(`and policy ${policy}`, async () => {
        await using s = await livenessScene(sqlite, 'stays_valid')
        s.policy = { main_password_change: policy }
        const ada = await s.person('ada')
        s.server.tell = () => refusedWith(50173)
        await s.round()
        const [password] = await s.store.tables.appPasswords.listOf(ada.id, 0)
        const now = password === undefined ? 'end' : password.frozen_at ? 'freeze' : 'keep'
        assert.equal(now, policy)
        const { state, next_check_at } = await s.identity(ada)
        assert.deepEqual([state, next_check_at], ['alive', null])
        const told = policy === 'keep' ? 'sign_in_again' : 'password_changed_there'
        assert.deepEqual(await s.notices(), [told])
      })
  })

  it('leaves people alone of whom nothing but the next sign-in can tell', async () => {
    await using s = await livenessScene(sqlite, 'stays_valid', { liveness: 'sign_in' })
    const ada = await s.person('ada')
    await s.round()
    assert.equal(s.server.counts.requests, 0)
    assert.equal((await s.identity(ada)).next_check_at, null)
    assert.deepEqual(await s.said(), [])
  })
})
