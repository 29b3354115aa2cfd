/**
 * API: identity providers as administrators declare and try them, and how people stand with them.
 */
import {
  createProvider,
  deleteProvider,
  existingProvider,
  moveProvider,
  partFromProvider,
  switchProvider,
  updateProvider,
  type ProviderNeeds,
} from '#changes/identity-providers.ts'
import { ldapConfig, oidcConfig } from '#identity/outside/provider-config.ts'
import { endScimToken, makeScimToken } from '#changes/scim/token.ts'
import { existing as existingUser } from '#changes/users.ts'
import type { Entropy } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import type { FrozenReason, ProviderKind } from '#domain/identity-provider.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import { checkApplication, type CheckNeeds } from '#vault/application-check.ts'
import type { Keyring } from '#vault/keyring.ts'
import { applicationPatient } from '#vault/patient.ts'
import { providerOf } from '#vault/providers.ts'
import type { HandlersOf } from './call.ts'
import type { Answer } from './contract.ts'
import { PROVIDER_WARNINGS, type ProviderWarning } from './identity-provider-views.ts'
import { diagnosisView } from './oauth-applications.ts'

type Names =
  | 'GET /identity-providers'
  | 'POST /identity-providers'
  | 'GET /identity-providers/:id'
  | 'PATCH /identity-providers/:id'
  | 'DELETE /identity-providers/:id'
  | 'POST /identity-providers/:id/enable'
  | 'POST /identity-providers/:id/disable'
  | 'POST /identity-providers/:id/position'
  | 'POST /identity-providers/:id/test'
  | 'POST /identity-providers/:id/scim-token'
  | 'DELETE /identity-providers/:id/scim-token'
  | 'GET /users/:id/identity'
  | 'DELETE /users/:id/identity'
  | 'GET /me/identity'

type View = Answer<'GET /identity-providers/:id'>
type Checks = Answer<'POST /identity-providers/:id/test'>['checks']

export type IdentityProviderNeeds = ProviderNeeds &
  CheckNeeds & {
    readonly keyring: Keyring
    readonly entropy: Entropy
    readonly origin: string
    /** Tries a directory. `name`: a person to look up. */
    readonly tryDirectory: (row: IdentityProviderRow, name: string | null) => Promise<Checks>
  }

export function identityProviderHandlers(needs: IdentityProviderNeeds): HandlersOf<Names> {
  const { tables } = needs.store
  const all = async (): Promise<View[]> => {
    const people = await tables.identityProviders.people()
    const applications = new Map((await tables.oauthApplications.list()).map((a) => [a.id, a]))
    return (await tables.identityProviders.list()).map((row) => {
      const application = applications.get(row.application_id ?? '') ?? null
      return view(needs.origin, row, application, people.get(row.id))
    })
  }
  const one = async (id: string): Promise<View> => {
    const found = (await all()).find((row) => row.id === id)
    if (!found) throw new Problem('not_found', 'There is no such identity provider.')
    return found
  }
  const identityOf = async (userId: string): Promise<Answer<'GET /me/identity'>> => {
    const row = await tables.identities.ofUser(userId)
    const provider = row && (await tables.identityProviders.find(row.provider_id))
    if (!row || !provider) return null
    return {
      providerId: provider.id,
      providerName: provider.name,
      providerKind: provider.kind as ProviderKind,
      subject: row.subject,
      shownAs: row.shown_as,
      state: row.state === 'alive' ? 'alive' : 'frozen',
      reason: row.reason as FrozenReason | null,
      stateAt: row.state_at,
      aliveAt: row.alive_at,
      aliveUntil: row.alive_until,
      nextCheckAt: row.next_check_at,
      ownMailbox: provider.kind === 'oidc' && oidcConfig(provider).ownMailbox,
    }
  }

  return {
    'GET /identity-providers': all,

    'POST /identity-providers': async ({ caller, body }) =>
      await one(await createProvider(needs, caller, body)),

    'GET /identity-providers/:id': async ({ params }) => await one(params.id),

    'PATCH /identity-providers/:id': async ({ caller, params, body }) => {
      await updateProvider(needs, caller, params.id, body)
      return await one(params.id)
    },

    'DELETE /identity-providers/:id': async ({ caller, params }) => {
      await deleteProvider(needs, caller, params.id)
      return null
    },

    'POST /identity-providers/:id/enable': async ({ caller, params }) => {
      await switchProvider(needs, caller, params.id, true)
      return await one(params.id)
    },

    'POST /identity-providers/:id/disable': async ({ caller, params }) => {
      await switchProvider(needs, caller, params.id, false)
      return await one(params.id)
    },

    'POST /identity-providers/:id/position': async ({ caller, params, body }) => {
      await moveProvider(needs, caller, params.id, body.position)
      return await all()
    },

    'POST /identity-providers/:id/test': async ({ params, body }) => {
      const row = await existingProvider(needs, params.id)
      if (row.kind === 'ldap')
        return { checks: await needs.tryDirectory(row, body.name?.trim() || null) }
      return { checks: await tryOpenIdConnect(needs, row) }
    },

    'POST /identity-providers/:id/scim-token': async ({ caller, params }) => {
      const { token, tokenSetAt } = await makeScimToken(needs, caller, params.id)
      return { url: scimUrl(needs.origin), token: token.reveal(), tokenSetAt }
    },

    'DELETE /identity-providers/:id/scim-token': async ({ caller, params }) => {
      await endScimToken(needs, caller, params.id)
      return null
    },

    'GET /users/:id/identity': async ({ params }) =>
      await identityOf((await existingUser(needs, params.id)).id),

    'DELETE /users/:id/identity': async ({ caller, params }) => {
      await partFromProvider(needs, caller, params.id)
      return null
    },

    'GET /me/identity': async ({ user }) => await identityOf(user.id),
  }
}

