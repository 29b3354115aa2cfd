/**
 * The error doctor: what a provider answered → the cause, who can mend it, and what to do.
 *
 * Microsoft asks to branch on the OAuth `error` and to take AADSTS numbers as a hint. So a number
 * chooses the words; a grant is over only when the provider itself says `invalid_grant` (RFC 6749
 * §5.2), and never for what passes or for what an administrator mends.
 */
import { MINUTE } from '#base/clock.ts'
import type { RefreshOutcome } from '#domain/mail-account.ts'
import { isCause } from '#domain/cause-words.ts'
import { CAUSES, prescription, type Cause, type Patient, type Who } from './cause.ts'
import { entraCause } from './entra-codes.ts'
import type { OutboundFailure } from './outbound.ts'

export type Answer =
  | {
      readonly status: number
      readonly error?: string | undefined
      readonly description?: string | undefined
      /** Entra: `error_codes`. */
      readonly codes?: readonly number[] | undefined
      readonly suberror?: string | undefined
      readonly retryAfterMs?: number | null | undefined
    }
  | { readonly failure: OutboundFailure | 'not_json' | 'empty' }

export type Diagnosis = {
  readonly kind: Exclude<RefreshOutcome['kind'], 'refreshed'>
  readonly cause: Cause
  /** The provider's own code: `AADSTS700082`, `invalid_grant`, `535 5.7.139`. */
  readonly code: string | null
  readonly who: Who
  readonly retryAfterMs: number | null
  /** For Exchange Online or Entra PowerShell, to paste. */
  readonly command: string | null
  readonly url: string | null
}

/** Entra stops who repeats a request too often; asking again at once prolongs it. */
const AFTER_LOOP = 5 * MINUTE

/** `error` of RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 8628 §3.5, Google. */
const BY_ERROR: Readonly<Record<string, Cause>> = {
  invalid_grant: 'grant_over',
  invalid_client: 'client_refused',
  unauthorized_client: 'client_not_allowed',
  unsupported_grant_type: 'client_not_allowed',
  unsupported_response_type: 'client_not_allowed',
  invalid_scope: 'scopes_wrong',
  redirect_uri_mismatch: 'redirect_wrong',
  deleted_client: 'application_unknown',
  disabled_client: 'application_disabled',
  invalid_tenant: 'tenant_unknown',
  invalid_request: 'request_refused',
  interaction_required: 'interaction_needed',
  login_required: 'interaction_needed',
  consent_required: 'interaction_needed',
  account_selection_required: 'interaction_needed',
  access_denied: 'declined',
  authorization_declined: 'declined',
  admin_policy_enforced: 'policy_blocks',
  org_internal: 'policy_blocks',
  rate_limit_exceeded: 'throttled',
  slow_down: 'throttled',
  temporarily_unavailable: 'provider_down',
  server_error: 'provider_down',
  authorization_pending: 'device_pending',
  expired_token: 'device_code_dead',
  bad_verification_code: 'device_code_dead',
}

export function diagnose(answer: Answer, patient: Patient = {}): Diagnosis {
  if ('failure' in answer) return diagnosis(answer.failure, null, { patient })
  const { status, error, retryAfterMs = null } = answer
  const more = { patient, retryAfterMs, error: error ?? '' }
  if (status === 429) return diagnosis('throttled', code(answer), more)
  const entra = entraCause(codesOf(answer))
  if (entra && status < 500) return diagnosis(entra.cause, `AADSTS${entra.code}`, more)
  if (status >= 500) return diagnosis('provider_down', code(answer) ?? String(status), more)
  const known = error !== undefined && Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined
  return diagnosis(known ?? 'answer_strange', code(answer) ?? String(status), more)
}

/** What is stored as `state_reason` or `alarm`: the cause, and the provider's code behind a space. */
export const reasonOf = ({ cause, code: said }: Pick<Diagnosis, 'cause' | 'code'>): string =>
  said === null ? cause : `${cause} ${said}`

/** The diagnosis of a stored reason, for the page; null for null. */
export function diagnosisOf(reason: string | null, patient: Patient = {}): Diagnosis | null {
  if (reason === null) return null
  const [cause = '', ...rest] = reason.split(' ')
  const said = rest.join(' ') || null
  if (!isCause(cause)) return diagnosis('answer_strange', reason, { patient })
  return diagnosis(cause, said, { patient, error: 'invalid_grant' })
}

/** @param error `invalid_grant`, or the cause cannot be definite */
export function diagnosis(
  cause: Cause,
  said: string | null,
  {
    patient = {},
    retryAfterMs = null,
    error = '',
  }: { patient?: Patient; retryAfterMs?: number | null; error?: string } = {},
): Diagnosis {
  const { kind, who } = CAUSES[cause]
  const waits = cause === 'loop_detected' ? Math.max(AFTER_LOOP, retryAfterMs ?? 0) : retryAfterMs
  return {
    kind: kind === 'definite' && error !== 'invalid_grant' ? 'passing' : kind,
    cause,
    code: said,
    who,
    retryAfterMs: waits,
    ...prescription(cause, patient),
  }
}

type Said = Extract<Answer, { status: number }>

/** Entra lists its numbers; where a proxy of it does not, the description begins with one. */
function codesOf({ codes = [], description = '' }: Said): number[] {
  const written = /^AADSTS(\d{2,9})\b/.exec(description)?.[1]
  return [...codes, ...(written === undefined ? [] : [Number(written)])]
}

/** What may stand in a record: a word of the provider's, never a sentence of it. */
function code({ error, ...said }: Said): string | null {
  const [number] = codesOf(said)
  if (number !== undefined) return `AADSTS${number}`
  // Codes of OAuth are words; what has digits or capitals may be a token that is said back.
  return error !== undefined && /^[a-z_.-]{1,64}$/.test(error) ? error : null
}
