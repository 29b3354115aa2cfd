import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { NewNotice } from '#domain/notice.ts'
import { newId, NOON, userRow } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'

const notice = (user: { id: string }, onceKey: string): NewNotice => ({
  userId: user.id,
  kind: 'app_password_created',
  onceKey,
  params: { name: '<b>"é', n: 1 },
})

describe('store: notices', () => {
  forEachStore((_, open) => {
    it('tells the same event once, whoever sees it first', async () => {
      await using store = await open()
      const { users, notices } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      await Promise.all(
        Array.from({ length: 20 }, () => notices.add(newId(), notice(ada, 'same'), NOON)),
      )
      const listed = await notices.listOf(ada.id)
      assert.equal(listed.length, 1)
      assert.deepEqual(JSON.parse(listed[0]!.params), { name: '<b>"é', n: 1 })
      assert.equal(listed[0]!.user_email, ada.email)
    })

    it('shows a person their own, the newest first, until they are dismissed by the person', async () => {
      await using store = await open()
      const { users, notices } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const user of [ada, bob]) await users.insert(user)
      const ids = ['1', '2', '3'].map((n) => `01900000-0000-7000-8000-00000000000${n}`)
      for (const [i, id] of ids.entries())
        await notices.add(id, notice(i === 2 ? bob : ada, `n${i}`), NOON + i)
      assert.deepEqual(
        (await notices.listOf(ada.id)).map((one) => one.id),
        [ids[1], ids[0]],
      )
      assert.deepEqual(
        (await notices.listAll(2)).map((one) => one.id),
        [ids[2], ids[1]],
      )
      assert.equal(await notices.dismiss(bob.id, ids[0]!, NOON), false)
      assert.equal(await notices.dismiss(ada.id, ids[0]!, NOON), true)
      assert.equal(await notices.dismiss(ada.id, ids[0]!, NOON), false)
      assert.deepEqual(
        (await notices.listOf(ada.id)).map((one) => one.id),
        [ids[1]],
      )
      await notices.forget(NOON + 2)
      assert.deepEqual(
        (await notices.listAll(9)).map((one) => one.id),
        [ids[2]],
      )
    })

    it('hands each mail to one node; it is due again when that node says nothing', async () => {
      await using store = await open()
      const { users, notices } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      await notices.add(newId(), notice(ada, 'later'), NOON + 100)
      await notices.add(newId(), notice(ada, 'now'), NOON)
      const [due, ...rest] = await notices.due(NOON, 10)
      assert.equal(rest.length, 0)
      const claims = Array.from({ length: 20 }, () => notices.claim(due!.id, NOON, NOON + 60))
      assert.equal((await Promise.all(claims)).filter(Boolean).length, 1)
      assert.deepEqual(await notices.due(NOON + 59, 10), [])
      const [again] = await notices.due(NOON + 60, 10)
      assert.deepEqual([again?.id, again?.mail_tries], [due!.id, 1])
      await notices.mailed(due!.id, 'sent', NOON + 60)
      assert.deepEqual(await notices.due(NOON + 60, 10), [])
      assert.equal(await notices.claim(due!.id, NOON + 60, NOON + 90), false)
    })
  })
})
