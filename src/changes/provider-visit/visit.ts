/**
 * A visit to an identity provider: a person is sent there in their browser, and expected back once.
 *
 * What only the browser and we know is sealed; the state is found again by its keyed hash. Each
 * provider has a redirect URL of its own, so that the code of one is never shown to another (RFC 9700
 * §4.4).
 */
import { createHash } from 'node:crypto'
import { MINUTE } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import type { OidcConfig } from '#domain/identity-provider.ts'
import type { Trier } from '#domain/throttle.ts'
import type { Language } from '#domain/user.ts'
import { eventOf } from '#identity/audited.ts'
import { mintToken } from '#identity/opaque-token.ts'
import { countTry, takeBackTry } from '#identity/throttled.ts'
import type { From, IdentityNeeds } from '#identity/needs.ts'
import type { IdentityProviderRow, OAuthApplicationRow, ProviderVisitRow } from '#store/schema.ts'
import { authorizationUrl, newAttempt } from '#vault/authorization-code.ts'
import type { OAuthClient } from '#vault/client.ts'
import type { KeysOf } from '#vault/provider-keys.ts'
import { contextParams } from '#vault/providers-sign-in.ts'
import type { Place, Sealer } from '#vault/seal.ts'
import { openJson, sealJson } from '#vault/sealed-json.ts'
import { oidcConfig } from '#identity/outside/provider-config.ts'
import type { InitNeeds } from '../token-init/needs.ts'

/** A person signs in within it, second factor and all. */
export const VISIT_LIFE = 15 * MINUTE
/** To register at the provider, behind the public origin and in front of the provider's id. */
export const SIGN_IN_PATH = '/oauth/sign-in'

export type VisitNeeds = IdentityNeeds &
  Pick<InitNeeds, 'outbound' | 'discover' | 'clientOf' | 'tokens' | 'origin'> & {
    readonly keysOf: KeysOf
  }

/**
 * sign_in: whoever comes. accept_link: a one-time link is accepted by it. step_up: the person of a
 * session confirms. mailbox: the person of a session connects their mailbox.
 */
export type Purpose = 'sign_in' | 'accept_link' | 'step_up' | 'mailbox'

export type VisitSecrets = {
  readonly verifier: Secret
  readonly nonce: Secret
  /** The value of the cookie of the browser that was sent. */
  readonly browser: Secret
  /** Cookies that a browser does not bring along when another site sends it. */
  readonly device: Secret | null
  readonly next: string | null
  /** Of the page that they came from; null: it was not said. */
  readonly language: Language | null
  /** Whose session, or whose link, it is. */
  readonly userId: string | null
  /** The provider was asked for consent on purpose: it is not asked once more. */
  readonly consented: boolean
}

/** An identity provider that can be asked. */
export type Reached = {
  readonly row: IdentityProviderRow
  readonly config: OidcConfig
  readonly application: OAuthApplicationRow
  /** With the scopes of signing in in place of those of mail. */
  readonly client: OAuthClient
  /** The application's own scopes of mail. */
  readonly mailClient: OAuthClient
}

export type Sent = { readonly url: string; readonly browser: VisitCookie }
export type VisitCookie = { readonly name: string; readonly secret: Secret }

/**
 * @param evenOff also one that is switched off: what ends is taken from it
 * @throws Problem `not_found` for one that is not there, switched off, or a directory
 */
export async function openProvider(
  needs: Pick<VisitNeeds, 'store' | 'clientOf'>,
  providerId: string,
  { evenOff = false }: { evenOff?: boolean } = {},
): Promise<Reached> {
  const { identityProviders, oauthApplications } = needs.store.tables
  const row = await identityProviders.find(providerId)
  const application =
    row?.kind === 'oidc' && (row.enabled === 1 || evenOff)
      ? await oauthApplications.find(row.application_id ?? '')
      : null
  if (!row || !application)
    throw new Problem('not_found', 'There is no such identity provider, or it is switched off.')
  const mailClient = await needs.clientOf(application)
  const scopes = mailClient.provider.signIn?.scopes ?? []
  const client = { ...mailClient, scopes: { mail: scopes, graph: [] } }
  return { row, config: oidcConfig(row), application, client, mailClient }
}

