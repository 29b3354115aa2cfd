/**
 * Times, durations and sizes in the words of a language. Times are milliseconds UTC.
 *
 * The language is the person's; how it writes a date is the region's that the browser names:
 * English alone would be American.
 */
const regional = (language: string): string =>
  globalThis.navigator?.languages.find((one) => one.startsWith(`${language}-`)) ?? language

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Each from its own size on; days up to a hundred, so that 90 days are 90 days. */
const STEPS: readonly { unit: Intl.RelativeTimeFormatUnit; size: number; from?: number }[] = [
  { unit: 'year', size: 365 * DAY, from: 700 * DAY },
  { unit: 'month', size: 30 * DAY, from: 100 * DAY },
  { unit: 'day', size: DAY },
  { unit: 'hour', size: HOUR },
  { unit: 'minute', size: MINUTE },
]

/** "5 minutes ago", "in 3 days"; "now" within a minute. */
export function relative(at: number, now: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const away = at - now
  const step = STEPS.find(({ size, from = size }) => Math.abs(away) >= from)
  if (!step) return words.format(0, 'second')
  return words.format(Math.round(away / step.size), step.unit)
}

/** The day, the time and the time zone: what nobody has to guess. */
export const exact = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), {
    dateStyle: 'long',
    timeStyle: 'long',
  }).format(at)

/** Until when something holds: to the minute, with the time zone. */
export const moment = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)

export const day = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), { dateStyle: 'long' }).format(at)

/** For a column of times: short, and still to the second. */
export const stamp = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), { dateStyle: 'short', timeStyle: 'medium' }).format(at)

/** The time of day, for the hours of a chart. */
export const clock = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), { hour: '2-digit', minute: '2-digit' }).format(at)

/** "20 Nov": a day that was counted in UTC. */
export const shortDayUtc = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(regional(locale), {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(at)

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

/** "day" beside 1, "days" beside 90. */
export const unitWord = (unit: DurationUnit, count: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
    .formatToParts(count)
    .find(({ type }) => type === 'unit')?.value ?? unit

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
  // "875 byte" is no word that anybody says.
  const units = SIZE_UNITS.filter((one) => one !== 'byte').toReversed()
  const unit = units.find((one) => bytes >= BYTES_IN[one]) ?? 'kilobyte'
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
