/**
 * Values of attributes that are not text: times and GUIDs, as directories write them.
 */

/** From 1601-01-01, where a FILETIME begins, to 1970-01-01, in milliseconds. */
const FILETIME_EPOCH_MS = 11_644_473_600_000
const TICKS_PER_MS = 10_000n
/** `accountExpires` of who never ends ([MS-ADA1] §2.2): both are in use. */
const NEVER: ReadonlySet<bigint> = new Set([0n, 0x7fff_ffff_ffff_ffffn])

/** A FILETIME (100 ns since 1601) as milliseconds since 1970; null: never, or no such number. */
export function fileTime(text: string): number | null {
  if (!/^-?\d{1,19}$/.test(text)) return null
  const ticks = BigInt(text)
  return NEVER.has(ticks) || ticks < 0n ? null : Number(ticks / TICKS_PER_MS) - FILETIME_EPOCH_MS
}

/** GeneralizedTime (RFC 4517 §3.3.13) as milliseconds; null where it is none. */
export function generalizedTime(text: string): number | null {
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', zone = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,](\d{1,9}))?(Z|[+-]\d\d(?:\d\d)?)$/.exec(text) ??
    []
  if (year === undefined) return null
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3) || '00'}`
  const ms = fraction.padEnd(3, '0').slice(0, 3)
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${offset}`)
  return Number.isNaN(time) ? null : time
}

/** Sixteen bytes, the first three numbers of them little-endian ([MS-DTYP] §2.3.4.2). */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

/** null where the bytes are not sixteen. */
export function guidText(bytes: Uint8Array): string | null {
  if (bytes.length !== GUID_ORDER.length) return null
  const hex = Buffer.from(GUID_ORDER.map((at) => bytes[at]!)).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The bytes of a GUID as `guidText` writes it; null where it is none. */
export function guidBytes(text: string): Buffer | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return null
  const hex = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Buffer.from(GUID_ORDER.map((at) => hex[at]!))
}
