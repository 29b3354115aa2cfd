/**
 * TLS towards the providers' servers: one context for all connections, and the session of the last
 * one to each server, so that the next begins with less work.
 */
import { createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls'
import { isIP } from 'node:net'
import { HOUR, systemClock, type Clock } from '#base/clock.ts'

type Where = { readonly host: string; readonly port: number }

/**
 * Without the hybrids with ML-KEM: a server that has them would ask for one, also where X25519 comes
 * first, and each login would cost a round trip, a third more CPU and 9 KiB for as long as it is open.
 */
const CURVES = 'X25519:prime256v1:secp384r1'
/** Sessions take about 2 KiB each. */
const MAX_SESSIONS = 1000
/** A resumed session shows no certificate: so long after it was verified it is asked for again. */
const VERIFIED_FOR = HOUR

type Kept = { readonly session: Buffer; readonly until: number }

export class UpstreamTls {
  #context: SecureContext | null = null
  readonly #sessions = new Map<string, Kept>()
  readonly #most: number
  readonly #clock: Clock

  constructor({ maxSessions = MAX_SESSIONS, clock = systemClock } = {}) {
    this.#most = maxSessions
    this.#clock = clock
  }

  /** For `tls.connect`. The certificate is verified for the name of the host. */
  options({ host, port }: Where): ConnectionOptions {
    // Made when it is needed: it reads all certificate authorities, which takes 3 ms.
    this.#context ??= createSecureContext({ minVersion: 'TLSv1.2', ecdhCurve: CURVES })
    const kept = this.#sessions.get(keyOf(host, port))
    const session = kept && kept.until > this.#clock.now() ? kept.session : null
    return {
      secureContext: this.#context,
      rejectUnauthorized: true,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(session && { session }),
    }
  }

  /**
   * The oldest goes when there are too many.
   * @param resumed the connection began with a kept session: the certificate was verified then
   */
  keep({ host, port }: Where, session: Buffer, resumed: boolean): void {
    const key = keyOf(host, port)
    const before = resumed ? this.#sessions.get(key) : undefined
    const until = before?.until ?? this.#clock.now() + VERIFIED_FOR
    this.#sessions.delete(key)
    this.#sessions.set(key, { session: whole(session), until })
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > this.#most && oldest !== undefined) this.#sessions.delete(oldest)
  }
}

/**
 * In a block of its own. Node holds on to the session for as long as the connection is open that
 * began with it, and what it gives stands in a block of 64 KiB with much that is over.
 */
function whole(session: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(session.length)
  session.copy(copy)
  return copy
}

const keyOf = (host: string, port: number): string => `${host} ${port}`
