/**
 * The token with which an identity provider speaks SCIM: made here, shown once, kept as a keyed hash.
 */
import type { Entropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import { mintToken } from '#identity/opaque-token.ts'
import type { Keyring } from '#vault/keyring.ts'
import { change, nameOf, type Caller, type DoorNeeds } from '../door.ts'
import { existingProvider } from '../identity-providers.ts'

type Needs = DoorNeeds & { readonly entropy: Entropy; readonly keyring: Keyring }

/** The one before ends at once. @throws Problem `not_found`; `conflict` for a directory */
export async function makeScimToken(
  needs: Needs,
  caller: Caller,
  providerId: string,
): Promise<{ token: Secret; tokenSetAt: number }> {
  const row = await existingProvider(needs, providerId)
  if (row.kind === 'ldap') throw new Problem('conflict', 'A directory is asked; it speaks no SCIM.')
  const token = mintToken(needs.entropy)
  const tokenSetAt = needs.clock.now()
  await change(needs, caller, said(row, tokenSetAt), async ({ identityProviders }) => {
    await identityProviders.update(providerId, {
      scim_hash: needs.keyring.hash('scim-token', token),
      scim_set_at: tokenSetAt,
      scim_seen_at: null,
      updated_at: tokenSetAt,
      updated_by: nameOf(caller),
    })
  })
  return { token, tokenSetAt }
}

/** @throws Problem `not_found` */
export async function endScimToken(
  needs: DoorNeeds,
  caller: Caller,
  providerId: string,
): Promise<void> {
  const row = await existingProvider(needs, providerId)
  await change(needs, caller, said(row, null), async ({ identityProviders }) => {
    await identityProviders.update(providerId, {
      scim_hash: null,
      scim_set_at: null,
      updated_at: needs.clock.now(),
      updated_by: nameOf(caller),
    })
  })
}

const said = (row: { id: string; name: string }, at: number | null) =>
  ({
    action: 'identity_provider.update',
    target: { kind: 'identity_provider', id: row.id, name: row.name },
    details: { scim_set_at: at },
  }) as const
