import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import {
  appPasswordRow,
  deviceRow,
  hashOf,
  newId,
  NOON,
  secondFactorRow,
  sessionRow,
  userRow,
} from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import type { Store } from './store.ts'
import type { UserOrder } from './users.ts'

const namesBy = async (
  store: Store,
  by: UserOrder['by'],
  direction: 'asc' | 'desc',
): Promise<string[]> => {
  const page = { offset: 0, size: 100 }
  return (await store.tables.users.list({}, { by, direction }, page, NOON)).rows.map((u) => u.name)
}

describe('store: users', () => {
  forEachStore((_, open) => {
    it('keeps every field as it was given', async () => {
      await using store = await open()
      const ada = userRow('Ada Lovelace', {
        display_name: 'Ada 😀 „Countess“',
        password_hash: '$argon2id$…',
        password_changed_at: NOON,
        quota_bytes: Number.MAX_SAFE_INTEGER,
        last_sign_in_at: NOON - 1,
      })
      await store.tables.users.insert(ada)
      assert.deepEqual({ ...(await store.tables.users.find(ada.id)) }, ada)
      assert.equal(await store.tables.users.find(newId()), null)
    })

    it('finds by name or by e-mail, and a name wins over an e-mail', async () => {
      await using store = await open()
      const ada = userRow('ada', { email: 'a@example.org' })
      const twin = userRow('a@example.org', { email: 'b@example.org' })
      await store.tables.users.insert(ada)
      assert.equal((await store.tables.users.findByKey('ada'))?.id, ada.id)
      assert.equal((await store.tables.users.findByKey('a@example.org'))?.id, ada.id)
      await store.tables.users.insert(twin)
      assert.equal((await store.tables.users.findByKey('a@example.org'))?.id, twin.id)
      assert.equal(await store.tables.users.findByKey('Ada'), null)
    })

    it('has one user per name and one per e-mail, also when two are made at once', async () => {
      await using store = await open()
      const twins = ['ADA', 'ada', 'Ada'].map((name, i) => userRow(name, { email: `${i}@x.org` }))
      const made = await Promise.allSettled(twins.map((row) => store.tables.users.insert(row)))
      assert.equal(made.filter((one) => one.status === 'fulfilled').length, 1)
      await store.tables.users.insert(userRow('bob', { email: 'same@x.org' }))
      const carol = userRow('carol', { email: 'SAME@X.org' })
      await assert.rejects(async () => await store.tables.users.insert(carol))
    })

    it('changes what it is told to, and deletes with everything that belongs to the person', async () => {
      await using store = await open()
      const { tables } = store
      const ada = userRow('ada')
      const row = appPasswordRow(ada, 'Outlook')
      await tables.users.insert(ada)
      await tables.users.update(ada.id, { language: 'fr' })
      assert.equal((await tables.users.find(ada.id))?.language, 'fr')
      await tables.appPasswords.insert(row)
      await tables.appPasswords.seenNetwork(row.id, '192.0.2.0/24', NOON)
      const use = { at: NOON, ip: '192.0.2.1', gateway: 'drive', client: 'x' }
      await tables.appPasswords.addStaleUses(row.id, use, 1)
      await tables.secondFactors.insert(secondFactorRow(ada))
      const code = { id: newId(), user_id: ada.id, hash: hashOf('code'), created_at: NOON }
      await tables.secondFactors.replaceRecoveryCodes(ada.id, [code])
      await tables.devices.insert(deviceRow(ada, 'd'))
      await tables.sessions.insert(sessionRow(ada))
      const notice = { userId: ada.id, kind: 'password_changed', onceKey: 'x', params: {} } as const
      await tables.notices.add(newId(), notice, NOON)
      await tables.users.delete(ada.id)
      for (const table of [
        'user',
        'app_password',
        'app_password_network',
        'stale_use',
        'second_factor',
        'recovery_code',
        'device',
        'session',
        'notice',
      ] as const)
        assert.deepEqual(await store.db.selectFrom(table).selectAll().execute(), [], table)
    })

    it('refuses what belongs to nobody', async () => {
      await using store = await open()
      const nobody = { id: newId() }
      await assert.rejects(async () => await store.tables.sessions.insert(sessionRow(nobody)))
      await assert.rejects(
        async () => await store.tables.appPasswords.insert(appPasswordRow(nobody, 'Outlook')),
      )
    })

    it('counts what is valid: factors that were confirmed, passwords that have not ended', async () => {
      await using store = await open()
      const { tables } = store
      const ada = userRow('ada')
      await tables.users.insert(ada)
      await tables.secondFactors.insert(secondFactorRow(ada))
      await tables.secondFactors.insert(secondFactorRow(ada, { confirmed_at: null }))
      const ends = [NOON + 5 * DAY, NOON + 2 * DAY, NOON, NOON + DAY]
      for (const [i, expires_at] of ends.entries())
        await tables.appPasswords.insert(
          appPasswordRow(ada, `p${i}`, { expires_at, revoked_at: i === 3 ? NOON : null }),
        )
      await tables.driveUsage.set(`home:${ada.id}`, 12_345)
      const summary = await tables.users.summary(ada.id, NOON)
      assert.deepEqual(
        [
          summary?.second_factors,
          summary?.recovery_codes,
          summary?.app_passwords,
          summary?.next_expiry,
          summary?.used_bytes,
        ],
        [1, 0, 2, NOON + 2 * DAY, 12_345],
      )
      assert.equal(await tables.users.summary(newId(), NOON), null)
    })

    it('sorts by every column, those without a value last', async () => {
      await using store = await open()
      const rows = [
        userRow('carol', { email: 'a@x.org', last_sign_in_at: 3, created_at: 1 }),
        userRow('Ada', { email: 'c@x.org', last_sign_in_at: null, created_at: 3 }),
        userRow('bob', { email: 'b@x.org', last_sign_in_at: 5, created_at: 2 }),
      ]
      for (const row of rows) await store.tables.users.insert(row)
      const [carol, , bob] = rows
      await store.tables.appPasswords.insert(appPasswordRow(bob!, 'a', { expires_at: NOON + 9 }))
      await store.tables.appPasswords.insert(appPasswordRow(bob!, 'b', { expires_at: NOON + 8 }))
      await store.tables.appPasswords.insert(appPasswordRow(carol!, 'c', { expires_at: NOON + 2 }))
      assert.deepEqual(await namesBy(store, 'name', 'asc'), ['Ada', 'bob', 'carol'])
      assert.deepEqual(await namesBy(store, 'name', 'desc'), ['carol', 'bob', 'Ada'])
      assert.deepEqual(await namesBy(store, 'email', 'asc'), ['carol', 'bob', 'Ada'])
      assert.deepEqual(await namesBy(store, 'createdAt', 'desc'), ['Ada', 'bob', 'carol'])
      assert.deepEqual(await namesBy(store, 'lastSignInAt', 'asc'), ['carol', 'bob', 'Ada'])
      assert.deepEqual(await namesBy(store, 'lastSignInAt', 'desc'), ['bob', 'carol', 'Ada'])
      assert.deepEqual(await namesBy(store, 'appPasswords', 'desc'), ['bob', 'carol', 'Ada'])
      assert.deepEqual(await namesBy(store, 'nextExpiry', 'asc'), ['carol', 'bob', 'Ada'])
    })

    it('filters, pages and counts all that match; wildcards are letters like others', async () => {
      await using store = await open()
      const { users } = store.tables
      for (const name of ['ada', 'bob', 'carol', 'per_cent'])
        await users.insert(userRow(name, { role: name === 'bob' ? 'administrator' : 'user' }))
      await users.insert(userRow('dora', { display_name: 'Ådå 100% sure', state: 'disabled' }))
      const order = { by: 'name', direction: 'asc' } as const
      const list = async (filter: object, offset = 0, size = 10): Promise<[string[], number]> => {
        const { rows, total } = await users.list(filter, order, { offset, size }, NOON)
        return [rows.map((row) => row.name), total]
      }
      assert.deepEqual(await list({}, 1, 2), [['bob', 'carol'], 5])
      assert.deepEqual(await list({ role: 'administrator' }), [['bob'], 1])
      assert.deepEqual(await list({ state: 'disabled' }), [['dora'], 1])
      assert.deepEqual(await list({ search: '_' }), [['per_cent'], 1])
      assert.deepEqual(await list({ search: '%' }), [['dora'], 1])
      assert.deepEqual(await list({ search: '\\' }), [[], 0])
      assert.deepEqual(await list({ search: 'CAROL@' }), [['carol'], 1])
      assert.deepEqual(await list({ search: "' or 1=1 --" }), [[], 0])
    })

    it('counts the other administrators who can sign in', async () => {
      await using store = await open()
      const { users } = store.tables
      const rows = [
        userRow('ada', { role: 'administrator' }),
        userRow('bob', { role: 'administrator' }),
        userRow('carol', { role: 'administrator', state: 'disabled' }),
        userRow('dora', { role: 'administrator', state: 'invited' }),
        userRow('eve'),
      ]
      for (const row of rows) await users.insert(row)
      assert.equal(await users.otherAdministrators([rows[0]!.id], NOON), 1)
      assert.equal(await users.otherAdministrators([], NOON), 2)
    })
  })
})
