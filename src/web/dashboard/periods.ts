/**
 * The figures of gateways over a period: one for each hour or day of it, zero where nothing was.
 * Times are milliseconds UTC.
 */
import type { Dashboard, Gateway } from '../api/types.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Row = Dashboard['hours'][number]

export const PERIODS = ['hours', 'days'] as const
export type Period = (typeof PERIODS)[number]
export const STEP: Record<Period, number> = { hours: HOUR, days: DAY }
const SLOTS: Record<Period, number> = { hours: 24, days: 30 }

/** When each of the last 24 hours, or of the last 30 days (UTC), began; the current one is the last. */
export function slots(period: Period, now: number): number[] {
  const last = now - (now % STEP[period])
  return Array.from(
    { length: SLOTS[period] },
    (_, i) => last - (SLOTS[period] - 1 - i) * STEP[period],
  )
}

export type Figure = Pick<Row, 'at' | 'signIns' | 'refusals'>

/** One figure for each slot, in their order. */
export function figures(rows: readonly Row[], gateway: Gateway, at: readonly number[]): Figure[] {
  const found = new Map(
    rows.filter((row) => row.gateway === gateway).map((row) => [row.at, row] as const),
  )
  return at.map((slot) => {
    const { signIns, refusals } = found.get(slot) ?? { signIns: 0, refusals: 0 }
    return { at: slot, signIns, refusals }
  })
}

export type Bytes = { readonly bytesIn: number; readonly bytesOut: number }

/** What came and went at a gateway since then. */
export function bytesSince(rows: readonly Row[], gateway: Gateway, since: number): Bytes {
  const counted = rows.filter((row) => row.gateway === gateway && row.at >= since)
  return {
    bytesIn: counted.reduce((sum, row) => sum + row.bytesIn, 0),
    bytesOut: counted.reduce((sum, row) => sum + row.bytesOut, 0),
  }
}

/** The midnight before, in the time zone of the browser. */
export const midnight = (now: number): number => new Date(now).setHours(0, 0, 0, 0)
