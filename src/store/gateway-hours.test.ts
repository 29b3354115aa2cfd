import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HOUR } from '#base/clock.ts'
import { NOON } from '../../test/support/rows.ts'
import { forEachStore } from '../../test/support/stores.ts'
import type { GatewayHourRow } from './schema.ts'
import type { Store } from './store.ts'

const row = (gateway: string, hour: number, by: number): GatewayHourRow => ({
  hour,
  gateway,
  sign_ins: by,
  refusals: 2 * by,
  connections: 3 * by,
  bytes_in: 2 ** 40 * by,
  bytes_out: 0,
})

const since = async (store: Store, hour: number): Promise<GatewayHourRow[]> =>
  (await store.tables.gatewayHours.since(hour)).map((one) => ({ ...one }))

describe('store: traffic by the hour', () => {
  forEachStore((_, open) => {
    it('sums what several nodes add at once, an hour and a gateway a row', async () => {
      await using store = await open()
      const { gatewayHours } = store.tables
      await Promise.all(Array.from({ length: 20 }, () => gatewayHours.add(row('imap', NOON, 1))))
      await gatewayHours.add(row('drive', NOON, 1))
      await gatewayHours.add(row('imap', NOON + HOUR, 7))
      assert.deepEqual(await since(store, NOON), [
        row('drive', NOON, 1),
        row('imap', NOON, 20),
        row('imap', NOON + HOUR, 7),
      ])
      assert.deepEqual(await since(store, NOON + 1), [row('imap', NOON + HOUR, 7)])
    })

    it('forgets', async () => {
      await using store = await open()
      const { gatewayHours } = store.tables
      for (const hour of [NOON, NOON + HOUR]) await gatewayHours.add(row('imap', hour, 1))
      await gatewayHours.forget(NOON + HOUR)
      assert.deepEqual(await since(store, 0), [row('imap', NOON + HOUR, 1)])
    })
  })
})
