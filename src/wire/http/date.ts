/**
 * Dates as HTTP writes them (RFC 9110 §5.6.7).
 */

let lastSecond = -1
let lastText = ''

/** IMF-fixdate. `at` in milliseconds; listings ask for the same second again and again. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = new Date(second * 1000).toUTCString()
  }
  return lastText
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // Sunday, 06-Nov-94 08:49:37 GMT
  /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  // Sun Nov  6 08:49:37 1994
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
]

/** Milliseconds since 1970, or null: a date in no known form counts as not sent. */
export function readHttpDate(text: string): number | null {
  for (const form of FORMS) {
    const found = form.exec(text)?.groups
    if (!found) continue
    const month = MONTHS.indexOf(found['month'] ?? '')
    const [hour = 0, minute = 0, second = 0] = (found['time'] ?? '').split(':').map(Number)
    const at = Date.UTC(
      fullYear(found['year'] ?? ''),
      month,
      Number(found['day']),
      hour,
      minute,
      second,
    )
    return month === -1 || hour > 23 || minute > 59 || second > 60 ? null : at
  }
  return null
}

/** Two digits are of 1970 to 2069: the form is obsolete, and nothing here is older than the epoch. */
function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length === 4) return year
  return year < 70 ? 2000 + year : 1900 + year
}
