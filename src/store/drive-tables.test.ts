import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId, userRow } from '../../test/support/rows.ts'
import { forEachStore, type Open } from '../../test/support/stores.ts'
import type { DavLock } from './dav-locks.ts'
import type { Store } from './store.ts'

const path = (text: string): Buffer => Buffer.from(text)
const names = (rows: readonly { path: Uint8Array; name: string }[]): string[] =>
  rows.map((row) => `${Buffer.from(row.path).toString()} ${row.name}`).toSorted()

async function withProperties(open: Open): Promise<Store> {
  const store = await open()
  for (const one of ['', 'a', 'a/b', 'a/b/c', 'a b', 'a/b\u00e9', 'ab', 'a0'])
    await store.tables.davProperties.apply('s', path(one), [
      { namespace: 'n', local: 'x', value: '<x/>' },
    ])
  return store
}

describe('store: properties of the drive', () => {
  forEachStore((_, open) => {
    it('sets, replaces and removes', async () => {
      await using store = await open()
      const { davProperties } = store.tables
      const of = async () =>
        (await davProperties.of('s', path('f'))).map(({ name, value }) => [name, value])
      await davProperties.apply('s', path('f'), [
        { namespace: 'n', local: 'x', value: '1' },
        { namespace: 'n', local: 'y', value: '2' },
        { namespace: 'n', local: 'x', value: '3' },
        { namespace: 'n', local: 'y', value: null },
      ])
      assert.deepEqual(await of(), [['x', '3']])
    })

    it('finds the members of a collection, and what is below it', async () => {
      await using store = await withProperties(open)
      const { davProperties } = store.tables
      assert.deepEqual(names(await davProperties.ofMembers('s', path('a'))), [
        'a/b x',
        'a/b\u00e9 x',
      ])
      await davProperties.copyTree(
        { space: 's', path: path('a') },
        { space: 't', path: path('z/y') },
        true,
      )
      assert.deepEqual(names(await davProperties.ofMembers('t', path('z'))), ['z/y x'])
      assert.deepEqual(names(await davProperties.ofMembers('t', path('z/y'))), [
        'z/y/b x',
        'z/y/b\u00e9 x',
      ])
      assert.deepEqual(names(await davProperties.of('t', path('z/y/b/c'))), ['z/y/b/c x'])
      await davProperties.copyTree(
        { space: 's', path: path('a') },
        { space: 't', path: path('flat') },
        false,
      )
      assert.deepEqual(names(await davProperties.ofMembers('t', path('flat'))), [])
      await davProperties.removeTree('s', path('a'))
      for (const gone of ['a', 'a/b', 'a/b/c'])
        assert.deepEqual(await davProperties.of('s', path(gone)), [])
      for (const kept of ['', 'a b', 'ab', 'a0'])
        assert.equal((await davProperties.of('s', path(kept))).length, 1, kept)
      await davProperties.removeTree('s', path(''))
      assert.deepEqual(await davProperties.ofMembers('s', path('')), [])
      await davProperties.removeSpace('t')
      assert.deepEqual(await davProperties.ofMembers('t', path('z/y')), [])
    })
  })
})

describe('store: locks of the drive', () => {
  const lock = (user: string, at: string, more: Partial<DavLock> = {}): DavLock => ({
    token: newId(),
    space: 's',
    path: path(at),
    depth: '0',
    scope: 'exclusive',
    owner: '',
    user_id: user,
    timeout_s: 10,
    expires_at: 100,
    created_at: 0,
    ...more,
  })
  forEachStore((_, open) => {
    it('finds those on a way and those below, while they last', async () => {
      await using store = await open()
      const ada = userRow('ada')
      await store.tables.users.insert(ada)
      const { davLocks } = store.tables
      const made = ['', 'a', 'a/b', 'a/b/c', 'ab'].map((one) => lock(ada.id, one))
      for (const one of made) await davLocks.insert(one)
      const paths = (rows: readonly DavLock[]): string[] =>
        rows.map((row) => Buffer.from(row.path).toString()).toSorted()
      assert.deepEqual(paths(await davLocks.on('s', [path(''), path('a'), path('x')], 99)), [
        '',
        'a',
      ])
      assert.deepEqual(paths(await davLocks.below('s', path('a'), 99)), ['a/b', 'a/b/c'])
      assert.deepEqual(paths(await davLocks.below('s', path(''), 99)), ['a', 'a/b', 'a/b/c', 'ab'])
      assert.deepEqual(await davLocks.below('s', path(''), 100), [])
      await davLocks.refresh(made[1]!.token, 60, 200)
      assert.equal((await davLocks.find(made[1]!.token, 150))?.timeout_s, 60)
      assert.equal(await davLocks.find(made[2]!.token, 150), null)
      assert.equal(await davLocks.countOf(ada.id, 50), 5)
      await davLocks.removeTree('s', path('a'), false)
      assert.equal(await davLocks.countOf(ada.id, 50), 3)
      await davLocks.removeTree('s', path('a'), true)
      await davLocks.forgetEnded(100)
      assert.equal(await davLocks.countOf(ada.id, 0), 0)
    })

    it('goes with its person', async () => {
      await using store = await open()
      const ada = userRow('ada')
      await store.tables.users.insert(ada)
      const made = lock(ada.id, 'a')
      await store.tables.davLocks.insert(made)
      await store.db.deleteFrom('user').where('id', '=', ada.id).execute()
      assert.equal(await store.tables.davLocks.find(made.token, 0), null)
    })
  })
})

