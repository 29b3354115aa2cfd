/**
 * What an administrator said of an identity provider, from its row.
 */
import { LdapConfig, OidcConfig } from '#domain/identity-provider.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Place } from '#vault/seal.ts'

export const oidcConfig = (row: Pick<IdentityProviderRow, 'config'>): OidcConfig =>
  OidcConfig.parse(JSON.parse(row.config))
export const ldapConfig = (row: Pick<IdentityProviderRow, 'config'>): LdapConfig =>
  LdapConfig.parse(JSON.parse(row.config))

/** Where the password of a directory's searching account stands. */
export const providerSecretPlace = (row: string): Place => ({
  table: 'identity_provider',
  column: 'secret',
  row,
})
