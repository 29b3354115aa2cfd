import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { INITIAL_SETTINGS } from '#domain/policy.ts'
import { NOON } from '../../test/support/rows.ts'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'

describe('store: meta', () => {
  forEachStore((_, open) => {
    it('writes once what is written once, however many try', async () => {
      await using store = await open()
      const { meta } = store.tables
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, i) => meta.addOnce('set_up', `${i}`)),
      )
      assert.equal(added.filter(Boolean).length, 1)
      assert.equal(await meta.get('set_up'), `${added.indexOf(true)}`)
      await meta.set('set_up', 'x')
      await meta.set('other', 'y')
      assert.deepEqual([await meta.get('set_up'), await meta.get('other')], ['x', 'y'])
      assert.equal(await meta.get('nothing'), null)
    })

    it('lists by the word before the colon, and takes no wildcard', async () => {
      await using store = await open()
      const { meta } = store.tables
      for (const name of ['key_check:k2', 'key_check:k1', 'key_check', 'keyxcheck:k3', 'a%:x'])
        await meta.set(name, 'v')
      const names = async (word: string) => (await meta.list(word)).map((row) => row.name)
      assert.deepEqual(await names('key_check'), ['key_check:k1', 'key_check:k2'])
      assert.deepEqual(await names('%'), [])
    })
  })
})

describe('store: settings', () => {
  forEachStore((_, open) => {
    it('answers the default for what was never set, and for what fits no more', async () => {
      await using store = await open()
      const { settings } = store.tables
      assert.deepEqual(await settings.read(), INITIAL_SETTINGS)
      await settings.set('second_factor', 'off', NOON, 'ada')
      await settings.set('app_credentials_ttl', 86_400, NOON, 'ada')
      await settings.set('app_credentials_ttl', 172_800, NOON + 1, 'bob')
      const broken = { name: 'session_idle', value: '"never"', updated_at: 0, updated_by: 'x' }
      await store.db.insertInto('setting').values(broken).execute()
      const read = await settings.read()
      assert.deepEqual(
        [read.second_factor, read.app_credentials_ttl, read.session_idle],
        ['off', 172_800, INITIAL_SETTINGS.session_idle],
      )
      const row = (await settings.rows()).find((one) => one.name === 'app_credentials_ttl')
      assert.deepEqual([row?.updated_at, row?.updated_by], [NOON + 1, 'bob'])
    })
  })
})

describe('store: throttle', () => {
  forEachStore((name, open) => {
    const burst = { key: 'password:ada:burst', tries: 10, perMs: 1000 }
    const total = { key: 'password:ada:total', tries: 100, perMs: Number.MAX_SAFE_INTEGER }

    it('gives each of many parallel tries a number of its own, on two nodes', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const tries = Array.from({ length: 100 }, async (_, i) => {
        const limits = i % 3 ? [burst, total] : [total, burst]
        const counted = await (i % 2 ? here : there).tables.throttle.count(limits, NOON)
        assert.equal(counted.get(burst.key), counted.get(total.key))
        return counted.get(burst.key)!
      })
      assert.deepEqual(
        (await Promise.all(tries)).sort((a, b) => a - b),
        Array.from({ length: 100 }, (_, i) => i + 1),
      )
    })

    it('starts anew when the time is over, and not a millisecond before', async () => {
      await using store = await open()
      const { throttle } = store.tables
      const at = async (now: number) => (await throttle.count([burst, total], now)).get(burst.key)
      assert.equal(await at(NOON), 1)
      assert.equal(await at(NOON + 999), 2)
      assert.equal(await at(NOON + 1000), 1)
      assert.equal((await throttle.count([total], NOON + 1000)).get(total.key), 4)
      await throttle.forget(NOON + 2000)
      assert.equal((await throttle.count([total], NOON + 2000)).get(total.key), 5)
    })

    it('takes one try back or all, never below none', async () => {
      await using store = await open()
      const { throttle } = store.tables
      await throttle.count([burst, total], NOON)
      await throttle.takeBack(
        new Map([
          [burst.key, 1],
          [total.key, 0],
        ]),
      )
      await throttle.takeBack(new Map([[burst.key, 1]]))
      assert.equal((await throttle.count([burst], NOON)).get(burst.key), 1)
      assert.equal((await throttle.count([total], NOON)).get(total.key), 2)
      await throttle.takeBack(new Map([[burst.key, 'all']]))
      assert.equal((await throttle.count([burst], NOON)).get(burst.key), 1)
      await throttle.clearAll(['password:ada:'])
      assert.deepEqual(await store.db.selectFrom('throttle').selectAll().execute(), [])
    })
  })
})
