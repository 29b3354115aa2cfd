/**
 * The page that was asked for before signing in.
 */

/**
 * Only a path of this server is followed: browsers read `//evil.example` and `/\evil.example` as
 * other hosts, and drop tabs and line ends from what they read (WHATWG URL §4.4).
 * @returns the path, or null for anything else
 */
export const nextPath = (wanted: unknown): string | null =>
  typeof wanted === 'string' && /^\/(?![/\\])[^\\\u0000-\u0020\u007f]*$/.test(wanted)
    ? wanted
    : null
