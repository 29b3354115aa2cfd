/**
 * Groups that come from a provider or directory: made, renamed and filled by what it says.
 *
 * Where they stand and what they decide is the administrator's (changes/groups.ts).
 */
import type { Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import { groupKey } from '#domain/group.ts'
import type { ExternalGroup } from '#store/groups.ts'
import type { UserGroupRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'

type Needs = { readonly clock: Clock; readonly newId: NewId }
type GroupTables = Pick<Tables, 'groups' | 'identityProviders'>

/** More characters of a name than anybody reads. */
const MAX_NAME = 256

/**
 * Inside a transaction, after its audit row: the person is a member of these groups of the provider
 * and of no other of its groups. Groups that were made here, or come from another, stay as they are.
 */
export async function syncMembership(
  needs: Needs,
  tables: GroupTables,
  userId: string,
  providerId: string,
  said: readonly ExternalGroup[],
): Promise<void> {
  const before = new Set(await tables.groups.idsOf(userId, providerId))
  const wanted = new Set<string>()
  for (const group of said) wanted.add((await ensureGroup(needs, tables, providerId, group)).id)
  for (const id of wanted.difference(before)) await tables.groups.addMembers(id, [userId])
  for (const id of before.difference(wanted)) await tables.groups.removeMembers(id, [userId])
}

/** The group of a provider, made or renamed where that is due. It stands behind all others at first. */
export async function ensureGroup(
  { clock, newId }: Needs,
  tables: GroupTables,
  providerId: string,
  { externalId, name: said }: ExternalGroup,
): Promise<UserGroupRow> {
  const name = [...said.normalize('NFC').trim()].slice(0, MAX_NAME).join('') || externalId
  const known = await tables.groups.findExternal(providerId, externalId)
  // Who has only the id of a group leaves the name that it was given otherwise.
  if (known && (known.name === name || name === externalId)) return known
  const by = (await tables.identityProviders.find(providerId))?.name ?? providerId
  const named = { name, name_key: groupKey(name), updated_at: clock.now(), updated_by: by }
  if (known) {
    await tables.groups.update(known.id, named)
    return { ...known, ...named }
  }
  const row = {
    id: newId(),
    ...named,
    provider_id: providerId,
    external_id: externalId,
    position: await tables.groups.nextPosition(),
    created_at: named.updated_at,
    created_by: by,
  }
  await tables.groups.insert(row)
  return row
}
