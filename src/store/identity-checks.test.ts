import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE } from '#base/clock.ts'
import { leaseOf } from '#domain/identity-lease.ts'
import type { IdentityRow } from '#store/schema.ts'
import {
  appPasswordRow,
  identityRow,
  providerRow,
  sessionRow,
  userRow,
} from '../../test/support/rows.ts'
import { forEachStore, type Open } from '../../test/support/stores.ts'

const TERMS = { intervalS: 300, graceS: 3600 }

async function scene(open: Open) {
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const store = await open({ clock })
  const provider = providerRow('Company')
  await store.tables.identityProviders.insert(provider)
  const add = async (name: string, more: Partial<IdentityRow> = {}) => {
    const user = userRow(name, { source: provider.id })
    await store.tables.users.insert(user)
    const row = identityRow(user, provider, { next_check_at: clock.now(), ...more })
    await store.tables.identities.insert(row)
    return { user, id: row.id }
  }
  const claim = async (checker: string, most = 10) =>
    await store.tables.identityChecks.claim(provider.id, {
      now: clock.now(),
      checker,
      forMs: MINUTE,
      most,
    })
  const row = async (id: string): Promise<IdentityRow> => (await store.tables.identities.find(id))!
  return { clock, store, provider, add, claim, row }
}

describe('store: identity checks', () => {
  forEachStore((_, open) => {
    it('gives those due longest, to one who asks', async () => {
      const s = await scene(open)
      await using store = s.store
      const now = s.clock.now()
      const later = await s.add('later', { next_check_at: now - 1 })
      const first = await s.add('first', { next_check_at: now - 2 })
      await s.add('not yet', { next_check_at: now + 1 })
      await s.add('never', { next_check_at: null })
      assert.deepEqual(
        (await s.claim('a', 1)).map(({ id }) => id),
        [first.id],
      )
      assert.deepEqual(
        (await s.claim('b')).map(({ id }) => id),
        [later.id],
      )
      assert.deepEqual(await s.claim('c'), [])
      assert.equal((await s.row(first.id)).checker, 'a')
      await store.tables.identityChecks.release([first.id], 'b', now) // it is not theirs
      assert.deepEqual(await s.claim('c'), [])
      await store.tables.identityChecks.release([first.id], 'a', now)
      assert.equal((await s.claim('c')).length, 1)
    })

    it('who is asked for anew while a question is under way stays due, whatever comes of it', async () => {
      const s = await scene(open)
      await using store = s.store
      const now = s.clock.now()
      const [signedOut, other] = [await s.add('signed out'), await s.add('other')]
      const claimed = await s.claim('a')
      s.clock.advance(1)
      await store.tables.identities.dueNow(signedOut.user.id, s.clock.now())
      const answered = { next_check_at: now + 5 * MINUTE, checker: null, checking_until: 0 }
      for (const { id, next_check_at } of claimed)
        await store.tables.identityChecks.settle(id, 'a', answered, next_check_at)
      assert.equal((await s.row(signedOut.id)).next_check_at, now + 1)
      assert.equal((await s.row(other.id)).next_check_at, now + 5 * MINUTE)
    })

    it('says who has something that ends with them, and what is doubtful', async () => {
      const s = await scene(open)
      await using store = s.store
      const { appPasswords, sessions, identityChecks } = store.tables
      const now = s.clock.now()
      const valid = { expires_at: now + 1 }
      const people = {
        nothing: await s.add('nothing'),
        password: await s.add('password'),
        ended: await s.add('ended'),
        revoked: await s.add('revoked'),
        session: await s.add('session'),
      }
      await appPasswords.insert(appPasswordRow(people.password.user, 'x', valid))
      await appPasswords.insert(appPasswordRow(people.ended.user, 'x', { expires_at: now }))
      const revoked = { ...valid, revoked_at: now }
      await appPasswords.insert(appPasswordRow(people.revoked.user, 'x', revoked))
      await sessions.insert(sessionRow(people.session.user, valid))
      const all = await s.claim('a')
      const inUse = new Set(all.filter((one) => one.inUse).map(({ id }) => id))
      assert.deepEqual(inUse, new Set([people.password.id, people.session.id]))
      assert.ok(all.every(({ doubted }) => !doubted))
      const ids = all.map(({ id }) => id)
      await identityChecks.release([people.nothing.id], 'a', now, { doubt: true })
      await identityChecks.release(
        ids.filter((id) => id !== people.nothing.id),
        'a',
        now,
      )
      const doubted = (await s.claim('b')).filter((one) => one.doubted).map(({ id }) => id)
      assert.deepEqual(doubted, [people.nothing.id])
    })

    it('confirms many at once, but for those who were frozen or taken over meanwhile', async () => {
      const s = await scene(open)
      await using store = s.store
      const { identityChecks, identities } = store.tables
      const [a, b, c] = [await s.add('a'), await s.add('b'), await s.add('c')]
      await s.claim('mine')
      await identities.update(b.id, { state: 'frozen' })
      await identities.update(c.id, { checker: null })
      const lease = leaseOf(TERMS, s.clock.now() + 7, true)
      await identityChecks.confirm([a.id, b.id, c.id], 'mine', lease)
      const confirmed = async (id: string): Promise<boolean> =>
        (await s.row(id)).alive_at === lease.alive_at
      assert.deepEqual(
        [await confirmed(a.id), await confirmed(b.id), await confirmed(c.id)],
        [true, false, false],
      )
      assert.equal(await identityChecks.settle(a.id, 'mine', { reason: 'x' }), false)
    })

    it('SCIM confirms those who are due and alive over SCIM, and the others wait', async () => {
      const s = await scene(open)
      await using store = s.store
      const now = s.clock.now()
      const scim = { scim: '{"active":true}', alive_at: now - MINUTE }
      const ids = {
        alive: await s.add('alive', scim),
        frozen: await s.add('frozen', { ...scim, state: 'frozen' }),
        deleted: await s.add('deleted', { ...scim, scim_deleted_at: 1 }),
        unknown: await s.add('unknown', { alive_at: now - MINUTE }),
        newer: await s.add('newer', { ...scim, alive_at: now + MINUTE }),
      }
      const lease = leaseOf(TERMS, now, true)
      const { identityChecks } = store.tables
      assert.equal(await identityChecks.confirmByScim(s.provider.id, now, lease), 1)
      assert.equal((await s.row(ids.alive.id)).alive_until, lease.alive_until)
      await identityChecks.postpone(s.provider.id, now, now + 5)
      for (const { id } of [ids.frozen, ids.deleted, ids.unknown, ids.newer])
        assert.equal((await s.row(id)).next_check_at, now + 5)
      assert.equal((await s.row(ids.alive.id)).next_check_at, lease.next_check_at)
    })

    it('all who can be asked about are due when it is known in another way', async () => {
      const s = await scene(open)
      await using store = s.store
      const never = { next_check_at: null }
      const token = { refresh_token: Buffer.from('x') }
      const asked = await s.add('asked', { ...never, ...token })
      const bare = await s.add('bare', never)
      const frozen = await s.add('frozen', { ...never, ...token, state: 'frozen' })
      await store.tables.identityChecks.askAnew(s.provider.id, s.clock.now())
      assert.equal((await s.row(asked.id)).next_check_at, s.clock.now())
      for (const { id } of [bare, frozen]) assert.equal((await s.row(id)).next_check_at, null)
    })

    it('new terms hold for what was known before', async () => {
      const s = await scene(open)
      await using store = s.store
      const now = s.clock.now()
      const asked = await s.add('asked', { alive_at: now, next_check_at: now + 1e7 })
      const other = await s.add('other', { alive_at: now, next_check_at: null })
      await store.tables.identityChecks.newTerms(s.provider.id, now, { intervalS: 60, graceS: 10 })
      const [one, two] = [await s.row(asked.id), await s.row(other.id)]
      assert.deepEqual([one.alive_until, one.next_check_at], [now + 70_000, now + 60_000])
      assert.deepEqual([two.alive_until, two.next_check_at], [now + 10_000, null])
      const end = await store.tables.identityChecks.firstEnd(s.provider.id, now)
      assert.equal(end, now + 10_000)
    })
  })
})
