/**
 * Changes to application passwords: create, rename, delete one or all.
 */
import { DAY, SECOND, type Entropy } from '#base/clock.ts'
import { invalid, Problem } from '#base/problem.ts'
import type { Secret } from '#base/secret.ts'
import {
  connectionName,
  gatewaysOf,
  mintAppPassword,
  nameKey,
  suggestName,
  type Application,
  type Gateway,
} from '#domain/app-password.ts'
import { usualTtl, type Policy } from '#domain/policy.ts'
import type { AppPasswordRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import type { Keyring } from '#vault/keyring.ts'
import { change, nameOf, tell, type Caller, type DoorNeeds } from './door.ts'

/** How long one that ended by itself stays in the list, and stale clients are named. */
export const ENDED_SHOWN_FOR = 90 * DAY

export type MintNeeds = DoorNeeds & { readonly entropy: Entropy; readonly keyring: Keyring }
type Owner = { readonly id: string; readonly name: string }
export type Wanted = {
  readonly name: string
  readonly application: Application
  /** Those of the application unless given. */
  readonly gateways?: readonly Gateway[] | undefined
  /** Seconds, within the policy's bounds; the policy's own figure unless given. */
  readonly validFor?: number | undefined
}

/** Why a person cannot create one now; null when they can. */
export function createRefused(
  policy: Policy,
  has: { secondFactors: number; valid: number },
): 'none_allowed' | 'second_factor_missing' | 'too_many' | null {
  if (policy.app_passwords === 'forbidden' || policy.app_passwords_per_person === 0)
    return 'none_allowed'
  if (policy.app_passwords_need_second_factor && has.secondFactors === 0)
    return 'second_factor_missing'
  return has.valid >= policy.app_passwords_per_person ? 'too_many' : null
}

/** Of these gateways those that policy lets applications in at. */
export const opensByPolicy = (
  gateways: readonly Gateway[],
  policy: Pick<Policy, 'gateways_allowed'>,
): Gateway[] => gateways.filter((one) => policy.gateways_allowed.includes(one))

/**
 * Only the person creates one, and sees it this once. An application that was picked opens those of
 * its gateways that policy does not close; a gateway that was picked has to be open.
 * @throws Problem `invalid` (name, gateways, validFor), `conflict` (name in use, with a suggestion; too many),
 *   `forbidden` (policy)
 */
export async function createAppPassword(
  needs: MintNeeds,
  caller: Caller,
  owner: Owner,
  wanted: Wanted,
  policy: Policy,
): Promise<{ row: AppPasswordRow; password: Secret }> {
  const name = connectionName(wanted.name)
  const gateways = openGateways(wanted, policy).join(' ')
  const seconds = checkedDuration(wanted.validFor, policy)
  const password = mintAppPassword(needs.entropy)
  const now = needs.clock.now()
  const row: AppPasswordRow = {
    id: needs.newId(),
    user_id: owner.id,
    name,
    name_key: nameKey(name),
    application: wanted.application,
    gateways,
    networks: null,
    hash: needs.keyring.hash('app-password', password),
    key_id: needs.keyring.current,
    expires_at: now + seconds * SECOND,
    revoked_at: null,
    revoked_by: null,
    frozen_at: null,
    last_used_at: null,
    last_ip: null,
    last_gateway: null,
    last_client: null,
    created_at: now,
    created_by: nameOf(caller),
  }
  const said = {
    action: 'app_password.create',
    target: { kind: 'app_password', id: row.id, name },
    owner: owner.id,
    details: {
      owner: owner.name,
      application: row.application,
      gateways,
      expires_at: row.expires_at,
    },
  } as const
  return await change(needs, caller, said, async (tables) => {
    if (caller.actor.id !== owner.id)
      throw new Problem('forbidden', 'Only the person can create an application password.')
    const valid = (await tables.appPasswords.listOf(owner.id, now)).length
    const secondFactors = (await tables.secondFactors.listOf(owner.id)).length
    refuse(createRefused(policy, { valid, secondFactors }))
    await refuseTaken(tables, owner.id, row.id, name, now)
    await tables.appPasswords.insert(row)
    await tell(needs, tables, {
      userId: owner.id,
      kind: 'app_password_created',
      onceKey: `app_password_created:${row.id}`,
      params: { name, expiresAt: row.expires_at, ip: caller.ip ?? '' },
    })
    return { row, password }
  })
}

/** @throws Problem `not_found`, `invalid`, `conflict` with a suggestion */
export async function renameAppPassword(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
  typed: string,
): Promise<AppPasswordRow> {
  const name = connectionName(typed)
  const said = {
    action: 'app_password.update',
    target: { kind: 'app_password', id, name },
    owner: owner.id,
  } as const
  return await change(needs, caller, said, async (tables) => {
    const row = await found(tables, owner.id, id)
    await refuseTaken(tables, owner.id, id, name, needs.clock.now())
    await tables.appPasswords.rename(id, name, nameKey(name))
    return { ...row, name, name_key: nameKey(name) }
  })
}

/** @throws Problem `not_found` also when it was deleted before */
export async function revokeAppPassword(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
  id: string,
): Promise<void> {
  const row = await needs.store.tables.appPasswords.find(owner.id, id)
  const said = {
    action: 'app_password.revoke',
    target: { kind: 'app_password', id, name: row?.name ?? null },
    owner: owner.id,
    details: { owner: owner.name },
  } as const
  await change(needs, caller, said, async (tables) => {
    await found(tables, owner.id, id)
    await tables.appPasswords.revoke(id, needs.clock.now(), nameOf(caller))
  })
}

/** @returns how many ended */
export async function revokeAllAppPasswords(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
): Promise<number> {
  const said = {
    action: 'app_password.revoke',
    target: { kind: 'user', id: owner.id, name: owner.name },
    owner: owner.id,
    details: { all: true },
  } as const
  return await change(needs, caller, said, async (tables) => {
    const now = needs.clock.now()
    const ended = await tables.appPasswords.revokeAll(owner.id, now, nameOf(caller))
    if (ended > 0 && caller.actor.id !== owner.id)
      await tell(needs, tables, {
        userId: owner.id,
        kind: 'app_passwords_deleted',
        onceKey: `app_passwords_deleted:${owner.id}:${now}`,
        params: { by: nameOf(caller) },
      })
    return ended
  })
}

/**
 * Those that wait after a change of the main password work again: the person says so.
 * @returns how many
 */
export async function thawAppPasswords(
  needs: DoorNeeds,
  caller: Caller,
  owner: Owner,
): Promise<number> {
  const said = {
    action: 'app_password.thaw',
    target: { kind: 'user', id: owner.id, name: owner.name },
    owner: owner.id,
  } as const
  return await change(needs, caller, said, (tables) => tables.appPasswords.thawAll(owner.id))
}

async function found(
  tables: Pick<Tables, 'appPasswords'>,
  userId: string,
  id: string,
): Promise<AppPasswordRow> {
  const row = await tables.appPasswords.find(userId, id)
  if (!row) throw new Problem('not_found', 'There is no such application password.')
  return row
}

function openGateways(wanted: Wanted, policy: Policy): readonly Gateway[] {
  const asked = gatewaysOf(wanted.application, wanted.gateways)
  const open = opensByPolicy(asked, policy)
  if (open.length === 0 || (wanted.gateways && open.length < asked.length))
    throw invalid('gateways', 'closed', 'Policy closes a gateway for this person.')
  return open
}

function checkedDuration(validFor: number | undefined, policy: Policy): number {
  if (validFor === undefined) return usualTtl(policy)
  const seconds = validFor
  if (seconds < policy.app_credentials_ttl_min)
    throw invalid('validFor', 'below_min', 'The duration is below the minimum.')
  if (seconds > policy.app_credentials_ttl_max)
    throw invalid('validFor', 'above_max', 'The duration is above the maximum.')
  return seconds
}

function refuse(reason: ReturnType<typeof createRefused>): void {
  if (reason === 'too_many')
    throw new Problem('conflict', 'You have as many application passwords as you may have.')
  if (reason !== null) throw new Problem('forbidden', `Policy does not allow it: ${reason}.`)
}

/** Two that a person could not tell apart are refused: one application, one name. */
async function refuseTaken(
  tables: Pick<Tables, 'appPasswords'>,
  userId: string,
  id: string,
  name: string,
  now: number,
): Promise<void> {
  const others = await tables.appPasswords.listOf(userId, now - ENDED_SHOWN_FOR)
  const taken = new Set(others.filter((row) => row.id !== id).map((row) => row.name_key))
  if (!taken.has(nameKey(name))) return
  const suggestion = suggestName(name, taken)
  throw new Problem('conflict', `There is a connection with this name. "${suggestion}" is free.`, {
    fields: [{ field: 'name', fault: 'taken', suggestion }],
  })
}
