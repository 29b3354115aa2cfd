/**
 * Opening hours as the pages enter and show them, from and to the text that the API has: one span a
 * line, `Mon-Fri 08:00-18:00 Europe/Paris`.
 */

/** As the API writes them, Monday first. */
export const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const SPAN = /^(\S+) (\d\d:\d\d)-(\d\d:\d\d) (\S+)$/

export type Span = {
  /** 0 is Monday. */
  readonly days: readonly number[]
  /** `08:00`; `to` is 24:00 at the end of a day. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
}

/** What no server has said is left out. */
export const readHours = (texts: readonly string[]): Span[] =>
  texts.flatMap((text) => {
    const [, dayText = '', from = '', to = '', timeZone = ''] = SPAN.exec(text) ?? []
    return timeZone === '' ? [] : [{ days: daysOf(dayText), from, to, timeZone }]
  })

export const writeHours = (spans: readonly Span[]): string[] =>
  spans.map(({ days, from, to, timeZone }) => `${daysText(days)} ${from}-${to} ${timeZone}`)

function daysOf(text: string): number[] {
  const found = text.split(',').flatMap((part) => {
    const [first = -1, last = first] = part
      .split('-')
      .map((name) => DAY_NAMES.indexOf(name as never))
    const length = ((last - first + 7) % 7) + 1
    return Array.from({ length }, (_, i) => (first + i) % 7)
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

/** Neighbours as a range: `Mon-Fri`, `Mon,Wed`, `Sat,Sun`. */
const daysText = (days: readonly number[]): string =>
  rangesOf(days)
    .map(([first, last]) =>
      first === last ? DAY_NAMES[first] : `${DAY_NAMES[first]}-${DAY_NAMES[last]}`,
    )
    .join(',')

function rangesOf(days: readonly number[]): [number, number][] {
  const ranges: [number, number][] = []
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else ranges.push([day, day])
  }
  return ranges
}

/** The name of a day in a language. 2024-01-01 was a Monday. */
export const dayName = (day: number, locale: string, width: 'short' | 'long' = 'short'): string =>
  new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, 1 + day),
  )

/** "Mon–Fri 08:00–18:00", in the words of a language. */
export const spanText = ({ days, from, to }: Span, locale: string): string =>
  `${rangesOf(days)
    .map((range) => [...new Set(range)].map((day) => dayName(day, locale)).join('–'))
    .join(', ')} ${from}–${to}`

/** That of this browser. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
