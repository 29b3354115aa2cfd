import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { toldNow, type Ending } from './forecast.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const ending = (inMs: number, sinceMs: number | null = null): Ending => ({
  what: 'client_secret',
  id: 'x',
  identifier: 'x',
  endsAt: NOW + inMs,
  since: sinceMs === null ? null : NOW - sinceMs,
  given: true,
})

describe('what ends', () => {
  it('is told 30, 14, 7 and 1 days ahead, to the millisecond', () => {
    for (const days of [30, 14, 7, 1])
      assert.equal(toldNow(ending(days * DAY, 400 * DAY), NOW), days)
    assert.equal(toldNow(ending(30 * DAY + 1, 400 * DAY), NOW), null)
    assert.equal(toldNow(ending(14 * DAY + 1, 400 * DAY), NOW), 30)
    assert.equal(toldNow(ending(1, 400 * DAY), NOW), 1)
  })

  it('is not told after its end, or of what was made for less', () => {
    assert.equal(toldNow(ending(0, 400 * DAY), NOW), null)
    assert.equal(toldNow(ending(-DAY), NOW), null)
    assert.equal(toldNow(ending(20 * DAY, 5 * DAY), NOW), null)
    assert.equal(toldNow(ending(12 * DAY, 5 * DAY), NOW), 14)
    assert.equal(toldNow(ending(DAY / 2, DAY / 4), NOW), null)
    assert.equal(toldNow(ending(DAY / 2), NOW), 1)
  })
})
