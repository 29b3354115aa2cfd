import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytesSince, figures, slots } from './periods.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 10, 20, 13, 30)
const ONE = { connections: 1, bytesIn: 4, bytesOut: 5 }

describe('slots', () => {
  it('are the last 24 hours and the last 30 days, up to the current one', () => {
    const hours = slots('hours', NOW)
    assert.equal(hours.length, 24)
    assert.deepEqual(
      [hours[0], hours.at(-1)],
      [Date.UTC(2026, 10, 19, 14), Date.UTC(2026, 10, 20, 13)],
    )
    const days = slots('days', NOW)
    assert.equal(days.length, 30)
    assert.deepEqual([days[0], days.at(-1)], [Date.UTC(2026, 9, 22), Date.UTC(2026, 10, 20)])
  })
})

describe('figures', () => {
  const at = slots('hours', NOW)
  const rows = [
    { at: at[3]!, gateway: 'imap' as const, signIns: 7, refusals: 2, ...ONE },
    { at: at[3]!, gateway: 'smtp' as const, signIns: 1, refusals: 0, ...ONE },
    { at: at[23]!, gateway: 'imap' as const, signIns: 1, refusals: 0, ...ONE },
  ]

  it('are zero where nothing was, and of one gateway only', () => {
    const found = figures(rows, 'imap', at)
    assert.deepEqual(
      found.map((one) => one.at),
      at,
    )
    assert.deepEqual(
      found.filter(({ signIns, refusals }) => signIns + refusals > 0),
      [
        { at: at[3], signIns: 7, refusals: 2 },
        { at: at[23], signIns: 1, refusals: 0 },
      ],
    )
    assert.deepEqual(
      figures(rows, 'pop3', at).map(({ signIns }) => signIns),
      at.map(() => 0),
    )
  })

  it('sum bytes of one gateway from a time on', () => {
    assert.deepEqual(bytesSince(rows, 'imap', 0), { bytesIn: 8, bytesOut: 10 })
    assert.deepEqual(bytesSince(rows, 'imap', NOW - HOUR), { bytesIn: 4, bytesOut: 5 })
    assert.deepEqual(bytesSince(rows, 'drive', NOW - DAY), { bytesIn: 0, bytesOut: 0 })
  })
})
