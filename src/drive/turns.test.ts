import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { Turns } from './turns.ts'

describe('Turns', () => {
  it('come one after the other in a space, and side by side in two', async () => {
    const turns = new Turns()
    const running = new Map<string, number>()
    const most = new Map<string, number>()
    const act = (space: string) => async (): Promise<string> => {
      const now = (running.get(space) ?? 0) + 1
      running.set(space, now)
      most.set(space, Math.max(now, most.get(space) ?? 0))
      await breathe()
      running.set(space, now - 1)
      return space
    }
    const all = ['a', 'b', 'a', 'b', 'a'].map((space) => turns.take([space], act(space)))
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'a', 'b', 'a'])
    assert.deepEqual(
      [...most],
      [
        ['a', 1],
        ['b', 1],
      ],
    )
  })

  it('of two spaces wait for both, in whichever order they are named', async () => {
    const turns = new Turns()
    const order: number[] = []
    const act = (i: number) => async (): Promise<void> => {
      await breathe()
      order.push(i)
    }
    await Promise.all([
      turns.take(['a', 'b'], act(1)),
      turns.take(['b', 'a'], act(2)),
      turns.take(['b'], act(3)),
      turns.take(['a', 'a'], act(4)),
    ])
    assert.deepEqual(order.slice(0, 2), [1, 2])
    assert.deepEqual(new Set(order), new Set([1, 2, 3, 4]))
  })

  it('go on after one that failed', async () => {
    const turns = new Turns()
    const bad = turns.take(['a'], () => Promise.reject(new Error('x')))
    const good = turns.take(['a'], () => Promise.resolve(1))
    await assert.rejects(bad)
    assert.equal(await good, 1)
  })
})
