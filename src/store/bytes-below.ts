/**
 * Paths in the database: bytes, and the range of everything below one of them.
 */

const SLASH = 0x2f

/**
 * The rows below a path are those from `path/` to before `path0`: "0" is the byte after "/". Below
 * the empty path, the root of a space, is everything else in it.
 */
export function below(path: Uint8Array): { from: Buffer; to: Buffer | null } {
  return path.length === 0
    ? { from: Buffer.of(0x01), to: null }
    : {
        from: Buffer.concat([path, Buffer.of(SLASH)]),
        to: Buffer.concat([path, Buffer.of(SLASH + 1)]),
      }
}

/** A path with its beginning changed: what `from/x` becomes when `from` becomes `to`. */
export const moved = (path: Uint8Array, from: Uint8Array, to: Uint8Array): Buffer => {
  const rest = Buffer.from(path).subarray(from.length)
  return to.length === 0 && rest[0] === SLASH
    ? Buffer.from(rest.subarray(1))
    : Buffer.concat([to, rest])
}

/** The path of the collection that a path is in. */
export function parentOf(path: Uint8Array): Buffer {
  const bytes = Buffer.from(path)
  return Buffer.from(bytes.subarray(0, Math.max(0, bytes.lastIndexOf(SLASH))))
}
