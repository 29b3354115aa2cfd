/**
 * The id_token: who signed in, by the signature of the provider (OpenID Connect Core §3.1.3.7).
 *
 * openid-client judges it: signature against the keys of the issuer (RS256 and its like only; no key
 * from the token itself), iss, aud, azp, exp, nbf, nonce. The answer of the token endpoint was
 * received before, by our own request, and is handed to it as it came.
 */
import * as openid from 'openid-client'
import { SECOND, type Clock } from '#base/clock.ts'
import type { Secret } from '#base/secret.ts'
import { isTenantId, type OAuthClient } from './client.ts'
import { asFetch, type Discover } from './discovery.ts'
import { OutboundError, type Outbound } from './outbound.ts'

export type Claims = Readonly<Record<string, unknown>>

export type IdTokenNeeds = {
  readonly outbound: Outbound
  readonly discover: Discover
  readonly clock: Clock
}

/** Clocks of others may differ by so much. */
const LEEWAY_S = 60

/**
 * @param nonce null: none was sent (device codes)
 * @returns null when it does not hold; why is for the log: `whyNot`
 * @throws OutboundError when the keys cannot be had, Problem when discovery gives none
 */
export async function idTokenClaims(
  needs: IdTokenNeeds,
  client: OAuthClient,
  idToken: Secret,
  nonce: Secret | null,
  whyNot: (cause: unknown) => void,
): Promise<Claims | null> {
  const issuer = issuerFor(client, idToken)
  if (issuer === null) {
    whyNot(new Error('The id_token names no tenant.'))
    return null
  }
  const jwks = client.endpoints.jwks ?? (await needs.discover(issuer)).jwks
  if (jwks === null) {
    whyNot(new Error('The provider names no keys.'))
    return null
  }
  const config = new openid.Configuration(
    { issuer, token_endpoint: client.endpoints.token, jwks_uri: jwks },
    client.clientId,
    {
      [openid.clockTolerance]: LEEWAY_S,
      [openid.clockSkew]: Math.round((needs.clock.now() - Date.now()) / SECOND),
    },
    openid.None(),
  )
  openid.enableNonRepudiationChecks(config)
  config[openid.customFetch] = async (url, options) =>
    url === client.endpoints.token
      ? asReceived(idToken)
      : await asFetch(needs.outbound, url, options)
  try {
    // Neither code nor state leave here: state was judged where it came in, the code is spent.
    const returned = new URL('https://passerelle.invalid/?code=spent')
    const tokens = await openid.authorizationCodeGrant(config, returned, {
      idTokenExpected: true,
      ...(nonce ? { expectedNonce: nonce.reveal() } : {}),
    })
    return tokens.claims() ?? null
  } catch (cause) {
    for (let at: unknown = cause; at instanceof Error; at = at.cause)
      if (at instanceof OutboundError) throw at
    whyNot(cause)
    return null
  }
}

const asReceived = (idToken: Secret): Response =>
  Response.json({ access_token: 'not-here', token_type: 'bearer', id_token: idToken.reveal() })

/**
 * Where the application has one tenant, that is the issuer, and whoever comes from another tenant is
 * refused. Where any tenant may sign in (or the tenant is written as a domain, whose endpoint gives
 * tokens of that tenant only), the token says which it was, and its issuer has to fit that.
 */
function issuerFor(client: OAuthClient, idToken: Secret): string | null {
  const { tenantClaim } = client.provider.identity
  if (tenantClaim === null || isTenantId(client.tenantId)) return client.endpoints.issuer
  const tenant = unproven(idToken)[tenantClaim]
  return typeof tenant === 'string' && isTenantId(tenant) ? client.issuerOfTenant(tenant) : null
}

/** What it says, without proof: only to ask for the proof, or where TLS with the issuer is one. */
export function unproven(idToken: Secret): Claims {
  try {
    const [, payload = ''] = idToken.reveal().split('.')
    const said: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof said === 'object' && said !== null ? (said as Claims) : {}
  } catch {
    return {}
  }
}
