import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forEachStore, newPlace, openTestStore } from '../../test/support/stores.ts'
import { checkKeys } from './key-check.ts'
import { parseKeyFile } from './keyring.ts'

const key = (id: string, byte: string) => `${id} ${byte.repeat(32)}`
const ring = (...lines: string[]) => parseKeyFile(lines.join('\n'))

describe('key check', () => {
  forEachStore((name, open) => {
    it('notes each key once, and takes the same keys ever after, in any order', async () => {
      await using store = await open()
      const { meta } = store.tables
      await checkKeys(meta, ring(key('k1', '01')))
      await checkKeys(meta, ring(key('k1', '01')))
      await checkKeys(meta, ring(key('k1', '01'), key('k2', '02')))
      await checkKeys(meta, ring(key('k2', '02'), key('k1', '01')))
      assert.deepEqual(
        (await meta.list('key_check')).map((row) => row.name),
        ['key_check:k1', 'key_check:k2'],
      )
      assert.ok(!JSON.stringify(await meta.list('key_check')).includes('0101'))
    })

    it('refuses a wrong key and a missing one, by name, and notes nothing then', async () => {
      await using store = await open()
      const { meta } = store.tables
      await checkKeys(meta, ring(key('k1', '01')))
      await assert.rejects(
        checkKeys(meta, ring(key('k1', '03'), key('k2', '02'))),
        /key "k1".*is not the one/,
      )
      await assert.rejects(checkKeys(meta, ring(key('k2', '02'))), /has no key "k1"/)
      assert.equal((await meta.list('key_check')).length, 1)
    })

    it('refuses one of two nodes that start for the first time with keys that differ', async () => {
      await using place = await newPlace(name)
      await using here = await openTestStore(name, { at: place.address })
      await using there = await openTestStore(name, { at: place.address })
      const started = await Promise.allSettled([
        checkKeys(here.tables.meta, ring(key('k1', '01'))),
        checkKeys(there.tables.meta, ring(key('k1', '02'))),
      ])
      assert.deepEqual(started.map((one) => one.status).sort(), ['fulfilled', 'rejected'])
    })

    it('refuses a check value that somebody has put there', async () => {
      await using store = await open()
      for (const value of ['', 'zz', '00', '0'.repeat(64)]) {
        await store.tables.meta.set('key_check:k1', value)
        await assert.rejects(checkKeys(store.tables.meta, ring(key('k1', '01'))))
      }
    })
  })
})
