/**
 * A minute of chaos with each run of the tests. The whole of it: `node test/chaos/run.ts`.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outage, stampede, standstill } from './herd.ts'
import { killNodes } from './kills.ts'
import { seeded } from './random.ts'

describe('processes that are killed', () => {
  for (const [store, kind] of [
    ['sqlite', 'grace'],
    ['postgres', 'stays_valid'],
    ['postgres', 'strict'],
  ] as const)
    it(`V01: ${store}, ${kind}: nothing is lost that must not be, and nothing in silence`, async () => {
      const found = await killNodes(store, kind, 6, seeded(1))
      assert.deepEqual([found.silent, found.unwell], [0, []])
      if (kind !== 'strict') assert.equal(found.lost, 0)
    })
})

describe('three nodes and 200 accounts that are due at once', () => {
  it('V02: one refresh each, with a provider that takes each token once', async () => {
    const { refreshed, twice, invalidGrant, lost } = await stampede('strict', 200)
    assert.deepEqual([refreshed, twice, invalidGrant, lost], [200, 0, 0, 0])
  })

  it('V03: one stands still with answers in its hands', async () => {
    const { invalidGrant, lost, unwell } = await standstill('grace', 100, 'answered')
    assert.deepEqual([invalidGrant, lost, unwell], [0, 0, []])
  })

  it('V13: PostgreSQL is killed in the middle, and comes back', async () => {
    const { refreshed, invalidGrant, lost } = await outage('strict', 200)
    assert.deepEqual([refreshed, invalidGrant, lost], [200, 0, 0])
  })
})
