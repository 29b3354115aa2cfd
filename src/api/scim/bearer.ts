/**
 * Who speaks SCIM: the bearer token of one identity provider (RFC 6750 §2.1).
 */
import { MINUTE, type Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { Secret } from '#base/secret.ts'
import { wrongAtScim } from '#domain/throttle.ts'
import { tokenHashes } from '#identity/opaque-token.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { Keyring } from '#vault/keyring.ts'

export type BearerNeeds = {
  readonly store: { readonly tables: Pick<Tables, 'identityProviders' | 'throttle'> }
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
}

/**
 * A right token is never held up by wrong ones.
 * @throws Problem `unauthenticated`, alike whatever is wrong; `busy` after many wrong ones
 */
export async function providerOf(
  { store, keyring, clock, log }: BearerNeeds,
  authorization: string | null,
  ip: string,
): Promise<IdentityProviderRow> {
  const { identityProviders, throttle } = store.tables
  const [, token] = /^bearer +([\w-]{43})$/i.exec(authorization ?? '') ?? []
  const hashes = tokenHashes(keyring, 'scim-token', token === undefined ? null : new Secret(token))
  const provider = hashes.length === 0 ? null : await identityProviders.findByScim(hashes)
  const now = clock.now()
  if (!provider) {
    const limit = wrongAtScim(ip)
    const tries = (await throttle.count([limit], now)).get(limit.key) ?? 0
    if (tries === 1 || tries === limit.tries) log.warn('scim.refused', { ip, tries })
    if (tries > limit.tries)
      throw new Problem('busy', 'Too many wrong tokens from this address. Wait a minute.')
    throw new Problem('unauthenticated', 'This is not the token of an identity provider.')
  }
  const seen = provider.scim_seen_at
  if (seen !== null && Math.abs(now - seen) < MINUTE) return provider
  await identityProviders.update(provider.id, { scim_seen_at: now })
  return { ...provider, scim_seen_at: now }
}
