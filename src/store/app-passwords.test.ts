import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { appPasswordRow, hashOf, newId, NOON, userRow } from '../../test/support/rows.ts'
import { forEachStore, newPlace, openTestStore, type Open } from '../../test/support/stores.ts'
import type { AppPasswordRow } from './schema.ts'
import type { Store } from './store.ts'

const use = (at: number, client = 'Outlook') => ({ at, ip: '192.0.2.1', gateway: 'drive', client })

const plain = ({ hash, ...rest }: AppPasswordRow) => ({ ...rest, hash: Buffer.from(hash) })

async function withAda(
  open: Open,
): Promise<{ store: Store; ada: { id: string }; row: AppPasswordRow }> {
  const store = await open()
  const ada = userRow('ada')
  const row = appPasswordRow(ada, 'Outlook')
  await store.tables.users.insert(ada)
  await store.tables.appPasswords.insert(row)
  return { store, ada, row }
}

describe('store: application passwords', () => {
  forEachStore((name, open) => {
    it('keeps every field; a person finds only their own, and none that was deleted', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      assert.deepEqual(plain((await appPasswords.findById(row.id))!), plain(row))
      assert.equal((await appPasswords.find(ada.id, row.id))?.id, row.id)
      assert.equal(await appPasswords.find(newId(), row.id), null)
      await appPasswords.revoke(row.id, NOON, 'ada')
      assert.equal(await appPasswords.find(ada.id, row.id), null)
      assert.equal((await appPasswords.findById(row.id))?.revoked_by, 'ada')
    })

    it('has one row per hash', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const twin = appPasswordRow(ada, 'Phone', { hash: row.hash })
      await assert.rejects(async () => await store.tables.appPasswords.insert(twin))
    })

    it('lists the newest first, without deleted ones and those that ended long ago', async () => {
      const { store, ada } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      for (const [i, more] of [
        { created_at: NOON + 2 },
        { created_at: NOON + 1, expires_at: NOON + 5 },
        { created_at: NOON + 3, revoked_at: NOON },
      ].entries())
        await appPasswords.insert(appPasswordRow(ada, `p${i}`, more))
      const names = async (endedAfter: number): Promise<string[]> =>
        (await appPasswords.listOf(ada.id, endedAfter)).map((one) => one.name)
      assert.deepEqual(await names(NOON), ['p0', 'p1', 'Outlook'])
      assert.deepEqual(await names(NOON + 5), ['p0', 'Outlook'])
      assert.deepEqual(await appPasswords.listOf(newId(), 0), [])
    })

    it('revokes once, and all of a person that still work', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => appPasswords.revoke(row.id, NOON + i, `admin ${i}`)),
      )
      assert.equal(answers.filter(Boolean).length, 1)
      for (const [i, expires_at] of [NOON + 10, NOON + 20, NOON].entries())
        await appPasswords.insert(appPasswordRow(ada, `p${i}`, { expires_at }))
      assert.equal(await appPasswords.revokeAll(ada.id, NOON, 'bob'), 2)
      assert.equal(await appPasswords.revokeAll(ada.id, NOON, 'bob'), 0)
    })

    it('writes the latest use, and nothing on a row that was revoked', async () => {
      const { store, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      await appPasswords.used(row.id, use(NOON + 2, 'late'))
      await appPasswords.used(row.id, use(NOON + 1, 'early'))
      assert.equal((await appPasswords.findById(row.id))?.last_client, 'late')
      await appPasswords.revoke(row.id, NOON + 3, 'ada')
      await appPasswords.used(row.id, use(NOON + 9, 'after'))
      const left = await appPasswords.findById(row.id)
      assert.deepEqual(
        [left?.last_client, left?.last_used_at, left?.revoked_at],
        ['late', NOON + 2, NOON + 3],
      )
    })

    it('200 parallel uses while revoking never bring the row back', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address }) // another node
      const ada = userRow('ada')
      await here.tables.users.insert(ada)
      for (let round = 0; round < 5; round++) {
        const row = appPasswordRow(ada, `round ${round}`)
        const hash = Buffer.from(row.hash)
        await here.tables.appPasswords.insert(row)
        const uses = Array.from({ length: 200 }, async (_, i) => {
          const node = i % 2 ? here : there
          if (i === 100) await here.tables.appPasswords.revoke(row.id, NOON, 'ada')
          await node.tables.appPasswords.used(row.id, use(NOON + i))
          return i >= 100 ? (await node.credentials.find(hash))?.revokedAt : NOON
        })
        await Promise.all(uses)
        const left = await there.tables.appPasswords.findById(row.id)
        assert.equal(left?.revoked_at, NOON)
        assert.equal(left?.revoked_by, 'ada')
        assert.equal((await there.credentials.find(hash))?.revokedAt, NOON)
        await here.tables.appPasswords.used(row.id, use(NOON + 1000))
        assert.notEqual(
          (await here.tables.appPasswords.findById(row.id))?.last_used_at,
          NOON + 1000,
        )
      }
    })

    it('tells the first network, a new one, and a known one; the table does not grow for ever', async () => {
      const { store, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      assert.equal(await appPasswords.seenNetwork(row.id, '192.0.2.0/24', NOON), 'first')
      assert.equal(await appPasswords.seenNetwork(row.id, '192.0.2.0/24', NOON + 1), 'known')
      for (let i = 1; i <= 60; i++)
        assert.equal(await appPasswords.seenNetwork(row.id, `10.0.${i}.0/24`, NOON + i), 'new')
      const kept = await store.db.selectFrom('app_password_network').selectAll().execute()
      assert.equal(kept.length, 50)
      assert.ok(kept.some((one) => one.network === '10.0.60.0/24'))
    })

    it('is told of a new network once, however many see it together', async () => {
      const { store, row } = await withAda(open)
      await using _ = store
      const seen = await Promise.all(
        Array.from({ length: 20 }, () =>
          store.tables.appPasswords.seenNetwork(row.id, '192.0.2.0/24', NOON),
        ),
      )
      assert.equal(seen.filter((one) => one !== 'known').length, 1)
    })

    it('adds up stale uses per program and address, and only the owner dismisses them', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => appPasswords.addStaleUses(row.id, use(NOON + i), 2)),
      )
      await appPasswords.addStaleUses(row.id, use(NOON + 100, 'Phone'), 1)
      const stale = await appPasswords.staleUsesOf(ada.id, NOON)
      assert.deepEqual(
        stale.map((one) => [one.client, one.uses, one.name]),
        [
          ['Phone', 1, 'Outlook'],
          ['Outlook', 40, 'Outlook'],
        ],
      )
      assert.deepEqual(await appPasswords.staleUsesOf(ada.id, NOON + 100), [])
      assert.equal(await appPasswords.dismissStaleUses(newId(), row.id), false)
      assert.equal(await appPasswords.dismissStaleUses(ada.id, row.id), true)
      assert.deepEqual(await appPasswords.staleUsesOf(ada.id, 0), [])
    })

    it('names those that end soon, and forgets those that ended long ago', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      const soon = appPasswordRow(ada, 'soon', { expires_at: NOON + 3 * DAY })
      const gone = appPasswordRow(ada, 'gone', { expires_at: NOON + DAY, revoked_at: NOON })
      const past = appPasswordRow(ada, 'past', { expires_at: NOON })
      for (const one of [soon, gone, past]) await appPasswords.insert(one)
      const ending = await appPasswords.endingBefore(NOON, NOON + 3 * DAY)
      assert.deepEqual(
        ending.map((one) => one.name),
        ['soon'],
      )
      await appPasswords.forget(NOON + 1)
      assert.equal(await appPasswords.findById(gone.id), null)
      assert.equal(await appPasswords.findById(past.id), null)
      assert.ok(await appPasswords.findById(row.id))
      assert.ok(await appPasswords.findById(soon.id))
    })

    it('lists the next that end, of people who can use them, and says how many there are', async () => {
      const { store, ada, row } = await withAda(open)
      await using _ = store
      const { appPasswords, users } = store.tables
      const bob = userRow('bob', { state: 'disabled' })
      await users.insert(bob)
      for (const [user, name, days, revoked_at] of [
        [ada, 'third', 3, null],
        [ada, 'first', 1, null],
        [ada, 'second', 2, null],
        [ada, 'deleted', 1, NOON],
        [ada, 'over', -1, null],
        [bob, 'disabled', 1, null],
      ] as const)
        await appPasswords.insert(
          appPasswordRow(user, name, { expires_at: NOON + days * DAY, revoked_at }),
        )
      const next = await appPasswords.nextEnding(NOON, NOON + 3 * DAY, 2)
      assert.deepEqual(
        [next.total, next.rows.map((one) => `${one.name} ${one.user_name}`)],
        [3, ['first ada', 'second ada']],
      )
      assert.equal((await appPasswords.nextEnding(NOON, row.expires_at, 9)).total, 4)
    })

    it('lists clients of everybody that still send dead ones, the longest dead first', async () => {
      const { store, ada } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      const dead = async (name: string, at: Partial<AppPasswordRow>, sent: number) => {
        const one = appPasswordRow(ada, name, at)
        await appPasswords.insert(one)
        await appPasswords.addStaleUses(one.id, use(sent, name), 3)
      }
      await dead('new', { revoked_at: NOON - DAY }, NOON)
      await dead('old', { expires_at: NOON - 9 * DAY }, NOON - 2)
      await dead('silent', { revoked_at: NOON - 20 * DAY }, NOON - 8 * DAY)
      await dead('between', { revoked_at: NOON - 3 * DAY }, NOON - 1)
      const found = await appPasswords.stalest(NOON - 7 * DAY, 2)
      assert.deepEqual(
        found.map((one) => [one.name, one.user_name, one.client, one.uses]),
        [
          ['old', 'ada', 'old', 3],
          ['between', 'ada', 'between', 3],
        ],
      )
    })

    it('knows whether the time of any was up between two moments', async () => {
      const { store, row } = await withAda(open)
      await using _ = store
      const { appPasswords } = store.tables
      const end = row.expires_at
      assert.equal(await appPasswords.anyExpired(end - 1, end), true)
      assert.equal(await appPasswords.anyExpired(end - 2, end - 1), false)
      assert.equal(await appPasswords.anyExpired(end, end + DAY), false)
    })

    it('stands in the way of nobody: a rename changes the name alone', async () => {
      const { store, row } = await withAda(open)
      await using _ = store
      await store.tables.appPasswords.rename(row.id, 'Outlook au bureau', 'outlook au bureau')
      const found = await store.credentials.find(Buffer.from(row.hash))
      assert.equal(found?.name, 'Outlook au bureau')
      assert.equal(await store.credentials.find(hashOf('nobody')), null)
    })
  })
})
