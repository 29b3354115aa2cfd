/**
 * Days and hours at which applications may sign in, in the time zone in which people mean them.
 *
 * Written as people say it, one span a line: `Mon-Fri 08:00-18:00 Europe/Paris`,
 * `Sat,Sun 22:00-06:00 Europe/Paris`. A span that ends before it begins goes on past midnight: its
 * days are those on which it begins.
 */
import { z } from 'zod'
import { MINUTE } from '#base/clock.ts'

/** Monday first, as in ISO 8601. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const MOST_SPANS = 21

/** Minutes of a day; 24:00 is the end of it. */
const SPAN = /^(\S+) ([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00) (\S{1,64})$/

type Span = {
  /** 0 is Monday. */
  readonly days: ReadonlySet<number>
  /** Minutes since midnight. */
  readonly from: number
  readonly to: number
  /** IANA name. */
  readonly timeZone: string
}

/** Empty: always. All spans are in one time zone, so that nobody has to compare clocks. */
export const OpeningHours = z
  .array(
    z
      .string()
      .max(128)
      .refine((text) => readSpan(text) !== null),
  )
  .max(MOST_SPANS)
  .refine((texts) => new Set(texts.map((text) => readSpan(text)?.timeZone)).size <= 1)
export type OpeningHours = z.infer<typeof OpeningHours>

/** Whether it is open at that moment (ms). Around a change of clocks the clock on the wall counts. */
export function isOpen(hours: OpeningHours, now: number): boolean {
  if (hours.length === 0) return true
  return hours.some((text) => {
    const span = readSpan(text)
    if (!span) return false
    const { days, from, to, timeZone } = span
    const { day, minute } = onTheWall(timeZone, now)
    if (from < to) return days.has(day) && from <= minute && minute < to
    const began = days.has(day) && from <= minute
    return began || (days.has((day + 6) % 7) && minute < to)
  })
}

/** Reading one costs a time zone each; there are few, and they are asked for at every sign-in. */
const read = new Map<string, Span | null>()
const MOST_READ = 1000

function readSpan(text: string): Span | null {
  if (read.size >= MOST_READ) read.clear()
  return read.getOrInsertComputed(text, parse)
}

function parse(text: string): Span | null {
  const [, dayText = '', fromHour, fromMinute, toHour, toMinute, timeZone = ''] =
    SPAN.exec(text) ?? []
  const days = daysOf(dayText)
  if (!days || !formatterOf(timeZone)) return null
  const from = Number(fromHour) * 60 + Number(fromMinute)
  const to = toHour === undefined ? 24 * 60 : Number(toHour) * 60 + Number(toMinute)
  return from === to ? null : { days, from, to, timeZone }
}

/** `Mon-Fri`, `Sat,Sun`, `Fri-Mon,Wed`. */
function daysOf(text: string): ReadonlySet<number> | null {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const ends = part.split('-').map((name) => DAYS.findIndex((day) => day === name))
    const [first = -1, last = first] = ends
    if (first < 0 || last < 0 || ends.length > 2) return null
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day)
      if (day === last) break
    }
  }
  return found
}

/** Making a formatter costs 50 times what asking it does. null: there is no such time zone. */
const formatters = new Map<string, Intl.DateTimeFormat | null>()

function formatterOf(timeZone: string): Intl.DateTimeFormat | null {
  if (formatters.size >= MOST_READ) formatters.clear()
  return formatters.getOrInsertComputed(timeZone, () => {
    try {
      return new Intl.DateTimeFormat('en-US', {
        timeZone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      })
    } catch {
      return null
    }
  })
}

type Wall = { readonly day: number; readonly minute: number }

/** What the clocks show is asked for by everybody who signs in during the same minute. */
const walls = new Map<string, { readonly at: number; readonly wall: Wall }>()

function onTheWall(timeZone: string, now: number): Wall {
  const at = Math.floor(now / MINUTE)
  const known = walls.get(timeZone)
  if (known?.at === at) return known.wall
  const parts = Object.fromEntries(
    (formatterOf(timeZone)?.formatToParts(now) ?? []).map(({ type, value }) => [type, value]),
  )
  const wall = {
    day: DAYS.findIndex((name) => name === parts['weekday']),
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  }
  if (walls.size >= MOST_READ) walls.clear()
  walls.set(timeZone, { at, wall })
  return wall
}
