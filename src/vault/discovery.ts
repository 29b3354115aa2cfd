/**
 * Discovery: what a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414).
 */
import * as openid from 'openid-client'
import { HOUR, MINUTE, SECOND, type Clock } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { OutboundError, type Outbound } from './outbound.ts'
import type { Endpoint } from './providers.ts'

export type Discovered = Readonly<Record<Endpoint, string | null>> & {
  /** RFC 9207: every answer to the browser names who answers. */
  readonly promisesIss: boolean
  /** Where a browser signs out there (OpenID Connect RP-Initiated Logout 1.0). */
  readonly endSession: string | null
}
/** @throws OutboundError, Problem `unavailable` when the document is not this issuer's */
export type Discover = (issuer: string) => Promise<Discovered>

const TIMEOUT = 10 * SECOND
const MAX_DOCUMENT = 256 * 1024
const KEPT = HOUR
const RETRY = MINUTE
/** Issuers are typed by administrators; there are never many. */
const MOST_KEPT = 100

/**
 * Documents are kept for an hour; who asks for one that is under way waits for it. A provider whose
 * document cannot be had for a while can still give tokens: then the last one that fitted holds.
 */
export function discovery(outbound: Outbound, clock: Clock): Discover {
  const kept = new Map<string, { at: number; found: Promise<Discovered> }>()
  return async (issuer) => {
    const known = kept.get(issuer)
    const age = known ? clock.now() - known.at : KEPT
    if (known && age >= 0 && age < KEPT) return await known.found
    if (kept.size >= MOST_KEPT) kept.clear()
    const last = known?.found
    const at = clock.now()
    const found = ask(outbound, issuer).catch(async (cause: unknown) => {
      const still = await last?.catch(() => null)
      if (!still || !(cause instanceof OutboundError)) {
        kept.delete(issuer)
        throw cause
      }
      // Asked again after a minute, not by every refresh.
      kept.set(issuer, { at: at - KEPT + RETRY, found: Promise.resolve(still) })
      return still
    })
    kept.set(issuer, { at, found })
    return await found
  }
}

async function ask(outbound: Outbound, issuer: string): Promise<Discovered> {
  const found = await openid
    .discovery(new URL(issuer), 'discovery', undefined, openid.None(), {
      [openid.customFetch]: (url, options) => asFetch(outbound, url, options),
    })
    .catch((cause: unknown) => {
      throw failed(issuer, cause)
    })
  const said = found.serverMetadata()
  return {
    authorize: said.authorization_endpoint ?? null,
    token: said.token_endpoint ?? null,
    device: said.device_authorization_endpoint ?? null,
    revoke: said.revocation_endpoint ?? null,
    issuer: said.issuer,
    jwks: said.jwks_uri ?? null,
    userinfo: said.userinfo_endpoint ?? null,
    promisesIss: said.authorization_response_iss_parameter_supported === true,
    endSession: typeof said.end_session_endpoint === 'string' ? said.end_session_endpoint : null,
  }
}

/** For openid-client, which speaks of fetch. */
export async function asFetch(
  outbound: Outbound,
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
): Promise<Response> {
  const given = body as ConstructorParameters<typeof Request>[1] extends { body?: infer B }
    ? B
    : never
  const request = new Request(url, { method, headers, ...(body == null ? {} : { body: given }) })
  return await outbound(request, { timeoutMs: TIMEOUT, maxBytes: MAX_DOCUMENT })
}

function failed(issuer: string, cause: unknown): Error {
  for (let at: unknown = cause; at instanceof Error; at = at.cause)
    if (at instanceof OutboundError) return at
  return new Problem(
    'unavailable',
    `${new URL(issuer).host} has no discovery document that fits.`,
    {
      cause,
    },
  )
}
