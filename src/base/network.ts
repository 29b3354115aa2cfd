/**
 * Addresses and networks: CIDR lists, and the prefix that stands for "the same place".
 */
import { BlockList, isIP, isIPv6 } from 'node:net'

/** An address as sockets give it, without the IPv4-in-IPv6 form and without a zone. */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? ''
  return bare.startsWith('::ffff:') && isIP(bare.slice(7)) === 4 ? bare.slice(7) : bare
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a single address; null when it is none. */
export function parseNetwork(text: string): { address: string; prefix: number } | null {
  const [, address = '', bits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
  const family = isIP(address)
  if (family === 0) return null
  const longest = family === 4 ? 32 : 128
  const prefix = bits === undefined ? longest : Number(bits)
  return prefix <= longest ? { address, prefix } : null
}

/** Whether an address is in one of the networks. Built once, asked often. */
export function networkList(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const text of networks) {
    const network = parseNetwork(text)
    if (network) list.addSubnet(network.address, network.prefix, family(network.address))
  }
  return (address) => isIP(address) !== 0 && list.check(address, family(address))
}

/** The network of that many bits around an address, as text; what is not an address stays as it is. */
export function networkOf(address: string, v4Bits: number, v6Bits: number): string {
  const version = isIP(address)
  if (version === 0) return address
  if (version === 4 && v4Bits === 32) return `${address}/32` // asked for each connection
  const bits = version === 6 ? v6Bits : v4Bits
  const words = version === 6 ? ipv6Words(address) : address.split('.').map(Number)
  const size = version === 6 ? 16 : 8
  const kept = words.map((word, i) => {
    const keep = Math.min(size, Math.max(0, bits - i * size))
    return word & ~((1 << (size - keep)) - 1)
  })
  return version === 6
    ? `${kept.map((word) => word.toString(16)).join(':')}/${bits}`
    : `${kept.join('.')}/${bits}`
}

/** The eight 16-bit words of an IPv6 address. */
export function ipv6Words(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const text = dotted
    ? `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}`
    : address
  const [head = '', tail] = text.split('::')
  const before = head.split(':').filter(Boolean)
  const after = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after].map((word) =>
    Number.parseInt(word, 16),
  )
}

const hex = (high = '0', low = '0'): string => (Number(high) * 256 + Number(low)).toString(16)
const family = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')
