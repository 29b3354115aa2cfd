/**
 * Paths of requests: percent-encoded text in, names out, or nothing.
 *
 * Each segment is decoded once. What could mean another place to this system, to a client's, or to
 * a proxy in front is refused, not repaired.
 */
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from './limits.ts'

export type ReadPath =
  | { ok: true; names: readonly string[]; slash: boolean } // slash: it ends with one
  | { ok: false; why: 'malformed' | 'too_long' }

const malformed: ReadPath = { ok: false, why: 'malformed' }

/** @param path what follows the mount point: empty, or begins with a slash */
export function readPath(path: string, onWindows = process.platform === 'win32'): ReadPath {
  const names: string[] = []
  if (path === '' || path === '/') return { ok: true, names, slash: path === '/' }
  if (!path.startsWith('/')) return malformed
  const slash = path.endsWith('/')
  const segments = path.slice(1, slash ? -1 : undefined).split('/')
  if (segments.length > MAX_PATH_DEPTH) return { ok: false, why: 'too_long' }
  let total = 0
  for (const segment of segments) {
    const name = decoded(segment)
    if (name === null || !isName(name) || (onWindows && !isWindowsName(name))) return malformed
    const bytes = Buffer.byteLength(name)
    total += bytes + 1
    if (bytes > MAX_NAME_BYTES || total > MAX_PATH_BYTES) return { ok: false, why: 'too_long' }
    names.push(name)
  }
  return { ok: true, names, slash }
}

/** Invalid and overlong UTF-8 are refused by the decoder: two paths never become one name. */
function decoded(segment: string): string | null {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/**
 * Whether a name can stand in the drive. The colon and the backslash are letters like others on a
 * POSIX file system; but a name that a Windows client could read as a way out of its folder is not.
 */
export function isName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false
  // eslint-disable-next-line no-control-regex -- XML cannot say them, terminals obey them
  if (/[\u0000-\u001f\u007f/]/.test(name)) return false
  return !name.includes('\\') || name.split('\\').every((part) => !['', '.', '..'].includes(part))
}

/** On Windows these are separators, streams, devices, or silently another name. */
const isWindowsName = (name: string): boolean =>
  !/[\\:*?"<>|]|[. ]$/.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)

/** A name as it stands in a URL. */
export const encoded = (name: string): string =>
  /^[\w.~-]*$/.test(name) ? name : encodeURIComponent(name)
