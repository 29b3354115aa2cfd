import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hashOf, newId, NOON, secondFactorRow, userRow } from '../../test/support/rows.ts'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'

describe('store: second factors', () => {
  forEachStore((name, open) => {
    it('takes a time step once on all nodes, and none before it', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const ada = userRow('ada')
      const factor = secondFactorRow(ada)
      await here.tables.users.insert(ada)
      await here.tables.secondFactors.insert(factor)
      const taken = Array.from({ length: 200 }, async (_, i) => {
        const node = i % 2 ? here : there
        return await node.tables.secondFactors.takeStep(factor.id, 58_000_000, NOON)
      })
      assert.equal((await Promise.all(taken)).filter(Boolean).length, 1)
      const { secondFactors } = there.tables
      assert.equal(await secondFactors.takeStep(factor.id, 57_999_999, NOON), false)
      assert.equal(await secondFactors.takeStep(factor.id, 58_000_001, NOON), true)
    })

    it('lists those that were confirmed, the last used first, and forgets half-made ones', async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const [phone, tablet, begun] = [
        secondFactorRow(ada, { name: 'Phone', last_used_at: NOON + 2 }),
        secondFactorRow(ada, { name: 'Tablet', created_at: NOON + 3 }),
        secondFactorRow(ada, { confirmed_at: null }),
      ]
      for (const one of [phone, tablet, begun]) await secondFactors.insert(one)
      const names = (await secondFactors.listOf(ada.id)).map((one) => one.name)
      assert.deepEqual(names, ['Tablet', 'Phone'])
      await secondFactors.deleteUnconfirmed(ada.id)
      assert.equal(await secondFactors.find(ada.id, begun.id), null)
      await secondFactors.rename(phone.id, 'Old phone')
      assert.equal((await secondFactors.find(ada.id, phone.id))?.name, 'Old phone')
      assert.deepEqual(
        Buffer.from((await secondFactors.find(ada.id, phone.id))!.secret),
        Buffer.from('sealed'),
      )
    })

    it("cannot be found or removed under another person's id", async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const ada = userRow('ada')
      const factor = secondFactorRow(ada)
      await users.insert(ada)
      await secondFactors.insert(factor)
      assert.equal(await secondFactors.find(newId(), factor.id), null)
      assert.equal(await secondFactors.delete(newId(), factor.id), false)
      assert.equal(await secondFactors.delete(ada.id, factor.id), true)
    })

    it('gives a recovery code to exactly one of those who send it together', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const ada = userRow('ada')
      await here.tables.users.insert(ada)
      const row = (code: string) => ({
        id: newId(),
        user_id: ada.id,
        hash: hashOf(code),
        created_at: NOON,
      })
      await here.tables.secondFactors.replaceRecoveryCodes(ada.id, ['a', 'b'].map(row))
      const taken = Array.from({ length: 50 }, async (_, i) => {
        const { secondFactors } = (i % 2 ? here : there).tables
        return await secondFactors.takeRecoveryCode(ada.id, [hashOf('other key'), hashOf('a')])
      })
      assert.equal((await Promise.all(taken)).filter(Boolean).length, 1)
      const { secondFactors } = here.tables
      assert.equal(await secondFactors.takeRecoveryCode(newId(), [hashOf('b')]), false)
      assert.equal((await secondFactors.recoveryCodesOf(ada.id)).length, 1)
      await secondFactors.replaceRecoveryCodes(ada.id, ['c'].map(row))
      assert.equal(await secondFactors.takeRecoveryCode(ada.id, [hashOf('b')]), false)
      await secondFactors.replaceRecoveryCodes(ada.id, [])
      assert.deepEqual(await secondFactors.recoveryCodesOf(ada.id), [])
    })

    it('takes factors and codes away together', async () => {
      await using store = await open()
      const { users, secondFactors } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      await secondFactors.insert(secondFactorRow(ada))
      const code = { id: newId(), user_id: ada.id, hash: hashOf('a'), created_at: NOON }
      await secondFactors.replaceRecoveryCodes(ada.id, [code])
      await secondFactors.deleteOf(ada.id)
      assert.deepEqual(await secondFactors.listOf(ada.id), [])
      assert.deepEqual(await secondFactors.recoveryCodesOf(ada.id), [])
    })
  })
})
