import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock } from '#base/clock.ts'
import { FROZEN_REASONS } from '#domain/identity-provider.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import { identityRow, newId, providerRow, sessionRow, userRow } from '../../../test/support/rows.ts'
import { forEachStore, type Open } from '../../../test/support/stores.ts'
import { Overtaken } from '../audited.ts'
import { confirmIdentity, freezeIdentity, type Known } from './identity-state.ts'

const BY = { by: { kind: 'system', id: null, name: 'test' } } as const
const clock = fixedClock('2026-11-20T12:00:00Z')
const needs = { clock, newId }

async function scene(open: Open, more: Partial<IdentityRow> = {}, provided: object = {}) {
  const store = await open({ clock })
  const provider = providerRow('Company', {
    config: JSON.stringify({ intervalS: 300, graceS: 3600 }),
    ...provided,
  })
  const user = userRow('ada', { source: provider.id })
  const identity = identityRow(user, provider, more)
  await store.tables.identityProviders.insert(provider)
  await store.tables.users.insert(user)
  await store.tables.identities.insert(identity)
  await store.tables.sessions.insert(sessionRow(user, { expires_at: clock.now() + 1e9 }))
  const now = async (): Promise<IdentityRow> => (await store.tables.identities.find(identity.id))!
  const said = async (): Promise<string[]> =>
    (await store.tables.audit.list({}, 10)).map(({ action }) => action)
  return { store, provider, user, identity, now, said }
}
const confirm = async (
  store: Store,
  identity: IdentityRow,
  provider: IdentityProviderRow,
  more: Partial<Known> = {},
): Promise<boolean> =>
  await store.transaction(
    async (tables) => await confirmIdentity(needs, tables, identity, provider, { ...BY, ...more }),
  )
const isOvertaken =
  (reason: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof Overtaken && thrown.reason === reason

describe('the state of an identity', () => {
  forEachStore((_, open) => {
    it('frozen ends sessions and is told once; a sign-in ends it, whatever it was', async () => {
      for (const reason of FROZEN_REASONS) {
        const s = await scene(open)
        await using store = s.store
        const freeze = async (): Promise<boolean> =>
          await store.transaction(
            async (tables) =>
              await freezeIdentity(needs, tables, s.identity, s.provider, reason, BY),
          )
        assert.deepEqual([await freeze(), await freeze()], [true, false])
        assert.deepEqual([(await s.now()).state, (await s.now()).reason], ['frozen', reason])
        assert.deepEqual(await store.tables.sessions.listOf(s.user.id, clock.now()), [])
        assert.equal((await store.tables.notices.listOf(s.user.id)).length, 1)
        assert.equal(await confirm(store, s.identity, s.provider, { signedIn: true }), true)
        assert.deepEqual([(await s.now()).state, (await s.now()).reason], ['alive', null])
        assert.deepEqual(await s.said(), ['identity.thaw', 'identity.freeze'])
      }
    })

    it('by a question, only what passes by itself ends', async () => {
      for (const reason of FROZEN_REASONS) {
        const s = await scene(open, { state: 'frozen', reason })
        await using store = s.store
        const passes = reason !== 'refused'
        assert.equal(await confirm(store, s.identity, s.provider), passes, reason)
        assert.equal((await s.now()).state, passes ? 'alive' : 'frozen')
      }
    })

    for (const [what, held] of [
      ['said that they are inactive', { scim: '{"active":false}' }],
      ['deleted them', { scim: '{"active":true}', scim_deleted_at: 1 }],
    ] as const)
      it(`nobody comes in whom SCIM ${what}, until its token has ended`, async () => {
        const s = await scene(
          open,
          { state: 'frozen', reason: 'inactive', ...held },
          { scim_hash: Buffer.from('token') },
        )
        await using store = s.store
        await assert.rejects(
          async () => await confirm(store, s.identity, s.provider, { signedIn: true }),
          isOvertaken('identity_frozen'),
        )
        assert.equal(await confirm(store, s.identity, s.provider), false)
        assert.equal((await s.now()).state, 'frozen')
        const ended = { ...s.provider, scim_hash: null }
        assert.equal(await confirm(store, s.identity, ended, { signedIn: true }), true)
      })

    it('keeps what it is asked by from now on, and takes nothing that is not said', async () => {
      const s = await scene(open, { previous_refresh_token: Buffer.from('old'), checker: 'node' })
      await using store = s.store
      const refreshToken = Buffer.from('sealed')
      await confirm(store, s.identity, s.provider, { signedIn: true, refreshToken })
      const kept = await s.now()
      assert.deepEqual(Buffer.from(kept.refresh_token!), refreshToken)
      assert.deepEqual(
        [kept.previous_refresh_token, kept.checker, kept.alive_at],
        [null, null, clock.now()],
      )
      assert.equal(kept.alive_until, clock.now() + 3_900_000)
      await confirm(store, s.identity, s.provider, { signedIn: true })
      assert.deepEqual(Buffer.from((await s.now()).refresh_token!), refreshToken)
      await confirm(store, s.identity, s.provider, { signedIn: true, refreshToken: null })
      const none = await s.now()
      assert.deepEqual([none.refresh_token, none.next_check_at], [null, null])
      assert.equal(none.alive_until, clock.now() + 3_600_000)
    })

    it('whoever asks loses against what came meanwhile', async () => {
      const s = await scene(open, { checker: 'another' })
      await using store = s.store
      const mine = { ...BY, checker: 'mine' }
      await assert.rejects(
        async () =>
          await store.transaction(
            async (tables) =>
              await freezeIdentity(needs, tables, s.identity, s.provider, 'disabled', mine),
          ),
        isOvertaken('overtaken'),
      )
      assert.equal((await s.now()).state, 'alive')
      assert.deepEqual(await s.said(), [])
    })
  })
})
