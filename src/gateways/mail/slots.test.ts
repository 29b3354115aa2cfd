import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { MailboxSlots, type Taken } from './slots.ts'

const KEY = 'smtp ada@example.org'
const never = new AbortController().signal

/** Time passes when `over` is called: for everybody who waits. */
function slots(maxWaiting = 10): { slots: MailboxSlots; over: () => void; timers: Set<unknown> } {
  const timers = new Set<() => void>()
  const later = (_: number, act: () => void): (() => void) => {
    timers.add(act)
    return () => timers.delete(act)
  }
  const over = (): void => {
    for (const act of timers) act()
  }
  return { slots: new MailboxSlots({ maxWaiting, waitMs: 1000 }, later), over, timers }
}

const wanted = (asker: string, signal = never) => ({ most: 2, asker, signal })
const give = (taken: Taken): void => {
  if (taken.got === 'granted') taken.slot[Symbol.dispose]()
}

describe('connections of one mailbox', () => {
  it('are so many at once; the next waits for one that ends, first come first', async () => {
    const { slots: places } = slots()
    const first = await places.take(KEY, wanted('a'))
    await places.take(KEY, wanted('b'))
    const order: string[] = []
    const waiting = ['c', 'd'].map(async (asker) => {
      const taken = await places.take(KEY, wanted(asker))
      order.push(asker)
      give(taken)
    })
    assert.equal((await places.take('imap ada@example.org', wanted('a'))).got, 'granted')
    assert.deepEqual(order, [])
    give(first)
    give(first)
    await Promise.all(waiting)
    assert.deepEqual(order, ['c', 'd'])
  })

  it('are shared out between those who ask', async () => {
    const { slots: places } = slots()
    const held = [await places.take(KEY, wanted('scanner')), await places.take(KEY, wanted('erp'))]
    const order: string[] = []
    const ask = async (asker: string): Promise<void> => {
      const taken = await places.take(KEY, wanted(asker))
      order.push(asker)
      held.push(taken)
    }
    const asking = [ask('erp'), ask('erp'), ask('telephone')]
    give(held[0] ?? assert.fail())
    await new Promise(setImmediate)
    assert.deepEqual(order, ['telephone'])
    for (const one of held) give(one)
    await new Promise(setImmediate)
    for (const one of held) give(one)
    await Promise.all(asking)
    assert.deepEqual(order, ['telephone', 'erp', 'erp'])
  })

  it('are refused when too many wait, but not to who waits less than others', async () => {
    const { slots: places } = slots(3)
    const held = [await places.take(KEY, wanted('erp')), await places.take(KEY, wanted('erp'))]
    const greedy = [1, 2, 3].map(async () => await places.take(KEY, wanted('erp')))
    assert.equal((await places.take(KEY, wanted('erp'))).got, 'busy')
    const modest = places.take(KEY, wanted('telephone'))
    assert.equal((await (greedy[2] ?? assert.fail())).got, 'busy')
    give(held[0] ?? assert.fail())
    assert.equal((await modest).got, 'granted')
  })

  it('are refused when none ends in time, or when nobody waits for it any more', async () => {
    const { slots: places, over, timers } = slots()
    const held = [await places.take(KEY, wanted('a')), await places.take(KEY, wanted('b'))]
    const late = places.take(KEY, wanted('c'))
    over()
    assert.equal((await late).got, 'busy')
    const gone = new AbortController()
    const left = places.take(KEY, wanted('d', gone.signal))
    gone.abort()
    assert.equal((await left).got, 'busy')
    assert.equal((await places.take(KEY, wanted('e', AbortSignal.abort()))).got, 'busy')
    for (const one of held) give(one)
    assert.equal(places.size + timers.size, 0)
  })

  it('are never more than allowed, and nothing is left at the end, in any order of events', async () => {
    const event = fc.record({
      does: fc.constantFrom('ask', 'ask', 'give', 'over', 'leave'),
      who: fc.integer({ min: 0, max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const { slots: places, over, timers } = slots(4)
        const held: Disposable[] = []
        const asking: Promise<void>[] = []
        const leaving: AbortController[] = []
        const ask = async (who: number): Promise<void> => {
          const gone = new AbortController()
          leaving.push(gone)
          const taken = await places.take(KEY, wanted(`${who}`, gone.signal))
          if (taken.got === 'granted') held.push(taken.slot)
        }
        for (const { does, who } of events) {
          if (does === 'ask') asking.push(ask(who))
          if (does === 'give') held.splice(who, 1)[0]?.[Symbol.dispose]()
          if (does === 'over') over()
          if (does === 'leave') leaving.splice(who, 1)[0]?.abort()
          for (let n = 0; n < 4; n++) await Promise.resolve()
          assert.ok(held.length <= 2, 'at most two')
          assert.ok(timers.size <= 4 && (timers.size === 0 || held.length === 2), 'waits for none')
        }
        over()
        await Promise.all(asking)
        for (const slot of held) slot[Symbol.dispose]()
        assert.equal(places.size, 0)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
