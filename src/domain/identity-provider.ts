/**
 * Identity providers: what an administrator says of one, and what is known of a person from there.
 *
 * `oidc` is a provider with OpenID Connect, whose client, tenant and issuer are those of a declared
 * OAuth 2 application. `ldap` is a directory: Active Directory or any other.
 */
import { z } from 'zod'
import { DAY, MINUTE, SECOND } from '#base/clock.ts'

export const PROVIDER_KINDS = ['oidc', 'ldap'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

const line = z.string().max(1024)
const seconds = (least: number, most: number): z.ZodInt =>
  z
    .int()
    .min(least / SECOND)
    .max(most / SECOND)

/** What both kinds have. Times in seconds. */
const common = {
  /** create: who signs in for the first time gets a user. invited: only who was invited comes in. */
  provisioning: z.enum(['create', 'invited']).default('invited'),
  /** Who types a name that ends in @ and one of these is led here. Lower case. */
  domains: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-z0-9.-]+$/),
    )
    .max(100)
    .default([]),
  /** How often it is asked whether a person is still there. */
  intervalS: seconds(MINUTE, DAY).default((5 * MINUTE) / SECOND),
  /** How long its silence is borne after that before the person's application passwords stop. */
  graceS: seconds(0, 365 * DAY).default(DAY / SECOND),
}

export const OidcConfig = z.strictObject({
  ...common,
  /** Tenants whose people may come in, where the application is open to several. Lower case. */
  tenants: z.array(line).max(1000).default([]),
  /** Values of `amr` or `acr` that are trusted to mean a second factor. Empty: none is. */
  secondFactorClaims: z
    .strictObject({ amr: z.array(line).max(20), acr: z.array(line).max(20) })
    .default({ amr: [], acr: [] }),
  /** The claim with the groups; empty: none. */
  groupsClaim: z.string().max(128).default(''),
  /** The sign-in asks for the mailbox too, and the person's mail account is there without a step. */
  ownMailbox: z.boolean().default(false),
  /** How it is known that a person is still there; sign_in: by nothing but the next sign-in. */
  liveness: z.enum(['refresh_token', 'scim', 'sign_in']).default('refresh_token'),
  /** Signing out here signs out at the provider too. */
  signOutThere: z.boolean().default(false),
})
export type OidcConfig = z.infer<typeof OidcConfig>

export const LdapConfig = z.strictObject({
  ...common,
  flavour: z.enum(['active_directory', 'other']).default('active_directory'),
  /** `ldaps://host[:port]`, or `ldap://` where StartTLS follows; tried in this order. */
  urls: z.array(z.string().max(512)).min(1).max(10),
  startTls: z.boolean().default(false),
  /** PEM of the directory's own authority; empty: those that the system trusts. */
  ca: z
    .string()
    .max(64 * 1024)
    .default(''),
  /** The account that searches. Its password is sealed apart. */
  bindDn: line,
  baseDn: line,
  /** `{name}` is what was typed, escaped (RFC 4515). Empty: the flavour's own. */
  userFilter: line.default(''),
  /** Empty: the flavour's own. */
  attributes: z
    .strictObject({
      id: z.string().max(128),
      name: z.string().max(128),
      email: z.string().max(128),
      displayName: z.string().max(128),
    })
    .default({ id: '', name: '', email: '', displayName: '' }),
  /** Groups below here become groups here; empty: none. */
  groupBaseDn: line.default(''),
  nestedGroups: z.boolean().default(true),
  /** Only members of this group come in, nested ones too; empty: everybody who is found. */
  requiredGroupDn: line.default(''),
})
export type LdapConfig = z.infer<typeof LdapConfig>

/** Why an identity was frozen: words for machines; the pages and mails have the sentences. */
export const FROZEN_REASONS = [
  'disabled',
  'expired',
  'locked',
  'deleted',
  'refused',
  'inactive',
  'not_in_group',
] as const
export type FrozenReason = (typeof FROZEN_REASONS)[number]
export type IdentityState = 'alive' | 'frozen'

/** What is known of a person's identity, as admission asks. Times in milliseconds. */
export type Liveness = { readonly state: IdentityState; readonly aliveUntil: number }

/** null: alive. A person from outside without any identity is as frozen as can be. */
export function livenessRefusal(
  source: string,
  liveness: Liveness | null,
  now: number,
): 'identity_frozen' | 'identity_unconfirmed' | null {
  if (source === 'local') return null
  if (!liveness || liveness.state !== 'alive') return 'identity_frozen'
  return liveness.aliveUntil <= now ? 'identity_unconfirmed' : null
}
