/**
 * The browser and the system that a User-Agent speaks of, for people who look for "the one at work".
 */

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** `Mozilla/5.0 (Windows …) … Firefox/140.0` → "Firefox · Windows"; anything else as it is. */
export function browserName(userAgent: string): string {
  const named = (table: readonly (readonly [string, string])[]): string | undefined =>
    table.find(([mark]) => userAgent.includes(mark))?.[1]
  const parts = [named(BROWSERS), named(SYSTEMS)].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(' · ') : userAgent
}
