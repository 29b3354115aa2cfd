/**
 * How an hour or a day of a chart is called. Days are those of UTC, in which they were counted.
 */
import { clock, shortDayUtc } from '../parts/moments.ts'
import type { Period } from './periods.ts'

export const slotName = (at: number, period: Period, locale: string): string =>
  period === 'hours' ? clock(at, locale) : shortDayUtc(at, locale)
