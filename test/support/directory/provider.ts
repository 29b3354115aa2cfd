/**
 * Directories as identity providers: their rows, and what asks them.
 */
import { systemClock, systemEntropy, type Clock } from '#base/clock.ts'
import { Secret } from '#base/secret.ts'
import { userKey } from '#domain/user.ts'
import { LdapConfig } from '#domain/identity-provider.ts'
import { Directories } from '#identity/directory/directories.ts'
import type { Limits } from '#identity/directory/connection.ts'
import { providerSecretPlace } from '#identity/outside/provider-config.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import { reachable } from '#vault/reachable.ts'
import { Sealer } from '#vault/seal.ts'
import { TEST_KEYS } from '../stores.ts'
import { DOMAIN, READER, type SambaDomain } from './samba.ts'
import { PEOPLE, SEARCHER, type Slapd } from './slapd.ts'

/** Where the servers of the tests are. */
export const TEST_NETWORKS = ['127.0.0.0/8', '198.18.0.0/15']

export type Wanted = Partial<LdapConfig>

const common = { intervalS: 300, graceS: 3600, provisioning: 'create' } as const

export const slapdConfig = ({ ldaps, authority }: Slapd, more: Wanted = {}): LdapConfig =>
  LdapConfig.parse({
    ...common,
    flavour: 'other',
    urls: [`ldaps://127.0.0.1:${ldaps}`],
    ca: authority.ca,
    bindDn: SEARCHER.dn,
    baseDn: PEOPLE,
    ...more,
  })

export const sambaConfig = ({ host, authority }: SambaDomain, more: Wanted = {}): LdapConfig =>
  LdapConfig.parse({
    ...common,
    urls: [`ldaps://${host}`],
    ca: authority.ca,
    bindDn: READER.dn,
    baseDn: DOMAIN,
    ...more,
  })

/** As it stands in the database. */
export function directoryRow(
  config: LdapConfig,
  { id = 'directory', position = 1, password = '' } = {},
): IdentityProviderRow {
  const own = config.flavour === 'other' ? SEARCHER.password : READER.password
  const sealer = new Sealer(TEST_KEYS, systemEntropy)
  return {
    id,
    kind: 'ldap',
    name: id,
    name_key: userKey(id),
    enabled: 1,
    position,
    application_id: null,
    config: JSON.stringify(config),
    secret: sealer.seal(new Secret(password || own), providerSecretPlace(id)),
    secret_set_at: 0,
    scim_hash: null,
    scim_set_at: null,
    scim_seen_at: null,
    reached_at: null,
    failing_since: null,
    failure: null,
    warnings: '',
    created_at: 0,
    created_by: 'test',
    updated_at: 0,
    updated_by: 'test',
  }
}

export const testDirectories = (
  clock: Clock = systemClock,
  { networks = TEST_NETWORKS, limits }: { networks?: string[]; limits?: Limits } = {},
): Directories =>
  new Directories({
    clock,
    sealer: new Sealer(TEST_KEYS, systemEntropy),
    mayReach: reachable(networks),
    limits,
  })