describe('store: usage of the drive', () => {
  forEachStore((_, open) => {
    it('never passes its limit, however many reserve at once', async () => {
      await using store = await open()
      const { driveUsage } = store.tables
      const all = await Promise.all(
        Array.from({ length: 30 }, async () => await driveUsage.reserve('s', 10, 100)),
      )
      assert.equal(all.filter(Boolean).length, 10)
      assert.equal(await driveUsage.bytes('s'), 100)
      await driveUsage.release('s', 250)
      assert.equal(await driveUsage.bytes('s'), 0)
      assert.equal(await driveUsage.reserve('s', 10, null), true)
      await driveUsage.set('t', 7)
      assert.deepEqual(
        await driveUsage.all(),
        new Map([
          ['s', 10],
          ['t', 7],
        ]),
      )
      await driveUsage.remove('t')
      assert.equal(await driveUsage.bytes('t'), 0)
    })

    it('lets those who hold a space come one after the other', async () => {
      await using store = await open()
      const order: string[] = []
      const hold = async (name: string): Promise<void> =>
        await store.transaction(async ({ driveUsage }) => {
          await driveUsage.hold('s')
          order.push(`${name} in`)
          await driveUsage.bytes('s')
          await driveUsage.bytes('s')
          order.push(`${name} out`)
        })
      await Promise.all(['a', 'b', 'c', 'd'].map(hold))
      for (let i = 0; i < order.length; i += 2)
        assert.equal(order[i]?.replace('in', 'out'), order[i + 1])
    })
  })
})

describe('store: shared folders', () => {
  forEachStore((_, open) => {
    it('are seen by their members only, with their access', async () => {
      await using store = await open()
      const { sharedFolders, users } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const user of [ada, bob]) await users.insert(user)
      const who = { created_at: 1, created_by: 'ada', updated_at: 1, updated_by: 'ada' }
      const [sales, team] = ['Ventes', 'Team'].map((name) => ({
        id: newId(),
        name,
        name_key: name.toLowerCase(),
        ...who,
      }))
      await sharedFolders.insert(sales!)
      await sharedFolders.insert(team!)
      await sharedFolders.setMember(sales!.id, ada.id, 'read')
      await sharedFolders.setMember(sales!.id, ada.id, 'write')
      await sharedFolders.setMember(team!.id, ada.id, 'read')
      await sharedFolders.setMember(team!.id, bob.id, 'read')
      assert.deepEqual(
        (await sharedFolders.ofMember(ada.id)).map(({ name, access }) => [name, access]),
        [
          ['Team', 'read'],
          ['Ventes', 'write'],
        ],
      )
      assert.equal(await sharedFolders.ofMemberNamed(bob.id, 'Ventes'), null)
      assert.equal((await sharedFolders.ofMemberNamed(bob.id, 'Team'))?.id, team!.id)
      assert.deepEqual(
        (await sharedFolders.members(team!.id)).map(({ name }) => name),
        ['ada', 'bob'],
      )
      assert.equal((await sharedFolders.members()).length, 3)
      await sharedFolders.removeMember(team!.id, bob.id)
      assert.deepEqual(await sharedFolders.ofMember(bob.id), [])
      await sharedFolders.update(team!.id, { name: 'Équipe', name_key: 'équipe' })
      assert.equal((await sharedFolders.findByKey('équipe'))?.name, 'Équipe')
      await sharedFolders.delete(sales!.id)
      assert.deepEqual(
        (await sharedFolders.list()).map(({ name }) => name),
        ['Équipe'],
      )
      assert.equal((await sharedFolders.ofMember(ada.id)).length, 1)
    })
  })
})
