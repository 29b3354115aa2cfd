/**
 * What a server offers in its answer to EHLO (RFC 5321 §4.1.1.1), and what of it a gateway can offer
 * on: only what changes no framing and needs nothing of the connection before the sign-in.
 */

/**
 * RFC 2920, 6152, 6531, 3461, 2034. Not CHUNKING and BINARYMIME (RFC 3030): messages would be framed
 * by counted bytes. Not STARTTLS and AUTH: those are the gateway's own.
 */
export const CARRIED = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES'] as const
export type CarriedKeyword = (typeof CARRIED)[number]

export type Carried = {
  readonly keywords: readonly CarriedKeyword[]
  /** Octets of a message (RFC 1870); 0: declared without a figure; null: not declared. */
  readonly size: number | null
}
export type Ehlo = {
  readonly starttls: boolean
  /** Mechanisms, in capitals. */
  readonly auth: readonly string[]
  readonly carried: Carried
}

export const NOTHING_CARRIED: Carried = { keywords: [], size: null }

/** @param lines of the reply; the first is the server's name */
export function readEhlo(lines: readonly string[]): Ehlo {
  const offers = new Map<string, string[]>()
  for (const line of lines.slice(1)) {
    // "AUTH=LOGIN" is what servers said before RFC 2554, and some still say both.
    const [keyword = '', ...parameters] = line.trim().toUpperCase().split(/[ =]+/)
    offers.set(keyword, [...(offers.get(keyword) ?? []), ...parameters])
  }
  return {
    starttls: offers.has('STARTTLS'),
    auth: offers.get('AUTH') ?? [],
    carried: {
      keywords: CARRIED.filter((keyword) => offers.has(keyword)),
      size: sizeOf(offers.get('SIZE')),
    },
  }
}

function sizeOf(parameters: readonly string[] | undefined): number | null {
  if (parameters === undefined) return null
  const [figure = ''] = parameters
  return /^\d{1,20}$/.test(figure) ? Math.min(Number(figure), Number.MAX_SAFE_INTEGER) : 0
}

/** What all of them take; nothing, when there are none. */
export function carriedByAll(servers: readonly Carried[]): Carried {
  if (servers.length === 0) return NOTHING_CARRIED
  return {
    keywords: CARRIED.filter((one) => servers.every(({ keywords }) => keywords.includes(one))),
    size: smallest(servers.map(({ size }) => size)),
  }
}

function smallest(sizes: readonly (number | null)[]): number | null {
  const declared = sizes.filter((size) => size !== null)
  if (declared.length < sizes.length) return null
  const figures = declared.filter((size) => size > 0)
  return figures.length === 0 ? 0 : Math.min(...figures)
}

/** As they stand in the answer to EHLO, one a line. */
export const carriedLines = ({ keywords, size }: Carried): string[] => [
  ...keywords,
  ...(size === null ? [] : [size === 0 ? 'SIZE' : `SIZE ${size}`]),
]
