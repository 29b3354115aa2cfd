/**
 * Bytes that are nearly what was meant: the same number always makes the same ones.
 */

export type Chance = {
  /** A whole number below `n`. */
  below(n: number): number
  of<T>(all: readonly T[]): T
}

/** A small generator (mulberry32): for repeating a run, not for secrets. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number): number => Math.floor(next() * n)
  return { below, of: (all) => all[below(all.length)]! }
}

/** What parsers have stumbled over. */
const ODD = [
  '\r',
  '\n',
  '\0',
  '\r\n',
  '\n.\r\n',
  '\xff\xfe',
  '\xc0\xaf',
  ' ',
  '"',
  '\\',
  '=',
  '*',
  '{4294967296}\r\n',
  '{99999999+}\r\n',
  '{-1}\r\n',
  'A'.repeat(600),
  'A'.repeat(13_000),
  '('.repeat(3000),
]

/** One seed, changed a few times; now and then nothing but chance. */
export function mutated(seeds: readonly string[], at: Chance): Buffer {
  if (at.below(50) === 0)
    return Buffer.from(Array.from({ length: at.below(300) }, () => at.below(256)))
  let bytes: Buffer = Buffer.from(at.of(seeds), 'latin1')
  for (let left = at.below(6); left > 0; left--) bytes = change(bytes, seeds, at)
  return bytes
}

function change(bytes: Buffer, seeds: readonly string[], at: Chance): Buffer {
  const [from, length] = [at.below(bytes.length + 1), at.below(40)]
  const [before, after] = [bytes.subarray(0, from), bytes.subarray(from)]
  const rest = after.subarray(length)
  switch (at.below(6)) {
    case 0:
      return Buffer.concat([before, rest])
    case 1:
      return Buffer.concat([before, after.subarray(0, length), after])
    case 2:
      return Buffer.concat([before, Buffer.from(at.of(ODD), 'latin1'), after])
    case 3:
      return Buffer.concat([before, Buffer.from([at.below(256)]), after.subarray(1)])
    case 4:
      return Buffer.concat([before, Buffer.from(at.of(seeds), 'latin1').subarray(at.below(60))])
    default:
      return before
  }
}

/** The same bytes in one to four pieces. */
export function pieces(bytes: Buffer, at: Chance): Buffer[] {
  const cuts = Array.from({ length: at.below(4) }, () => at.below(bytes.length + 1)).toSorted(
    (one, other) => one - other,
  )
  return [0, ...cuts].map((from, n) => bytes.subarray(from, cuts[n] ?? bytes.length))
}
