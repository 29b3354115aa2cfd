import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MINUTE, SECOND } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { StandsThere } from './needs.ts'
import { livenessRefusal } from '#domain/identity-provider.ts'
import {
  GRACE,
  INTERVAL,
  livenessScene,
  type LivenessScene,
} from '../../../test/support/liveness-scene.ts'
import { forEachStore } from '../../../test/support/stores.ts'

type Person = Awaited<ReturnType<LivenessScene['person']>>
/** What admission says of the person now. */
async function refusal(s: LivenessScene, person: Person): Promise<string | null> {
  const { state, alive_until } = await s.identity(person)
  const liveness = { state: state as 'alive', aliveUntil: alive_until }
  return livenessRefusal(person.source, liveness, s.clock.now())
}

describe('asking a directory', () => {
  forEachStore((_, open) => {
    it('renews the leases of all who are there with one question', async () => {
      await using s = await livenessScene(open, 'ldap')
      const people = await Promise.all(['ada', 'bob', 'eve'].map((name) => s.person(name)))
      await s.round()
      assert.equal(s.directory.questions, 1)
      for (const person of people) {
        const { state, alive_at, alive_until, next_check_at, checker } = await s.identity(person)
        assert.deepEqual([state, alive_at, checker], ['alive', s.clock.now(), null])
        assert.equal(alive_until, s.clock.now() + INTERVAL + GRACE)
        assert.ok(next_check_at! > s.clock.now() && next_check_at! < s.clock.now() + INTERVAL)
      }
      await s.round()
      assert.equal(s.directory.questions, 1)
      assert.deepEqual(await s.said(), [])
    })

    for (const state of ['disabled', 'expired', 'locked', 'not_in_group', 'refused'] as const)
      it(`L05: freezes who is ${state}, and thaws them when they are not any more`, async () => {
        await using s = await livenessScene(open, 'ldap')
        const [ada, bob] = [await s.person('ada'), await s.person('bob')]
        const people = new Map([
          ['ada', { state, passwordSetAt: null, groups: null }],
          ['bob', { state: 'alive', passwordSetAt: null, groups: null }],
        ] as const)
        s.directory.people = people
        await s.round()
        const frozen = await s.identity(ada)
        assert.deepEqual([frozen.state, frozen.reason], ['frozen', state])
        assert.equal(await refusal(s, ada), 'identity_frozen')
        assert.equal(await refusal(s, bob), null)
        const { sessions, appPasswords } = s.store.tables
        assert.deepEqual(await sessions.listOf(ada.id, s.clock.now()), [])
        assert.equal((await sessions.listOf(bob.id, s.clock.now())).length, 1)
        assert.equal((await appPasswords.listOf(ada.id, 0)).length, 1)
        s.clock.advance(INTERVAL)
        await s.round()
        assert.deepEqual(await s.said(), ['identity.freeze']) // said once
        assert.deepEqual(await s.notices(), ['identity_frozen'])
        s.directory.people = new Map([
          ['ada', { state: 'alive', passwordSetAt: null, groups: null }],
          ['bob', { state: 'alive', passwordSetAt: null, groups: null }],
        ])
        s.clock.advance(INTERVAL)
        await s.round()
        assert.equal(await refusal(s, ada), null)
        assert.deepEqual(await s.said(), ['identity.freeze', 'identity.thaw'])
      })

    it('takes who is not there any more for deleted', async () => {
      await using s = await livenessScene(open, 'ldap')
      const ada = await s.person('ada')
      await s.person('bob')
      ;(s.directory.people as Map<string, unknown>).delete('ada')
      await s.round()
      assert.equal((await s.identity(ada)).reason, 'deleted')
    })

    it('L04: changes nothing while it does not answer; after the grace time that is said', async () => {
      await using s = await livenessScene(open, 'ldap')
      const ada = await s.person('ada')
      await s.round()
      s.directory.people = 'away'
      for (let passed = 0; passed < GRACE; passed += MINUTE) {
        s.clock.advance(MINUTE)
        await s.round()
        assert.equal(await refusal(s, ada), null)
      }
      const { state, alive_until } = await s.identity(ada)
      assert.equal(state, 'alive')
      s.clock.advance(alive_until - s.clock.now())
      await s.round()
      assert.equal(await refusal(s, ada), 'identity_unconfirmed')
      assert.deepEqual(await s.said(), [])
      // It answers again: no sign-in, no set-up.
      s.directory.people = new Map([['ada', { state: 'alive', passwordSetAt: null, groups: null }]])
      s.clock.advance(MINUTE)
      await s.round()
      assert.equal(await refusal(s, ada), null)
    })

    it('asks about one person only while it does not answer', async () => {
      await using s = await livenessScene(open, 'ldap')
      for (const name of ['a', 'b', 'c']) await s.person(name)
      const asked: number[] = []
      let [away, broken] = [true, false]
      const node = s.node({
        accountStates: async (_, subjects) => {
          asked.push(subjects.length)
          if (broken) throw new Error('a bug')
          if (away) throw new Problem('unavailable', 'No answer.')
          const alive: StandsThere = { state: 'alive', passwordSetAt: null, groups: null }
          return new Map(subjects.map((one) => [one, alive]))
        },
      })
      for (let i = 0; i < 3; i++) {
        await node()
        s.clock.advance(MINUTE)
      }
      assert.deepEqual(asked, [3, 1, 1])
      const { identityProviders } = s.store.tables
      const since = (await identityProviders.find(s.provider.id))!.failing_since
      assert.equal(since, s.clock.now() - 3 * MINUTE)
      away = false
      await node() // one, and as it answers the others
      assert.deepEqual(asked, [3, 1, 1, 1, 2])
      assert.equal((await identityProviders.find(s.provider.id))!.failing_since, null)
      broken = true
      s.clock.advance(INTERVAL)
      await assert.rejects(node) // a bug is no outage
      assert.equal((await identityProviders.find(s.provider.id))!.failing_since, null)
    })

    it('asks only about people who have something that ends with them', async () => {
      await using s = await livenessScene(open, 'ldap')
      const ada = await s.person('ada')
      const { sessions, appPasswords } = s.store.tables
      await sessions.deleteOf(ada.id)
      await appPasswords.revokeAll(ada.id, s.clock.now(), 'test')
      await s.round()
      assert.equal(s.directory.questions, 0)
      assert.ok((await s.identity(ada)).next_check_at! > s.clock.now())
    })

    it('asks about each once, whichever nodes ask at the same time', async () => {
      await using s = await livenessScene(open, 'ldap')
      const names = Array.from({ length: 40 }, (_, i) => `p${i}`)
      for (const name of names) await s.person(name)
      const asked: string[] = []
      const accountStates = async (
        _: unknown,
        subjects: readonly string[],
      ): Promise<ReadonlyMap<string, StandsThere>> => {
        asked.push(...subjects)
        return new Map(
          subjects.map((one) => [one, { state: 'alive', passwordSetAt: null, groups: null }]),
        )
      }
      const nodes = Array.from({ length: 4 }, () =>
        s.node({ accountStates }, { directoryBatch: 7 }),
      )
      await Promise.all(nodes.map(async (round) => await round()))
      assert.deepEqual(asked.toSorted(), names.toSorted())
    })

    it('moves people between groups as it says, which is written down once', async () => {
      await using s = await livenessScene(open, 'ldap')
      const ada = await s.person('ada')
      const say = (...names: string[]): void => {
        const groups = names.map((name) => ({ externalId: `cn=${name}`, name }))
        s.directory.people = new Map([['ada', { state: 'alive', passwordSetAt: null, groups }]])
      }
      const of = async (): Promise<string[]> =>
        (await s.store.tables.groups.ofUser(ada.id)).map(({ name }) => name)
      for (const names of [['Sales'], ['Sales'], ['Law', 'Sales'], ['Law']]) {
        say(...names)
        await s.round()
        assert.deepEqual((await of()).toSorted(), names)
        s.clock.advance(INTERVAL)
      }
      assert.deepEqual(await s.said(), ['group.update', 'group.update', 'group.update'])
    })

    it('leaves to another node what a node that died was asking about', async () => {
      await using s = await livenessScene(open, 'ldap')
      const ada = await s.person('ada')
      const claim = { now: s.clock.now(), checker: 'dead', forMs: 2 * MINUTE, most: 1 }
      await s.store.tables.identityChecks.claim(s.provider.id, claim)
      await s.round()
      assert.equal(s.directory.questions, 0)
      // Its claim is over, by the clock of the store.
      await s.store.tables.identities.update(ada.identityId, { checking_until: 1 })
      await s.round()
      assert.equal(s.directory.questions, 1)
    })

    describe('a password that was changed there', () => {
      for (const [policy, state] of [
        ['keep', 'valid'],
        ['freeze', 'frozen'],
        ['end', 'ended'],
      ] as const)
        it(`and policy ${policy}: application passwords are ${state}`, async () => {
          await using s = await livenessScene(open, 'ldap')
          s.policy = { main_password_change: policy }
          const before = s.clock.now() - MINUTE
          const ada = await s.person('ada', { password_set_at: before })
          const stands = (passwordSetAt: number | null): void =>
            void (s.directory.people = new Map([
              ['ada', { state: 'alive', passwordSetAt, groups: null }],
            ]))
          stands(before)
          await s.round()
          stands(null) // not readable for a while: nothing was changed
          s.clock.advance(INTERVAL)
          await s.round()
          stands(before - SECOND) // a domain controller that lags behind
          s.clock.advance(INTERVAL)
          await s.round()
          const { appPasswords } = s.store.tables
          assert.equal((await appPasswords.listOf(ada.id, 0))[0]?.frozen_at, null)
          stands(before)
          s.clock.advance(INTERVAL)
          await s.round()
          stands(s.clock.now())
          s.clock.advance(INTERVAL)
          for (let i = 0; i < 2; i++) await s.round()
          const [password] = await appPasswords.listOf(ada.id, 0)
          const now = password === undefined ? 'ended' : password.frozen_at ? 'frozen' : 'valid'
          assert.equal(now, state)
          assert.equal((await s.identity(ada)).state, 'alive')
          const changed = (await s.said()).filter((one) => one === 'identity.password_changed')
          assert.equal(changed.length, policy === 'keep' ? 0 : 1)
          assert.deepEqual(await s.notices(), policy === 'keep' ? [] : ['password_changed_there'])
        })
    })
  })
})
