import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fixedClock, MINUTE, SECOND } from '#base/clock.ts'
import { MessageRate } from './message-rate.ts'

const NOON = '2026-01-01T12:00:00Z'

describe('the messages of a minute', () => {
  it('go on at once as long as there is room, in each mailbox for itself', () => {
    const rate = new MessageRate({ clock: fixedClock(NOON), maxWaitMs: MINUTE })
    assert.deepEqual([rate.turn('a', 2), rate.turn('a', 2)], [0, 0])
    assert.equal(rate.turn('b', 2), 0)
    assert.equal(rate.turn('a', 2), MINUTE)
  })

  it('are never more in any minute, and go in the order in which they came', () => {
    const clock = fixedClock(NOON)
    const rate = new MessageRate({ clock, maxWaitMs: MINUTE })
    const went: number[] = []
    for (let n = 0; n < 500; n++) {
      const wait = rate.turn('a', 30)
      if (wait !== null) went.push(clock.now() + wait)
      clock.advance((n * 7919) % 3000)
    }
    assert.deepEqual(
      went,
      went.toSorted((a, b) => a - b),
    )
    for (const [n, at] of went.entries())
      if (n >= 30) assert.ok(at - (went[n - 30] ?? 0) >= MINUTE, `message ${n}`)
    assert.ok(went.length > 200)
  })

  it('do not wait longer than clients do', () => {
    const clock = fixedClock(NOON)
    const rate = new MessageRate({ clock, maxWaitMs: MINUTE })
    assert.deepEqual([rate.turn('a', 1), rate.turn('a', 1), rate.turn('a', 1)], [0, MINUTE, null])
    clock.advance(SECOND)
    assert.equal(rate.turn('a', 1), null)
    clock.advance(MINUTE - SECOND)
    assert.equal(rate.turn('a', 1), MINUTE)
  })

  it('do not wait for a clock that was set back', () => {
    const clock = fixedClock(NOON)
    const rate = new MessageRate({ clock, maxWaitMs: MINUTE })
    for (const _ of [1, 2]) rate.turn('a', 1)
    clock.advance(-60 * MINUTE)
    assert.equal(rate.turn('a', 1), 0)
  })
})

describe("a look at a server's answers", () => {
  const limits = {
    imapConnections: null,
    smtpConnections: null,
    messagesPerMinute: 1,
    recipientsPerDay: null,
    messageBytes: null,
  }

  it('holds the second message of a minute back, and nothing else', async () => {
    const waited: number[] = []
    const wait = async (ms: number): Promise<void> => void waited.push(ms)
    const rate = new MessageRate({ clock: fixedClock(NOON), wait })
    const one = rate.tap({ id: 'a', limits }) ?? assert.fail()
    const two = rate.tap({ id: 'a', limits }) ?? assert.fail()
    assert.equal(one(Buffer.from('250 2.1.0 Ok\r\n354 go on\r\n')), undefined)
    assert.equal(two(Buffer.from('250 2.1.0 Ok\r\n3')), undefined)
    await two(Buffer.from('54 go on\r\n'))
    assert.deepEqual(waited, [MINUTE])
    await assert.rejects(async () => await one(Buffer.from('354 go on\r\n')), /wait/)
    assert.equal(one(Buffer.from('421 bye\r\n')), undefined)
  })

  it('is not taken where the provider has no such bound', () => {
    const rate = new MessageRate({ clock: fixedClock(NOON) })
    assert.equal(rate.tap({ id: 'a', limits: { ...limits, messagesPerMinute: null } }), undefined)
  })
})
