import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deviceRow, hashOf, newId, NOON, sessionRow, userRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'

const linkRow = (more: object) => ({
  id: newId(),
  hash: hashOf(newId()),
  kind: 'invitation',
  user_id: null,
  expires_at: NOON + 10,
  used_at: null,
  created_at: NOON,
  created_by: 'test',
  ...more,
})

describe('store: sessions', () => {
  forEachStore((_, open) => {
    it('finds by any of the hashes, under an earlier key too', async () => {
      await using store = await open()
      const { users, sessions } = store.tables
      const ada = userRow('ada')
      const session = sessionRow(ada)
      await users.insert(ada)
      await sessions.insert(session)
      const found = await sessions.find([hashOf('other'), session.hash])
      assert.deepEqual({ ...found, hash: 0 }, { ...session, hash: 0 })
      assert.equal(await sessions.find([hashOf('other')]), null)
      await assert.rejects(async () => await sessions.insert({ ...session, id: newId() }))
    })

    it('lists those that have not ended, the last used first', async () => {
      await using store = await open()
      const { users, sessions } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const [old, late, ended] = [
        sessionRow(ada, { last_seen_at: NOON }),
        sessionRow(ada, { last_seen_at: NOON + 1 }),
        sessionRow(ada, { expires_at: NOON }),
      ]
      for (const one of [old, late, ended]) await sessions.insert(one)
      const listed = await sessions.listOf(ada.id, NOON)
      assert.deepEqual(
        listed.map((one) => one.id),
        [late.id, old.id],
      )
      await sessions.forget(NOON)
      assert.equal(await sessions.find([ended.hash]), null)
    })

    it('never brings back a session that has ended, however an update races with it', async () => {
      await using store = await open()
      const { users, sessions } = store.tables
      const ada = userRow('ada')
      const session = sessionRow(ada)
      await users.insert(ada)
      await sessions.insert(session)
      const touched = Array.from({ length: 50 }, async (_, i) => {
        if (i === 25) await sessions.delete(session.id)
        return await sessions.update(session.id, { last_seen_at: NOON + i })
      })
      await Promise.all(touched)
      assert.equal(await sessions.update(session.id, { last_seen_at: NOON }), false)
      assert.equal(await sessions.find([session.hash]), null)
    })

    it('takes a step with a new token once, whoever else holds the old one', async () => {
      await using store = await open()
      const { users, sessions } = store.tables
      const ada = userRow('ada')
      const session = sessionRow(ada, { stage: 'second_factor' })
      await users.insert(ada)
      await sessions.insert(session)
      const steps = Array.from({ length: 20 }, (_, i) =>
        sessions.replace(session.id, session.hash, { hash: hashOf(`${i}`), stage: 'full' }),
      )
      assert.equal((await Promise.all(steps)).filter(Boolean).length, 1)
      assert.equal(await sessions.find([session.hash]), null)
    })

    it('ends all of a person, but for the one that is named', async () => {
      await using store = await open()
      const { users, sessions } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      const [first, second, other] = [sessionRow(ada), sessionRow(ada), sessionRow(bob)]
      for (const user of [ada, bob]) await users.insert(user)
      for (const one of [first, second, other]) await sessions.insert(one)
      assert.equal(await sessions.deleteOf(ada.id, { except: first.id }), 1)
      assert.equal(await sessions.deleteOf(ada.id), 1)
      assert.ok(await sessions.find([other.hash]))
    })
  })
})

describe('store: devices', () => {
  forEachStore((_, open) => {
    it('keeps the browsers of a person that were used last', async () => {
      await using store = await open()
      const { users, devices } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const user of [ada, bob]) await users.insert(user)
      for (const [name, at] of [
        ['a', 3],
        ['b', 1],
        ['c', 2],
      ] as const)
        await devices.insert(deviceRow(ada, name, { last_used_at: at }))
      await devices.insert(deviceRow(bob, 'd', { last_used_at: 0 }))
      await devices.used(hashOf('b'), { last_used_at: 9, ip: '', client: '' })
      await devices.keepNewest(ada.id, 2)
      assert.equal(await devices.find([hashOf('c')]), null)
      assert.equal((await devices.find([hashOf('x'), hashOf('b')]))?.last_used_at, 9)
      assert.equal((await devices.find([hashOf('d')]))?.user_id, bob.id)
      await devices.forget(9)
      assert.equal(await devices.find([hashOf('d')]), null)
      await devices.deleteOf(ada.id)
      assert.equal(await devices.find([hashOf('b')]), null)
    })
  })
})

describe('store: one-time links', () => {
  forEachStore((_, open) => {
    it('is taken once, and never after its end', async () => {
      await using store = await open()
      const { oneTimeLinks } = store.tables
      const [good, ended] = [linkRow({}), linkRow({ expires_at: NOON })]
      for (const one of [good, ended]) await oneTimeLinks.insert(one)
      const taken = Array.from({ length: 30 }, () => oneTimeLinks.take(good.id, NOON))
      assert.equal((await Promise.all(taken)).filter(Boolean).length, 1)
      assert.equal(await oneTimeLinks.take(ended.id, NOON), false)
      assert.equal((await oneTimeLinks.find([good.hash]))?.used_at, NOON)
    })

    it('ends those of a person, or of nobody, that were not used', async () => {
      await using store = await open()
      const { users, oneTimeLinks } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const used = linkRow({ user_id: ada.id, used_at: NOON })
      const hers = linkRow({ user_id: ada.id })
      const reset = linkRow({ user_id: ada.id, kind: 'password_reset' })
      const first = linkRow({ kind: 'first_administrator' })
      for (const one of [used, hers, reset, first]) await oneTimeLinks.insert(one)
      await oneTimeLinks.endOf(ada.id, ['invitation'])
      await oneTimeLinks.endOf(null, ['first_administrator'])
      const left = await Promise.all(
        [used, hers, reset, first].map(
          async (one) => (await oneTimeLinks.find([one.hash])) !== null,
        ),
      )
      assert.deepEqual(left, [true, false, true, false])
      await oneTimeLinks.forget(NOON + 11)
      assert.equal(await oneTimeLinks.find([reset.hash]), null)
    })
  })
})
