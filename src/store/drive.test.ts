import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId, NOON, userRow } from '../../test/support/rows.ts'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'
import type { DavLock } from './dav-locks.ts'
import type { Store } from './store.ts'

const path = (text: string): Buffer => Buffer.from(text)
const SPACE = 'home:1'

const lockRow = (user: { id: string }, at: string, more: Partial<DavLock> = {}): DavLock => ({
  token: `urn:uuid:${newId()}`,
  space: SPACE,
  path: path(at),
  depth: '0',
  scope: 'exclusive',
  owner: '<D:href>ada</D:href>',
  user_id: user.id,
  timeout_s: 600,
  expires_at: NOON + 600_000,
  created_at: NOON,
  ...more,
})

const tokens = (locks: DavLock[]) => locks.map((one) => one.token).sort()

const folder = (title: string) => ({
  id: newId(),
  name: title,
  name_key: title.toLowerCase(),
  created_at: NOON,
  created_by: 'test',
  updated_at: NOON,
  updated_by: 'test',
})

const write = (local: string, value: string | null) => ({ namespace: 'urn:x', local, value })

const properties = async (store: Store): Promise<string[]> => {
  const rows = await store.db.selectFrom('dav_property').selectAll().execute()
  return rows.map((r) => `${r.space} ${String(Buffer.from(r.path))} ${r.name}=${r.value}`).sort()
}

describe('store: dead properties', () => {
  forEachStore((_, open) => {
    it('keeps values exactly, per namespace, and removes what is set to nothing', async () => {
      await using store = await open()
      const { davProperties } = store.tables
      const value = '<x xmlns="urn:x">é \u{1f600} &amp; \t\n ]]&gt;</x>'
      await davProperties.apply(SPACE, path('a'), [write('p', value), write('q', '1')])
      await davProperties.apply(SPACE, path('a'), [
        { namespace: 'urn:y', local: 'p', value: 'y' },
        write('q', null),
        write('r', null),
      ])
      const rows = await davProperties.of(SPACE, path('a'))
      assert.deepEqual(rows.map((row) => `${row.namespace} ${row.name} ${row.value}`).sort(), [
        `urn:x p ${value}`,
        'urn:y p y',
      ])
      assert.deepEqual(await davProperties.of('home:2', path('a')), [])
    })

    it('tells a tree from names that only begin alike, whatever bytes they have', async () => {
      await using store = await open()
      const { davProperties } = store.tables
      const paths = ['a', 'a/b', 'a/b/c', 'a b', 'a.', 'a/', 'ab', 'aé', 'a0', 'A/b', 'a/\u{1f600}']
      for (const one of paths) await davProperties.apply(SPACE, path(one), [write('p', '1')])
      await davProperties.removeTree(SPACE, path('a'))
      assert.deepEqual(
        await properties(store),
        ['A/b', 'a b', 'a.', 'a0', 'ab', 'aé'].map((one) => `${SPACE} ${one} p=1`).sort(),
      )
    })

    it('copies a tree, or only its top, over what is there; lists members of a collection', async () => {
      await using store = await open()
      const { davProperties } = store.tables
      const from = { space: SPACE, path: path('src') }
      for (const one of ['src', 'src/x', 'src/y/z', 'srcx'])
        await davProperties.apply(SPACE, path(one), [write('p', one)])
      await davProperties.copyTree(from, { space: 'shared:1', path: path('to/here') }, true)
      await davProperties.copyTree(from, { space: 'shared:2', path: path('top') }, false)
      const copied = (await properties(store)).filter((one) => one.startsWith('shared'))
      assert.deepEqual(copied, [
        'shared:1 to/here p=src',
        'shared:1 to/here/x p=src/x',
        'shared:1 to/here/y/z p=src/y/z',
        'shared:2 top p=src',
      ])
      const members = await davProperties.ofMembers('shared:1', path('to/here'))
      assert.deepEqual(
        members.map((row) => row.value),
        ['src/x'],
      )
      await davProperties.copyTree(
        { ...from, path: path('') },
        { space: 'shared:3', path: path('') },
        true,
      )
      assert.equal((await properties(store)).filter((one) => one.startsWith('shared:3')).length, 4)
      await davProperties.removeSpace('shared:1')
      assert.ok(!(await properties(store)).some((one) => one.startsWith('shared:1')))
    })

    it('moves thousands of properties in one go', async () => {
      await using store = await open()
      const rows = Array.from({ length: 2500 }, (_, i) => ({
        space: SPACE,
        path: path(`big/${i}`),
        parent: path('big'),
        namespace: 'urn:x',
        name: 'p',
        value: `${i}`,
      }))
      for (let i = 0; i < rows.length; i += 500)
        await store.db
          .insertInto('dav_property')
          .values(rows.slice(i, i + 500))
          .execute()
      const from = { space: SPACE, path: path('big') }
      await store.tables.davProperties.copyTree(from, { space: 'home:2', path: path('b') }, true)
      const members = await store.tables.davProperties.ofMembers('home:2', path('b'))
      assert.equal(members.length, 2500)
    })
  })
})

