/**
 * How often a server has said 354: each is a message that it waits for (RFC 5321 §4.1.1.4). Replies
 * are the only thing that comes from the server, and each of their lines begins with its code.
 */

const CODE = Buffer.from('354')
const HYPHEN = 0x2d
const LF = 10

/** Counts in what comes in, however it is cut into pieces. */
export function dataReplies(): (bytes: Uint8Array) => number {
  /** Octets of the line that fit so far; -1: it is another line. */
  let fits = 0
  return (bytes) => {
    let count = 0
    for (let n = 0; n < bytes.length; n++) {
      if (fits === -1) {
        n = bytes.indexOf(LF, n)
        if (n === -1) return count
      }
      const byte = bytes[n]
      // "354-" is a line that another one follows.
      if (fits === CODE.length && byte !== HYPHEN) count++
      if (byte === LF) fits = 0
      else fits = byte === CODE[fits] ? fits + 1 : -1
    }
    return count
  }
}
