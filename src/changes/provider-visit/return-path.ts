/**
 * The page to go to after a visit to a provider: a path of this server, whatever was asked for.
 */

/**
 * Browsers read `//evil.example` and `/\evil.example` as other hosts, and drop tabs and line ends
 * from what they read (WHATWG URL §4.4).
 * @returns the path with its query, without `#`; null for anything else
 */
export function returnPath(wanted: string | undefined): string | null {
  if (wanted === undefined || !/^\/(?![/\\])[^\\\u0000-\u0020\u007f-\u{10ffff}]*$/u.test(wanted))
    return null
  const origin = 'https://here.invalid'
  const url = URL.parse(wanted, origin)
  // `/..//evil.example` is another host's path once it is resolved.
  if (!url || url.origin !== origin || url.pathname.startsWith('//')) return null
  return `${url.pathname}${url.search}`
}

/** With what became of it behind `#`, which reaches no server. */
export const withOutcome = (path: string, said: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(said).toString()
  return text === '' ? path : `${path}#${text}`
}