describe('store: locks of the drive', () => {
  forEachStore((name, open) => {
    it('finds locks on a path and below it, until they end', async () => {
      await using store = await open()
      const { users, davLocks } = store.tables
      const ada = userRow('ada')
      await users.insert(ada)
      const [a, ab, ax] = [lockRow(ada, 'a'), lockRow(ada, 'a/b'), lockRow(ada, 'ax')]
      const ended = lockRow(ada, 'a/c', { expires_at: NOON })
      for (const one of [a, ab, ax, ended]) await davLocks.insert(one)
      assert.deepEqual(
        tokens(await davLocks.on(SPACE, [path(''), path('a'), path('a/c')], NOON)),
        tokens([a]),
      )
      assert.deepEqual(tokens(await davLocks.below(SPACE, path('a'), NOON)), tokens([ab]))
      assert.deepEqual(tokens(await davLocks.below(SPACE, path(''), NOON)), tokens([a, ab, ax]))
      assert.deepEqual(await davLocks.below('home:2', path(''), NOON), [])
      assert.equal(await davLocks.countOf(ada.id, NOON), 3)
      await davLocks.refresh(a.token, 60, NOON + 60_000)
      assert.equal((await davLocks.find(a.token, NOON))?.timeout_s, 60)
      assert.equal(await davLocks.find(a.token, NOON + 60_000), null)
      await davLocks.removeTree(SPACE, path('a'), false)
      assert.deepEqual(tokens(await davLocks.below(SPACE, path(''), NOON)), tokens([a, ax]))
      await davLocks.removeTree(SPACE, path('a'), true)
      await davLocks.remove(ax.token)
      assert.equal(await davLocks.countOf(ada.id, 0), 0)
      await assert.rejects(async () => await davLocks.insert(lockRow({ id: newId() }, 'z')))
    })

    it('lets two nodes that lock the same file come one after the other', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const ada = userRow('ada')
      await here.tables.users.insert(ada)
      const tries = Array.from({ length: 10 }, async (_, i) =>
        (i % 2 ? here : there).transaction(async ({ driveUsage, davLocks }) => {
          await driveUsage.hold(SPACE)
          if ((await davLocks.on(SPACE, [path('f')], NOON)).length > 0) return false
          await davLocks.insert(lockRow(ada, 'f'))
          return true
        }),
      )
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1)
    })
  })
})

describe('store: usage of the drive', () => {
  forEachStore((name, open) => {
    it('never gives the last free byte to two writers, on two nodes', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const tries = Array.from({ length: 60 }, async (_, i) => {
        return await (i % 2 ? here : there).tables.driveUsage.reserve(SPACE, 100, 2500)
      })
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 25)
      assert.equal(await here.tables.driveUsage.bytes(SPACE), 2500)
    })

    it('counts without a limit too, gives back, and never below nothing', async () => {
      await using store = await open()
      const { driveUsage } = store.tables
      const large = 2 ** 45
      assert.equal(await driveUsage.reserve(SPACE, large, null), true)
      assert.equal(await driveUsage.bytes(SPACE), large)
      await driveUsage.release(SPACE, large + 1)
      assert.equal(await driveUsage.bytes(SPACE), 0)
      await driveUsage.set('shared:1', 7)
      assert.deepEqual(
        await driveUsage.all(),
        new Map([
          [SPACE, 0],
          ['shared:1', 7],
        ]),
      )
      await driveUsage.remove(SPACE)
      assert.equal(await driveUsage.bytes(SPACE), 0)
      assert.equal(await driveUsage.reserve('home:9', 1, 0), false)
    })
  })
})

describe('store: shared folders', () => {
  forEachStore((_, open) => {
    it('shows a person the folders they are a member of', async () => {
      await using store = await open()
      const { users, sharedFolders } = store.tables
      const [ada, bob] = [userRow('ada'), userRow('bob')]
      for (const user of [ada, bob]) await users.insert(user)
      const [sales, hr] = [folder('Sales'), folder('HR')]
      for (const one of [sales, hr]) await sharedFolders.insert(one)
      await assert.rejects(async () => await sharedFolders.insert(folder('SALES')))
      await sharedFolders.setMember(sales.id, ada.id, 'read')
      await sharedFolders.setMember(sales.id, ada.id, 'write')
      await sharedFolders.setMember(hr.id, ada.id, 'read')
      await sharedFolders.setMember(hr.id, bob.id, 'read')
      await assert.rejects(async () => await sharedFolders.setMember(hr.id, newId(), 'read'))
      assert.deepEqual(
        (await sharedFolders.ofMember(ada.id)).map((one) => [one.name, one.access]),
        [
          ['HR', 'read'],
          ['Sales', 'write'],
        ],
      )
      assert.equal((await sharedFolders.ofMemberNamed(ada.id, 'Sales'))?.access, 'write')
      assert.equal(await sharedFolders.ofMemberNamed(bob.id, 'Sales'), null)
      await sharedFolders.removeMember(sales.id, ada.id)
      assert.equal(await sharedFolders.ofMemberNamed(ada.id, 'Sales'), null)
      await sharedFolders.update(hr.id, { name: 'People', name_key: 'people' })
      assert.equal((await sharedFolders.findByKey('people'))?.id, hr.id)
      await users.delete(bob.id)
      assert.deepEqual(
        (await sharedFolders.members(hr.id)).map((one) => one.name),
        ['ada'],
      )
      await sharedFolders.delete(hr.id)
      assert.deepEqual(
        (await sharedFolders.list()).map((one) => one.name),
        ['Sales'],
      )
      assert.deepEqual(await sharedFolders.members(), [])
    })
  })
})
