/**
 * How much of the listener one client, or all of them, can take; and why.
 */
import { MINUTE, SECOND } from '#base/clock.ts'

export type HttpLimits = {
  readonly maxHeaderBytes: number
  readonly headersMs: number
  readonly keepAliveMs: number
  readonly progressMs: number
  readonly progressBytes: number
  readonly maxConnections: number
  readonly maxPipelined: number
  readonly maxConnectionsOfAddress: number
  readonly stopMs: number
}

export const HTTP_LIMITS: HttpLimits = {
  /** A cookie, a long path twice (Destination) and an If header with many tokens. */
  maxHeaderBytes: 32 * 1024,
  /** From connecting to the end of the headers, however slowly they come. */
  headersMs: 30 * SECOND,
  /** Clients ask in bursts; a connection that is not used for this long costs more than a new one. */
  keepAliveMs: MINUTE,
  /**
   * An upload may take days, so there is no limit for a whole request. But within this time at least
   * so many bytes have to move while it is the client's turn, in whichever direction.
   */
  progressMs: MINUTE,
  progressBytes: 4 * 1024,
  /** Below the number of files that systemd and containers allow, with room for open files. */
  maxConnections: 8000,
  /** Requests that were sent ahead on one connection, without waiting for answers. */
  maxPipelined: 100,
  /** A /32 or /64: an office behind one address. Trusted proxies are not counted. */
  maxConnectionsOfAddress: 1000,
  /** Requests that run when the server stops may end within this time. */
  stopMs: 10 * SECOND,
}
