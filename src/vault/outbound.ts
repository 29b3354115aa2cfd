/**
 * Outbound: the one way by which the vault asks a provider anything over HTTP.
 *
 * https only; no redirect is followed; the body has a limit; and the address that is connected to
 * is one that the operator lets programs reach, whatever the name resolved to a moment before.
 */
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { guardedLookup, NotAllowed } from './guarded-lookup.ts'
import { patientTimeout } from './patient-timeout.ts'
import type { MayReach } from './reachable.ts'

/** Why nothing that could be understood came back. All of them pass: nothing was decided. */
export type OutboundFailure = 'dns' | 'tls' | 'timeout' | 'network' | 'too_large' | 'not_allowed'

/** `message` names the host and the failure, never what was sent or what came back. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly failure: OutboundFailure
  constructor(failure: OutboundFailure, message: string, cause?: unknown) {
    super(message, { cause })
    this.failure = failure
  }
}

export type OutboundOptions = {
  /** From the first lookup to the last byte of the body. */
  readonly timeoutMs: number
  /** Bytes of the body that are taken; more is the failure `too_large`. */
  readonly maxBytes?: number
}

/**
 * The whole body is read before it resolves. A redirect is answered as it is (status 3xx).
 * The signal of the request is not heard: a refresh that was sent is waited for.
 * @throws OutboundError
 */
export type Outbound = (request: Request, options: OutboundOptions) => Promise<Response>

export const MAX_ANSWER = 1024 * 1024
/** Neither has a body, and Response refuses one (Fetch, null body status). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304])

export type OutboundNeeds = {
  readonly mayReach: MayReach
  /** Where names are looked up; the system unless a test says otherwise. */
  readonly lookup?: LookupFunction
}

/**
 * A connection is used for one request. A kept one may be closed by the provider at the moment it
 * is used again, and then nobody knows whether a refresh token was spent. TLS sessions are resumed.
 */
export function guardedOutbound({ mayReach, lookup }: OutboundNeeds): Outbound {
  const agent = new Agent({
    keepAlive: false,
    minVersion: 'TLSv1.2',
    lookup: guardedLookup(mayReach, lookup),
  })
  return async (request, options) => {
    const url = new URL(request.url)
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (url.protocol !== 'https:' || (isIP(host) !== 0 && !mayReach(host)))
      throw new OutboundError('not_allowed', `${url.host} may not be asked.`)
    const body = Buffer.from(await request.arrayBuffer())
    using limit = patientTimeout(options.timeoutMs)
    const { signal } = limit
    try {
      const incoming = await send(agent, url, request, body, { signal, mayReach })
      return await readAnswer(incoming, options.maxBytes ?? MAX_ANSWER, url)
    } catch (thrown) {
      throw thrown instanceof OutboundError ? thrown : failed(url, signal.aborted, thrown)
    }
  }
}

async function send(
  agent: Agent,
  url: URL,
  request: Request,
  body: Buffer,
  { signal, mayReach }: { signal: AbortSignal; mayReach: MayReach },
): Promise<IncomingMessage> {
  const headers = Object.fromEntries(request.headers)
  return await new Promise((resolve, reject) => {
    const asked = httpsRequest(url, {
      agent,
      method: request.method,
      // Compressed bodies are not taken: a small one can unfold to any size.
      headers: { ...headers, 'accept-encoding': 'identity', 'content-length': body.length },
      signal,
    })
    asked.once('response', resolve)
    asked.once('error', reject)
    // Checked once more where it counts, before anything is written: TLS has not even begun.
    asked.once('socket', (socket: Socket) =>
      socket.once('connect', () => {
        if (!mayReach(socket.remoteAddress ?? '')) asked.destroy(new NotAllowed(url.hostname))
      }),
    )
    asked.end(body)
  })
}

async function readAnswer(
  incoming: IncomingMessage,
  maxBytes: number,
  url: URL,
): Promise<Response> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) {
      incoming.destroy()
      throw new OutboundError('too_large', `${url.host} answers more than ${maxBytes} bytes.`)
    }
    chunks.push(chunk)
  }
  const status = incoming.statusCode ?? 0
  if (status < 200 || status > 599)
    throw new OutboundError('network', `${url.host} answers with a status that there is not.`)
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return new Response(NO_BODY.has(status) ? null : Buffer.concat(chunks), { status, headers })
}

function failed(url: URL, timedOut: boolean, cause: unknown): OutboundError {
  const failure = timedOut ? 'timeout' : failureOf(cause)
  return new OutboundError(failure, `${url.host} cannot be asked (${failure}).`, cause)
}

/** What an error of a lookup, of a socket or of TLS means. */
export function failureOf(cause: unknown): OutboundFailure {
  // Several addresses were tried: the first says what the others say.
  const error: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  if (!(error instanceof Error)) return 'network'
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'NOT_ALLOWED') return 'not_allowed'
  if ('syscall' in error && error.syscall === 'getaddrinfo') return 'dns'
  if (/^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/.test(code)) return 'dns'
  if (code === 'ETIMEDOUT') return 'timeout'
  return /^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(
    code,
  )
    ? 'tls'
    : 'network'
}
