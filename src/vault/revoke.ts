/**
 * Revoking at the provider (RFC 7009): what is deleted here shall not live on there.
 */
import { SECOND, type Clock, type Entropy } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import type { OAuthClient } from './client.ts'
import { diagnose, type Diagnosis } from './diagnosis.ts'
import { OutboundError, type Outbound } from './outbound.ts'
import { clientRequest, readTokenAnswer } from './token-endpoint.ts'

type RevokeNeeds = {
  readonly outbound: Outbound
  readonly clock: Clock
  readonly entropy: Entropy
}

/** A person waits for it. */
const TIMEOUT = 10 * SECOND

/**
 * The refresh token, and with it all that came of the same permission (RFC 7009 §2.1).
 * @param url the provider's endpoint for it
 * @returns null: it is over; otherwise why it may not be
 */
export async function revokeToken(
  { outbound, ...needs }: RevokeNeeds,
  client: Pick<OAuthClient, 'clientId' | 'proof' | 'endpoints'>,
  url: string,
  token: Secret,
): Promise<Diagnosis | null> {
  const parameters = { token, token_type_hint: 'refresh_token' }
  try {
    const request = clientRequest(url, client, parameters, needs)
    const response = await outbound(request, { timeoutMs: TIMEOUT })
    if (response.ok) return null
    const said = await readTokenAnswer(response)
    if (said.ok) return null
    // It was over before. RFC 7009 §2.2 asks for 200 then; Google says 400 (invalid_token).
    if ('error' in said.answer && said.answer.error === 'invalid_token') return null
    return diagnose(said.answer)
  } catch (thrown) {
    if (thrown instanceof OutboundError) return diagnose({ failure: thrown.failure })
    throw thrown
  }
}
