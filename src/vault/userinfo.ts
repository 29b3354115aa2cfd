/**
 * The userinfo endpoint (OpenID Connect Core §5.3): who signed in, where the id_token does not say.
 */
import { SECOND } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { Claims } from './id-token.ts'
import type { Outbound } from './outbound.ts'

/** null: no answer that can be used. @throws OutboundError */
export async function userinfoClaims(
  outbound: Outbound,
  endpoint: string,
  token: Secret,
): Promise<Claims | null> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token.reveal()}` }
  const asked = new Request(endpoint, { headers, redirect: 'manual' })
  const answer = await outbound(asked, { timeoutMs: 10 * SECOND, maxBytes: 64 * 1024 })
  if (answer.status !== 200) return null
  try {
    const said: unknown = JSON.parse(await answer.text())
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? (said as Claims)
      : null
  } catch {
    return null
  }
}
