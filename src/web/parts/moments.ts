/**
 * Times, durations and sizes in the words of a language. Times are milliseconds UTC.
 */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [
  { unit: 'year', size: 365 * DAY },
  { unit: 'month', size: 30 * DAY },
  { unit: 'day', size: DAY },
  { unit: 'hour', size: HOUR },
  { unit: 'minute', size: MINUTE },
] as const

/** "5 minutes ago", "in 3 days"; "now" within a minute. */
export function relative(at: number, now: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const away = at - now
  const step = STEPS.find(({ size }) => Math.abs(away) >= size)
  if (!step) return words.format(0, 'second')
  return words.format(Math.trunc(away / step.size), step.unit)
}

/** The day, the time and the time zone: what nobody has to guess. */
export const exact = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeStyle: 'long',
  }).format(at)

export const day = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(at)

/** For a column of times: short, and still to the second. */
export const stamp = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' }).format(at)

export const DURATION_UNITS = ['second', 'minute', 'hour', 'day'] as const
export type DurationUnit = (typeof DURATION_UNITS)[number]
export const SECONDS_IN: Record<DurationUnit, number> = {
  second: 1,
  minute: MINUTE / SECOND,
  hour: HOUR / SECOND,
  day: DAY / SECOND,
}

/** The largest unit in which a duration is a whole number; days for nothing. */
export function durationUnit(seconds: number): DurationUnit {
  return DURATION_UNITS.toReversed().find((unit) => seconds % SECONDS_IN[unit] === 0) ?? 'second'
}

/** 7776000 → "90 days". */
export function duration(seconds: number, locale: string): string {
  const unit = durationUnit(seconds)
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    seconds / SECONDS_IN[unit],
  )
}

export const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
export type SizeUnit = (typeof SIZE_UNITS)[number]
export const BYTES_IN: Record<SizeUnit, number> = {
  byte: 1,
  kilobyte: 1e3,
  megabyte: 1e6,
  gigabyte: 1e9,
  terabyte: 1e12,
}

/** The largest unit in which a size is a whole number; gigabytes for nothing. */
export function sizeUnit(bytes: number): SizeUnit {
  if (bytes === 0) return 'gigabyte'
  return SIZE_UNITS.toReversed().find((unit) => bytes % BYTES_IN[unit] === 0) ?? 'byte'
}

/** 1234567 → "1.2 MB", in powers of ten as disks are sold. */
export function size(bytes: number, locale: string): string {
  const unit = SIZE_UNITS.toReversed().find((one) => bytes >= BYTES_IN[one]) ?? 'byte'
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / BYTES_IN[unit])
}

/**
 * A name for places that take text only (a title, a label): between FSI and PDI (UAX #9), so that
 * right-to-left characters in it turn nothing around but themselves.
 */
export const isolated = (name: string): string => `\u2068${name}\u2069`