/** Base URL of SCIM 2.0 (RFC 7644 §1.3). */
const scimUrl = (origin: string): string => `${origin}/scim/v2`

/** Its application, as that is tried anywhere. */
async function tryOpenIdConnect(
  needs: IdentityProviderNeeds,
  row: IdentityProviderRow,
): Promise<Checks> {
  const application = await needs.store.tables.oauthApplications.find(row.application_id ?? '')
  if (!application) throw new Problem('not_found', 'The OAuth 2 application is gone.')
  const redirectUrl = `${needs.origin}/oauth/sign-in/${row.id}`
  const patient = applicationPatient(application, redirectUrl)
  // Mail servers matter where mailboxes are connected by the sign-in, and nowhere else.
  const addressOf = oidcConfig(row).ownMailbox ? needs.addressOf : async () => ''
  const checks = await checkApplication({ ...needs, addressOf }, application, patient)
  return checks.map(({ check, ok, diagnosis }) => ({
    check,
    ok,
    diagnosis: diagnosisView(diagnosis),
    reason: null,
    found: null,
  }))
}

function view(
  origin: string,
  row: IdentityProviderRow,
  application: { identifier: string; provider: string } | null,
  people = { people: 0, frozen: 0 },
): View {
  const oidc = row.kind === 'oidc'
  const known = Object.keys(PROVIDER_WARNINGS) as ProviderWarning[]
  const warned = row.warnings.split(' ')
  return {
    id: row.id,
    kind: oidc ? 'oidc' : 'ldap',
    name: row.name,
    enabled: row.enabled === 1,
    position: row.position,
    button: oidc ? (providerOf(application?.provider ?? '')?.signIn?.button ?? 'oidc') : null,
    applicationId: row.application_id,
    applicationIdentifier: application?.identifier ?? null,
    addresses: oidc
      ? {
          redirectUrl: `${origin}/oauth/sign-in/${row.id}`,
          afterSignOut: `${origin}/sign-in`,
          frontChannel: `${origin}/oauth/front-channel-logout/${row.id}`,
          backChannel: `${origin}/oauth/back-channel-logout/${row.id}`,
        }
      : null,
    oidc: oidc ? oidcConfig(row) : null,
    ldap: oidc ? null : ldapConfig(row),
    secretSetAt: row.secret_set_at,
    scim: { url: scimUrl(origin), tokenSetAt: row.scim_set_at, seenAt: row.scim_seen_at },
    reachedAt: row.reached_at,
    failingSince: row.failing_since,
    failure: row.failure,
    warnings: known.filter((one) => warned.includes(one)),
    ...people,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}
