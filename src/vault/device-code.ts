/**
 * Device codes (RFC 8628): a short code that is read out to the owner of the mailbox, who types it
 * at the provider; meanwhile the provider is asked now and then.
 */
import { SECOND, type Clock, type Entropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { allScopes } from './authorization-code.ts'
import type { OAuthClient } from './client.ts'
import { tokenRequest, type TokenAnswer } from './token-endpoint.ts'

/** RFC 8628 §3.2 and §3.5. */
const DEFAULT_INTERVAL_S = 5
const MAX_INTERVAL_S = 300
const SLOW_DOWN_S = 5
/** A code that can be typed for longer can be phished for longer. */
const MAX_LIFE_S = 30 * 60

export type DeviceCode = {
  readonly deviceCode: Secret
  readonly userCode: string
  readonly verificationUrl: string
  readonly expiresInS: number
  readonly intervalS: number
}

/** @throws Problem `conflict` when the provider has no device codes */
export function deviceRequest(
  client: OAuthClient,
  needs: { readonly clock: Clock; readonly entropy: Entropy },
): Request {
  const { device } = client.endpoints
  if (device === null) throw new Problem('conflict', 'The provider has no device codes.')
  const endpoints = { ...client.endpoints, token: device }
  return tokenRequest({ ...client, endpoints }, { scope: allScopes(client).join(' ') }, needs)
}

/** Never throws for what came from outside; null: this is no answer of a device endpoint. */
export function readDeviceCode(text: string): DeviceCode | null {
  const said = parsed(text)
  const deviceCode = visible(said['device_code'], 4096)
  const userCode = visible(said['user_code'], 64)
  // Google writes verification_url.
  const url = visible(said['verification_uri'] ?? said['verification_url'], 2048)
  // It is shown as a link: nothing but https is one.
  if (deviceCode === null || userCode === null || URL.parse(url ?? '')?.protocol !== 'https:')
    return null
  return {
    deviceCode: new Secret(deviceCode),
    userCode,
    verificationUrl: url ?? '',
    expiresInS: Math.min(positive(said['expires_in']) ?? MAX_LIFE_S, MAX_LIFE_S),
    intervalS: Math.min(positive(said['interval']) ?? DEFAULT_INTERVAL_S, MAX_INTERVAL_S),
  }
}

export const pollParameters = (deviceCode: Secret): Record<string, string | Secret> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  device_code: deviceCode,
})

/**
 * What to do after a poll. `wait`: the interval from now on; slow_down adds five seconds for good,
 * and who could not be reached is asked half as often (RFC 8628 §3.5).
 */
export type AfterPoll = { readonly wait: number } | 'ended'

export function afterPoll(
  answer: Extract<TokenAnswer, { ok: false }>['answer'],
  intervalS: number,
): AfterPoll {
  const longer = (seconds: number): AfterPoll => ({ wait: Math.min(seconds, MAX_INTERVAL_S) })
  if ('failure' in answer) return longer(intervalS * 2)
  if (answer.error === 'authorization_pending') return { wait: intervalS }
  if (answer.error === 'slow_down') return longer(intervalS + SLOW_DOWN_S)
  const waits = Math.ceil((answer.retryAfterMs ?? 0) / SECOND)
  if (answer.status === 429 || answer.status >= 500) return longer(Math.max(intervalS * 2, waits))
  return 'ended'
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const visible = (value: unknown, most: number): string | null =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && value.length <= most ? value : null

/** Some write numbers as text. */
function positive(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0
    ? Math.ceil(number)
    : null
}
