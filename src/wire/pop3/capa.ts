/**
 * The capability list of POP3 (RFC 2449): read from a server's answer, written for a client.
 */

/** Name in capitals → its arguments as written. */
export type Capabilities = ReadonlyMap<string, readonly string[]>

/** What ends a list (RFC 1939 §3). */
export const isEnd = (line: Buffer): boolean => line.length === 1 && line[0] === 0x2e

/** @param lines between `+OK` and the lone dot, as they arrived; what is not a capability is left out */
export function readCapabilities(lines: readonly Buffer[]): Capabilities {
  const read = new Map<string, readonly string[]>()
  for (const line of lines) {
    // A line that begins with a dot has one more in front (RFC 1939 §3), and no name begins so.
    const [name = '', ...values] = line.toString('latin1').split(' ')
    // The first counts: a second SASL line cannot take mechanisms away or add some.
    if (/^[A-Za-z0-9][\x21-\x7e]*$/.test(name) && !read.has(name.toUpperCase()))
      read.set(name.toUpperCase(), values.filter(Boolean))
  }
  return read
}

/** The mechanisms that a server says it takes, in capitals. */
export const mechanismsOf = (capabilities: Capabilities): readonly string[] =>
  (capabilities.get('SASL') ?? []).map((one) => one.toUpperCase())