/** The scopes of a visit: who it is, and where it is for a mailbox, that as well. */
export function visitClient({ client, mailClient }: Reached, mailbox: boolean): OAuthClient {
  if (!mailbox) return client
  const mail = [...new Set([...client.scopes.mail, ...mailClient.scopes.mail])]
  return { ...client, scopes: { mail, graph: [] } }
}

export type Sending = {
  readonly purpose: Purpose
  readonly params?: Readonly<Record<string, string>>
  readonly mailbox: boolean
  readonly loginHint?: string
  readonly next: string | null
  readonly device: Secret | null
  readonly sessionId?: string | null
  readonly linkId?: string | null
  readonly userId?: string | null
  readonly language?: Language | null
  readonly consented?: boolean
}

/**
 * @returns the address to go to, and the cookie without which nobody comes back
 * @throws Problem `busy` for who begins too many; `conflict` where the provider has no such page
 */
export async function sendThere(
  needs: VisitNeeds,
  reached: Reached,
  sending: Sending,
  from: From,
): Promise<Sent> {
  const { clock, entropy, keyring, newId, sealer, store } = needs
  const refusal = eventOf('session.create', null, from, 'locked')
  const counted = await countTry(needs, 'visit', visitor(from), refusal)
  const attempt = newAttempt(entropy)
  const browser = mintToken(entropy)
  const client = visitClient(reached, sending.mailbox)
  const url = authorizationUrl(client, attempt, {
    redirectUrl: redirectUrlOf(needs, reached.row),
    loginHint: sending.loginHint ?? '',
    params: paramsOf(reached, sending),
  })
  const id = newId()
  const secrets: VisitSecrets = {
    verifier: attempt.verifier,
    nonce: attempt.nonce,
    browser,
    device: sending.device,
    next: sending.next,
    language: sending.language ?? null,
    userId: sending.userId ?? null,
    consented: sending.consented === true,
  }
  const row: ProviderVisitRow = {
    id,
    provider_id: reached.row.id,
    hash: keyring.hash('provider-visit', attempt.state),
    purpose: sending.purpose,
    session_id: sending.sessionId ?? null,
    link_id: sending.linkId ?? null,
    secrets: sealJson(sealer, secrets, placeOf(id)),
    expires_at: clock.now() + VISIT_LIFE,
    used_at: null,
    created_at: clock.now(),
  }
  await store.tables.providerVisits.insert(row)
  // Who is signed in, or holds a link, is known: only strangers are counted.
  if (sending.purpose !== 'sign_in') await takeBackTry(needs, counted)
  return { url, browser: { name: visitCookieOf(attempt.state), secret: browser } }
}

/** Of a stranger: nobody has signed in yet. */
const visitor = ({ ip }: From): Trier => ({ account: '', ip, device: null })

/** The provider has proven somebody: their visit was none of those that fill tables. */
export const takeBackVisit = async (needs: VisitNeeds, from: From): Promise<void> =>
  await takeBackTry(needs, { what: 'visit', trier: visitor(from), allowed: true })

/** What the provider is asked besides. A second factor that counts is asked for. */
function paramsOf(
  { client, config }: Reached,
  { params }: Sending,
): Readonly<Record<string, string>> {
  const { signIn } = client.provider
  if (!signIn) return {}
  return { ...signIn.params, ...contextParams(signIn, config.secondFactorClaims.acr), ...params }
}

export const redirectUrlOf = (
  { origin }: Pick<VisitNeeds, 'origin'>,
  { id }: Pick<IdentityProviderRow, 'id'>,
): string => `${origin}${SIGN_IN_PATH}/${id}`

/** Two that one browser makes side by side have two cookies. The name gives nothing away. */
export const visitCookieOf = (state: Secret): string =>
  createHash('sha256').update('visit ').update(state.revealBytes()).digest('hex').slice(0, 16)

const placeOf = (row: string): Place => ({ table: 'provider_visit', column: 'secrets', row })

export const openVisit = (
  sealer: Pick<Sealer, 'open'>,
  row: Pick<ProviderVisitRow, 'id' | 'secrets'>,
): VisitSecrets | null =>
  row.secrets && (openJson(sealer, row.secrets, placeOf(row.id)) as VisitSecrets)
