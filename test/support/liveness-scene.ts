/**
 * People from a provider or a directory, and nodes that ask whether they are still there.
 */
import { fixedClock, systemEntropy, type Clock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { Problem } from '#base/problem.ts'
import type { LivenessLimits } from '#changes/liveness/limits.ts'
import type { LivenessNeeds, StandsThere } from '#changes/liveness/needs.ts'
import { livenessRound } from '#changes/liveness/round.ts'
import { leaseOf } from '#domain/identity-lease.ts'
import { INITIAL_SETTINGS, type Policy } from '#domain/policy.ts'
import type { TokenClass } from '#domain/mail-account.ts'
import type { IdentityProviderRow, IdentityRow } from '#store/schema.ts'
import type { Store } from '#store/store.ts'
import type { User } from '#store/users.ts'
import { clientOf } from '#vault/client.ts'
import { identityRefreshTokenPlace } from '#vault/token-places.ts'
import { applicationRow, sealer } from './refreshing.ts'
import { appPasswordRow, identityRow, newId, providerRow, sessionRow, userRow } from './rows.ts'
import type { Open } from './stores.ts'
import { openTokenServer, plainOutbound, type TokenServer } from './token-server.ts'

export const TERMS = { intervalS: 300, graceS: 3600 }
export const INTERVAL = 300_000
export const GRACE = 3_600_000

export type LivenessScene = AsyncDisposable & {
  readonly store: Store
  readonly clock: Clock & { advance(ms: number): void }
  readonly server: TokenServer
  readonly provider: IdentityProviderRow
  /** The directory: who is in it, and how. 'away': it does not answer. */
  readonly directory: { people: Map<string, StandsThere> | 'away'; questions: number }
  readonly log: string[]
  policy: Partial<Policy>
  /** A person with an application password and a session, due to be asked about at once. */
  person(name: string, more?: Partial<IdentityRow>): Promise<User & { identityId: string }>
  identity(user: { identityId: string }): Promise<IdentityRow>
  /** One round of one more node. */
  round(more?: Partial<LivenessNeeds>, limits?: Partial<LivenessLimits>): Promise<void>
  /** The same node's rounds. */
  node(more?: Partial<LivenessNeeds>, limits?: Partial<LivenessLimits>): () => Promise<void>
  /** `action` of the audit, oldest first; and `kind` of notices. */
  said(): Promise<string[]>
  notices(): Promise<string[]>
}

/** @param kind `ldap`: a directory; else the class of the provider's refresh tokens */
export async function livenessScene(
  open: Open,
  kind: TokenClass | 'ldap',
  config: object = {},
): Promise<LivenessScene> {
  await using opened = new AsyncDisposableStack()
  const clock = fixedClock('2026-11-20T12:00:00Z')
  const store = opened.use(await open({ clock }))
  const server = opened.use(await openTokenServer())
  const { tables } = store
  const oidc = kind !== 'ldap'
  const application = applicationRow(server.url, oidc ? kind : 'strict')
  if (oidc) await tables.oauthApplications.insert(application)
  const provider = providerRow('Company', {
    kind: oidc ? 'oidc' : 'ldap',
    application_id: oidc ? application.id : null,
    config: JSON.stringify({ ...TERMS, ...config }),
  })
  await tables.identityProviders.insert(provider)
  const directory: LivenessScene['directory'] = { people: new Map(), questions: 0 }
  const lines: string[] = []
  const log = createLog((line) => void lines.push(line), clock, 'debug')
  const needs: LivenessNeeds = {
    store,
    clock,
    newId,
    log,
    entropy: systemEntropy,
    sealer,
    outbound: plainOutbound,
    clientOf: async (row) =>
      await clientOf(row, { sealer, discover: async () => await Promise.reject(new Error()) }),
    tokens: {
      refreshNow: async () => ({ kind: 'passing', reason: 'network', retryAfterMs: null }),
    },
    whyAway: (thrown) => (thrown instanceof Problem ? 'away' : null),
    policyOf: () => ({ ...INITIAL_SETTINGS, ...scene.policy }),
    accountStates: async (_, subjects) => {
      directory.questions++
      if (directory.people === 'away') throw new Problem('unavailable', 'No answer.')
      const { people } = directory
      return new Map(
        subjects.flatMap((one): [string, StandsThere][] => {
          const found = people.get(one)
          return found ? [[one, found]] : []
        }),
      )
    },
  }
  const never = new AbortController().signal
  const closing = opened.move()
  const scene: LivenessScene = {
    store,
    clock,
    server,
    provider,
    directory,
    log: lines,
    policy: {},
    person: async (name, more = {}) => {
      const user = userRow(name, { source: provider.id })
      const now = clock.now()
      const id = newId()
      const token = oidc
        ? sealer.seal(new Secret(server.issue(kind, name)), identityRefreshTokenPlace(id))
        : null
      await tables.users.insert(user)
      const row = identityRow(user, provider, {
        id,
        subject: name,
        ...leaseOf(TERMS, now - INTERVAL, true),
        next_check_at: now,
        refresh_token: token,
        ...more,
      })
      await tables.identities.insert(row)
      await tables.appPasswords.insert(appPasswordRow(user, 'Outlook', { expires_at: now + 1e10 }))
      await tables.sessions.insert(sessionRow(user, { expires_at: now + 1e10 }))
      if (directory.people !== 'away')
        directory.people.set(name, { state: 'alive', passwordSetAt: null, groups: null })
      return { ...user, identityId: id }
    },
    identity: async ({ identityId }) => (await tables.identities.find(identityId))!,
    round: async (more, limits) => await scene.node(more, limits)(),
    node: (more = {}, limits = {}) =>
      livenessRound({ ...needs, ...more, limits: { storeMs: 50, ...limits } }, never),
    said: async () => {
      const rows = await store.db.selectFrom('audit').select('action').orderBy('seq').execute()
      return rows.map(({ action }) => action)
    },
    notices: async () => {
      const rows = await store.db.selectFrom('notice').select('kind').orderBy('id').execute()
      return rows.map(({ kind: one }) => one)
    },
    [Symbol.asyncDispose]: async () => await closing.disposeAsync(),
  }
  return scene
}
