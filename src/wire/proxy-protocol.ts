/**
 * The header of the PROXY protocol, versions 1 and 2, which a proxy sends before everything else
 * (proxy-protocol.txt of HAProxy).
 */
import { isIPv4, isIPv6 } from 'node:net'

export type ProxyHeader =
  /** Nothing is wrong yet. */
  | { readonly is: 'more' }
  /** The client that the proxy speaks for. `length`: bytes of the header. */
  | { readonly is: 'client'; readonly ip: string; readonly port: number; readonly length: number }
  /** The proxy speaks for itself, or does not know for whom: the connection's own address counts. */
  | { readonly is: 'local'; readonly length: number }
  | { readonly is: 'malformed' }

/** §2.1: the longest line of version 1, with its CRLF. */
const LONGEST_V1 = 107
/** Above what proxies add (certificates of clients); §2.2 would allow 65535. */
const LONGEST_V2 = 16 + 4096
/** The longest that can come. */
export const LONGEST_PROXY_HEADER = LONGEST_V2

const V1 = Buffer.from('PROXY ')
const V2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const [LOCAL, PROXY] = [0x20, 0x21]
const [UNSPECIFIED, TCP4, TCP6, UNIX_STREAM] = [0x00, 0x11, 0x21, 0x31]

const MORE: ProxyHeader = { is: 'more' }
const MALFORMED: ProxyHeader = { is: 'malformed' }

/** @param bytes everything that has come so far */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, V1)) return bytes.length < V1.length ? MORE : readV1(bytes)
  if (startsLike(bytes, V2)) return bytes.length < 16 ? partOfV2(bytes) : readV2(bytes)
  return MALFORMED
}

/** Whether somebody begins with a header, whole or not. */
export const beginsProxyHeader = (bytes: Buffer): boolean =>
  [V1, V2].some((start) => bytes.subarray(0, start.length).equals(start))

/** Whether it is, or can become, what begins so. */
function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length)
  return bytes.subarray(0, length).equals(start.subarray(0, length))
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, LONGEST_V1).indexOf('\r\n')
  if (end < 0) return bytes.length < LONGEST_V1 ? MORE : MALFORMED
  const length = end + 2
  const words = bytes.toString('latin1', V1.length, end).split(' ')
  // §2.1: what follows UNKNOWN has no meaning.
  if (words[0] === 'UNKNOWN') return { is: 'local', length }
  const [family, from = '', to = '', port = '', toPort = ''] = words
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : () => false
  const whole = words.length === 5 && isPort(port) && isPort(toPort)
  return whole && isAddress(from) && isAddress(to) && !from.includes('%')
    ? { is: 'client', ip: from, port: Number(port), length }
    : MALFORMED
}

/** §2.1: decimal, without leading zeros. */
const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 0xff_ff

function partOfV2(bytes: Buffer): ProxyHeader {
  const [command, family] = [bytes[12] ?? LOCAL, bytes[13] ?? UNSPECIFIED]
  return isCommand(command) && isFamily(command, family) ? MORE : MALFORMED
}

function readV2(bytes: Buffer): ProxyHeader {
  const [command = 0, family = 0] = bytes.subarray(12, 14)
  if (!isCommand(command) || !isFamily(command, family)) return MALFORMED
  const length = 16 + bytes.readUInt16BE(14)
  if (length > LONGEST_V2 || length < 16 + addressBytes(command, family)) return MALFORMED
  if (bytes.length < length) return MORE
  // §2.2: LOCAL is a proxy that looks whether we are there; what it says of addresses is passed over.
  if (command === LOCAL || (family !== TCP4 && family !== TCP6)) return { is: 'local', length }
  const ip = family === TCP4 ? bytes.subarray(16, 20).join('.') : ipv6(bytes.subarray(16, 32))
  const port = bytes.readUInt16BE(family === TCP4 ? 24 : 48)
  return { is: 'client', ip, port, length }
}

const isCommand = (byte: number): boolean => byte === LOCAL || byte === PROXY

/** Of what a TCP listener can be spoken for; LOCAL may name anything. */
const isFamily = (command: number, byte: number): boolean =>
  command === LOCAL || [UNSPECIFIED, TCP4, TCP6, UNIX_STREAM].includes(byte)

/** §2.2: two addresses and two ports. */
function addressBytes(command: number, family: number): number {
  if (command === LOCAL) return 0
  return { [TCP4]: 12, [TCP6]: 36, [UNIX_STREAM]: 216 }[family] ?? 0
}

function ipv6(bytes: Buffer): string {
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16))
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1)
}
