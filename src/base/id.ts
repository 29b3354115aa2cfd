/**
 * Identifiers: UUID version 7 (RFC 9562 §5.7), so that rows created later sort later.
 */
import type { Clock, Entropy } from './clock.ts'

export type NewId = () => string

export function idsFrom(clock: Clock, entropy: Entropy): NewId {
  return () => {
    const bytes = entropy(16)
    bytes.writeUIntBE(clock.now(), 0, 6)
    bytes[6] = 0x70 | (bytes[6]! & 0x0f)
    bytes[8] = 0x80 | (bytes[8]! & 0x3f)
    const hex = bytes.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
}

export const isId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)
