/**
 * What a visit to an identity provider brought, and where it leads.
 */
import type { Secret } from '#base/secret.ts'
import type { Actor } from '#domain/audit.ts'
import type { From } from '#identity/needs.ts'
import type { ProviderPerson } from '#identity/outside/provider-person.ts'
import type { IdentityRow, ProviderVisitRow } from '#store/schema.ts'
import type { User } from '#store/users.ts'
import type { Claims } from '#vault/id-token.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import type { Reached, Sent, VisitNeeds, VisitSecrets } from './visit.ts'
import type { Granted } from '../token-init/row.ts'

/** What a visit brought: a person whom the provider has proven, and tokens. */
export type Came = {
  readonly reached: Reached
  readonly visit: ProviderVisitRow
  readonly secrets: VisitSecrets
  readonly person: ProviderPerson
  readonly claims: Claims
  readonly answer: Granted
  readonly from: From
}

/** Where it leads: a page of ours with what became of it, or the provider once more. */
export type Led = {
  readonly path: string
  /** A word of PROVIDER_OUTCOMES; null: nothing has to be said. */
  readonly provider: string | null
  readonly mailbox: string | null
  readonly session: Secret | null
  readonly device: Secret | null
  readonly again: Sent | null
}
/** Why nobody came in: a word for the page, and one for the audit. */
export class NotLedIn extends Error {
  override readonly name = 'NotLedIn'
  readonly outcome: string
  readonly reason: string
  constructor(outcome: string, reason: string) {
    super(reason)
    this.outcome = outcome
    this.reason = reason
  }
}

/** Sealed for the rounds that ask whether the person is still there. */
export function keptToken(
  { sealer }: Pick<VisitNeeds, 'sealer'>,
  { reached, answer }: Came,
  identity: IdentityRow,
): { refreshToken?: Uint8Array } {
  const { refreshToken } = answer
  const wanted = reached.config.liveness === 'refresh_token' && identity.account_id === null
  if (!wanted || refreshToken === null) return {}
  return { refreshToken: sealer.seal(refreshToken, identityRefreshTokenPlace(identity.id)) }
}

export const actorOf = ({ id, name }: Pick<User, 'id' | 'name'>): Actor => ({
  kind: 'user',
  id,
  name,
})
