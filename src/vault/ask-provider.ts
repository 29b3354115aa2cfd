/**
 * One question to a token endpoint, and what came of it. Nothing aborts it but its time.
 */
import { SECOND } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Resource } from '#domain/mail-account.ts'
import type { OAuthClient } from './client.ts'
import type { Answer } from './diagnosis.ts'
import { OutboundError } from './outbound.ts'
import type { RefreshContext } from './refresh-needs.ts'
import { readTokenAnswer, tokenRequest, type TokenAnswer } from './token-endpoint.ts'

/** More than any token answer has. */
const MAX_ANSWER = 256 * 1024
/** The request never left: nothing was spent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])

export type ProviderAnswer = TokenAnswer & {
  /** The provider may have spent the token although nothing usable came back. */
  readonly unanswered: boolean
}

/**
 * Opens the client's secret. @param token null: the application asks for itself (RFC 6749 §4.4)
 * @throws Error when a sealed value does not open
 */
export function refreshRequest(
  ctx: RefreshContext,
  client: OAuthClient,
  resource: Resource,
  token: Secret | null,
): Request {
  const scope = client.scopes[resource].join(' ')
  const grant: Record<string, string | Secret> =
    token === null
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token: token }
  return tokenRequest(client, { ...grant, ...(scope === '' ? {} : { scope }) }, ctx)
}

export async function askProvider(
  ctx: Pick<RefreshContext, 'limits' | 'outbound' | 'reach' | 'log'>,
  accountId: string,
  request: Request,
): Promise<ProviderAnswer> {
  try {
    const asking = ctx.outbound(request, {
      timeoutMs: ctx.limits.requestTimeoutMs,
      maxBytes: MAX_ANSWER,
    })
    const [response] = await Promise.all([asking, ctx.reach('asked', accountId)])
    await ctx.reach('answered', accountId)
    const answer = await readTokenAnswer(response)
    await ctx.reach('read', accountId)
    return { ...answer, unanswered: !answer.ok && isUnanswered(answer.answer) }
  } catch (thrown) {
    if (!(thrown instanceof OutboundError)) throw thrown
    ctx.log.warn('refresh.no_answer', { accountId, failure: thrown.failure, cause: thrown })
    const { failure } = thrown
    const left = failure !== 'dns' && failure !== 'tls' && failure !== 'not_allowed'
    const answer: Answer = { failure }
    return { ok: false, answer, refreshToken: null, unanswered: left && !neverSent(thrown) }
  }
}

/** A 4xx is a decision. A broken 200 or a 5xx may stand in front of one that was made. */
const isUnanswered = (answer: Answer): boolean =>
  'failure' in answer || answer.status >= 500 || answer.status === 200

function neverSent(thrown: unknown): boolean {
  for (let at = thrown; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && NOT_SENT.has(at.code)) return true
  return false
}

/** What is left of a lease when it is too late to ask: a third of it has to remain for the answer. */
export const isTooLate = (ctx: RefreshContext, takenAt: number): boolean =>
  ctx.steady.now() - takenAt > ctx.limits.leaseMs / 3 - Math.min(SECOND, ctx.limits.leaseMs / 10)
