/**
 * Changes to identity providers: declare, change, switch on and off, move, delete; and parting a
 * person from one.
 */
import { invalid, Problem } from '#base/problem.ts'
import type { ProviderKind } from '#domain/identity-provider.ts'
import { leaseTerms } from '#identity/outside/identity-state.ts'
import { syncMembership } from '#identity/outside/membership.ts'
import { oidcConfig } from '#identity/outside/provider-config.ts'
import type { IdentityProviderRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { MayReach } from '#vault/reachable.ts'
import type { Sealer } from '#vault/seal.ts'
import { change, nameOf, type Caller, type Change, type DoorNeeds } from './door.ts'
import { filledProvider, type ProviderTyped } from './identity-provider-row.ts'
import { existing as existingUser } from './users.ts'

export type ProviderNeeds = DoorNeeds & {
  readonly sealer: Pick<Sealer, 'seal'>
  readonly mayReach: MayReach
}
export type NewProvider = ProviderTyped & {
  readonly kind: ProviderKind
  readonly name: string
  readonly applicationId?: string | undefined
}

/** Switched off at first: its redirect URL has to be registered before anybody signs in by it. */
export async function createProvider(
  needs: ProviderNeeds,
  caller: Caller,
  typed: NewProvider,
): Promise<string> {
  const stamp = { at: needs.clock.now(), by: nameOf(caller) }
  const { tables } = needs.store
  const application =
    typed.kind === 'oidc' && typed.applicationId !== undefined
      ? await tables.oauthApplications.find(typed.applicationId)
      : null
  const blank: IdentityProviderRow = {
    id: needs.newId(),
    kind: typed.kind,
    name: '',
    name_key: '',
    enabled: 0,
    position: 0,
    application_id: null,
    config: '{}',
    secret: null,
    secret_set_at: null,
    scim_hash: null,
    scim_set_at: null,
    scim_seen_at: null,
    reached_at: null,
    failing_since: null,
    failure: null,
    warnings: '',
    created_at: stamp.at,
    created_by: stamp.by,
    updated_at: stamp.at,
    updated_by: stamp.by,
  }
  const row = filledProvider(needs, blank, typed, application, stamp)
  const said = { ...about('identity_provider.create', row), details: shownOf(row) }
  await change(needs, caller, said, async (within) => {
    await refuseTaken(within, row)
    const all = await within.identityProviders.list()
    await within.identityProviders.insert({ ...row, position: all.length + 1 })
  })
  return row.id
}

/** @throws Problem `invalid`, `not_found`, `conflict` (field name, `taken`) */
export async function updateProvider(
  needs: ProviderNeeds,
  caller: Caller,
  id: string,
  typed: ProviderTyped,
): Promise<void> {
  const { tables } = needs.store
  const before = await existingProvider(needs, id)
  const application = before.application_id
    ? await tables.oauthApplications.find(before.application_id)
    : null
  const stamp = { at: needs.clock.now(), by: nameOf(caller) }
  const after = filledProvider(needs, before, typed, application, stamp)
  const [old, next] = [shownOf(before), shownOf(after)]
  const details = Object.fromEntries(
    Object.entries(next).filter(([name, value]) => old[name] !== value),
  )
  const said = { ...about('identity_provider.update', before), details }
  await change(needs, caller, said, async (within) => {
    await refuseTaken(within, after)
    const { name, name_key, config, secret, secret_set_at, warnings } = after
    const values = { name, name_key, config, secret, secret_set_at, warnings }
    await within.identityProviders.update(id, {
      ...values,
      updated_at: stamp.at,
      updated_by: stamp.by,
    })
    const [was, is] = [leaseTerms(before), leaseTerms(after)]
    if (was.intervalS !== is.intervalS || was.graceS !== is.graceS)
      await within.identityChecks.newTerms(id, stamp.at, is)
    if (before.kind === 'oidc' && oidcConfig(before).liveness !== oidcConfig(after).liveness)
      await within.identityChecks.askAnew(id, stamp.at)
  })
}

/** Switched off, nobody signs in by it. Of those who did it is asked on whether they are there. */
export async function switchProvider(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  enabled: boolean,
): Promise<void> {
  const row = await existingProvider(needs, id)
  const action = enabled ? 'identity_provider.enable' : 'identity_provider.disable'
  await change(needs, caller, about(action, row), async ({ identityProviders }) => {
    const stamp = { updated_at: needs.clock.now(), updated_by: nameOf(caller) }
    await identityProviders.update(id, { enabled: Number(enabled), ...stamp })
  })
}

/** @param position from 1; one that is too large is the last */
export async function moveProvider(
  needs: DoorNeeds,
  caller: Caller,
  id: string,
  position: number,
): Promise<void> {
  const row = await existingProvider(needs, id)
  const said = { ...about('identity_provider.update', row), details: { position } }
  await change(needs, caller, said, async ({ identityProviders }) => {
    const all = await identityProviders.list()
    const order = all.filter((one) => one.id !== id)
    order.splice(position - 1, 0, row)
    for (const [index, one] of order.entries())
      await identityProviders.update(one.id, { position: index + 1 })
  })
}

/** @throws Problem `not_found`, `conflict` while people come from it */
export async function deleteProvider(needs: DoorNeeds, caller: Caller, id: string): Promise<void> {
  const row = await existingProvider(needs, id)
  await change(needs, caller, about('identity_provider.delete', row), async (tables) => {
    const people = (await tables.identityProviders.people()).get(id)?.people ?? 0
    if (people > 0)
      throw new Problem('conflict', `${people} users come from it. Delete or part them first.`, {
        fields: [{ field: 'people', fault: 'in_use', suggestion: String(people) }],
      })
    await tables.identityProviders.delete(id)
  })
}

/**
 * The person is a local one from then on, in none of the provider's groups. Sessions end; without a main password they are invited
 * anew. Application passwords work again: an administrator has said that the person stays.
 * @throws Problem `not_found`, `conflict` for a local person
 */
export async function partFromProvider(
  needs: DoorNeeds,
  caller: Caller,
  userId: string,
): Promise<void> {
  const user = await existingUser(needs, userId)
  const said = {
    action: 'identity.delete',
    target: { kind: 'user', id: user.id, name: user.name },
  } as const
  await change(needs, caller, said, async (tables) => {
    const identity = await tables.identities.ofUser(userId)
    if (!identity && user.source === 'local')
      throw new Problem('conflict', 'The person comes from no provider.')
    if (identity) {
      await tables.identities.delete(identity.id)
      // Nobody here could take the person out of them, nor from under what they decide.
      await syncMembership(needs, tables, userId, identity.provider_id, [])
    }
    await tables.users.update(userId, {
      source: 'local',
      ...(user.password_hash === null && user.state === 'active' ? { state: 'invited' } : {}),
      updated_at: needs.clock.now(),
      updated_by: nameOf(caller),
    })
    await tables.sessions.deleteOf(userId)
  })
}

/** @throws Problem `not_found` */
export async function existingProvider(
  { store }: Pick<DoorNeeds, 'store'>,
  id: string,
): Promise<IdentityProviderRow> {
  const row = await store.tables.identityProviders.find(id)
  if (!row) throw new Problem('not_found', 'There is no such identity provider.')
  return row
}

async function refuseTaken(
  { identityProviders }: Pick<Tables, 'identityProviders'>,
  row: IdentityProviderRow,
): Promise<void> {
  const named = await identityProviders.findByKey(row.name_key)
  if (named && named.id !== row.id)
    throw new Problem('conflict', `There is an identity provider "${named.name}".`, {
      fields: [{ field: 'name', fault: 'taken' }],
    })
  if (row.application_id === null) return
  const others = await identityProviders.ofApplication(row.application_id)
  // The same people would come in by two doors, and be two people.
  if (others.some(({ id }) => id !== row.id))
    throw invalid('applicationId', 'in_use', 'Another identity provider has this application.')
}

const about = (
  action: Change['action'],
  row: Pick<IdentityProviderRow, 'id' | 'name'>,
): Change => ({ action, target: { kind: 'identity_provider', id: row.id, name: row.name } })

/** What the audit says: of secrets only that they are new. */
const shownOf = (row: IdentityProviderRow): NonNullable<Change['details']> => ({
  kind: row.kind,
  name: row.name,
  application_id: row.application_id,
  config: row.config,
  secret_set_at: row.secret_set_at,
})
