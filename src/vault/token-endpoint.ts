/**
 * The token endpoint (RFC 6749 §5): how it is asked, and what its answers mean.
 *
 * Asking and understanding are two functions, and neither talks to anybody: a test hands over a
 * `Response`. Only what is well formed gets through, because an access token is later written into
 * a line of another protocol, where a line break would be a command.
 */
import type { Clock, Entropy } from '#base/clock.ts'
import { SECOND } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { ASSERTION_TYPE, clientAssertion } from './client-assertion.ts'
import type { OAuthClient } from './client.ts'
import type { Answer } from './diagnosis.ts'

/** RFC 6750 §2.1 `b64token`. */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/
/** RFC 6749 A.17: visible characters and the space. It only ever travels in a form, encoded. */
const VSCHAR = /^[\x20-\x7e]+$/
/** Larger than any provider's; a token is written into one line of IMAP, SMTP or a header. */
const MAX_TOKEN = 16 * 1024
/** Where the provider does not say how long an access token lives (RFC 6749 §5.1: recommended). */
export const ASSUMED_LIFE_S = 30 * 60
/** A life that is longer is a mistake, or would keep a token past every policy. */
const MAX_LIFE_S = 24 * 60 * 60

type AskingNeeds = { readonly clock: Clock; readonly entropy: Entropy }
type AskingClient = Pick<OAuthClient, 'clientId' | 'proof'> & {
  readonly endpoints: { readonly token: string }
}

export const tokenRequest = (
  client: AskingClient,
  parameters: Readonly<Record<string, string | Secret>>,
  needs: AskingNeeds,
): Request => clientRequest(client.endpoints.token, client, parameters, needs)

/** The client proves itself in the body (RFC 6749 §2.3.1), which every provider of the table takes. */
export function clientRequest(
  url: string,
  client: AskingClient,
  parameters: Readonly<Record<string, string | Secret>>,
  needs: AskingNeeds,
): Request {
  const body = new URLSearchParams()
  const fields: Record<string, string | Secret> = {
    ...parameters,
    client_id: client.clientId,
    ...proofOf(client, needs),
  }
  for (const [name, value] of Object.entries(fields))
    body.set(name, value instanceof Secret ? value.reveal() : value)
  return new Request(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body,
    redirect: 'manual',
  })
}

function proofOf(client: AskingClient, needs: AskingNeeds): Record<string, string | Secret> {
  const { proof } = client
  switch (proof.kind) {
    case 'none':
      return {}
    case 'secret':
      return { client_secret: proof.open() }
    case 'certificate':
      return {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: clientAssertion(
          proof.open(),
          client.clientId,
          client.endpoints.token,
          needs,
        ),
      }
  }
}

export type TokenAnswer =
  | {
      readonly ok: true
      readonly accessToken: Secret
      readonly expiresInS: number
      /** null: the one that was used stays (RFC 6749 §6). */
      readonly refreshToken: Secret | null
      /** null: the provider does not say. */
      readonly refreshExpiresInS: number | null
      /** null: what was asked for (RFC 6749 §5.1). */
      readonly scopes: readonly string[] | null
      readonly idToken: Secret | null
    }
  | {
      readonly ok: false
      readonly answer: Answer
      /** A new refresh token in an answer that is otherwise of no use: the old one may be spent. */
      readonly refreshToken: Secret | null
    }

/** Reads what a token endpoint answered to any grant. Never throws for what came from outside. */
export async function readTokenAnswer(response: Response): Promise<TokenAnswer> {
  const { status } = response
  const text = await response.text()
  if (text.trim() === '')
    return refused(status < 400 ? { failure: 'empty' } : { status, ...retryAfter(response) })
  const body = asObject(text)
  if (!body)
    return refused(status < 400 ? { failure: 'not_json' } : { status, ...retryAfter(response) })
  if (status !== 200) return refused({ status, ...said(body), ...retryAfter(response) })
  const refreshToken = asToken(body['refresh_token'], VSCHAR)
  const accessToken = asToken(body['access_token'], TOKEN68)
  const type = body['token_type']
  if (!accessToken || (typeof type === 'string' && type.toLowerCase() !== 'bearer')) {
    // Some say no with status 200.
    const answer: Answer =
      typeof body['error'] === 'string' ? { status, ...said(body) } : { status }
    return { ok: false, answer, refreshToken }
  }
  return {
    ok: true,
    accessToken,
    expiresInS: Math.min(seconds(body['expires_in']) ?? ASSUMED_LIFE_S, MAX_LIFE_S),
    refreshToken,
    refreshExpiresInS:
      seconds(body['refresh_token_expires_in']) ?? seconds(body['refresh_expires_in']),
    scopes: typeof body['scope'] === 'string' ? body['scope'].split(' ').filter(Boolean) : null,
    idToken: asToken(body['id_token'], TOKEN68),
  }
}

const refused = (answer: Answer): TokenAnswer => ({ ok: false, answer, refreshToken: null })

function asObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** RFC 6749 §5.2, and what Entra ID adds. */
function said(body: Record<string, unknown>): Omit<Extract<Answer, { status: number }>, 'status'> {
  const codes = body['error_codes']
  return {
    ...textOf('error', body['error']),
    ...textOf('description', body['error_description']),
    ...textOf('suberror', body['suberror']),
    ...(Array.isArray(codes)
      ? { codes: codes.filter((code): code is number => Number.isSafeInteger(code)) }
      : {}),
  }
}

const textOf = <Name extends string>(name: Name, value: unknown): { [name in Name]?: string } =>
  (typeof value === 'string' ? { [name]: value.slice(0, 2048) } : {}) as { [name in Name]?: string }

function asToken(value: unknown, form: RegExp): Secret | null {
  return typeof value === 'string' && value.length <= MAX_TOKEN && form.test(value)
    ? new Secret(value)
    : null
}

/** Some providers write numbers as text. Zero is what some write for "does not end". */
function seconds(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0
    ? Math.floor(number)
    : null
}

/** RFC 9110 §10.2.3, seconds only: a date would need the clock of the provider. */
function retryAfter(response: Response): { retryAfterMs: number | null } {
  const after = seconds(response.headers.get('retry-after'))
  return { retryAfterMs: after === null ? null : after * SECOND }
}
