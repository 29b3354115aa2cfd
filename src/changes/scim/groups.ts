/**
 * Groups as a provider makes, changes and deletes them over SCIM: its own, with its own people.
 */
import { hasControls } from '#base/bytes.ts'
import { invalid, Problem } from '#base/problem.ts'
import { userKey } from '#domain/user.ts'
import type { UserGroupRow } from '#store/schema.ts'
import type { ScimMember } from '#store/scim-people.ts'
import type { Tables } from '#store/store.ts'
import { isObject, valueIn, type ScimObject } from '#wire/scim/attribute.ts'
import { fits } from '#wire/scim/filter.ts'
import { patched, type PatchOperation } from '#wire/scim/patch.ts'
import { change, nameOf, type Change } from '../door.ts'
import type { ScimCaller, ScimNeeds } from './provider.ts'

export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const MAX_GROUP_NAME = 256
/** Far below what a statement can carry on either database. */
const AT_ONCE = 500

/** @param members null: they are not shown */
export function groupResource(
  row: UserGroupRow,
  members: readonly ScimMember[] | null,
  url: string,
): ScimObject {
  return {
    schemas: [GROUP_SCHEMA],
    id: row.id,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    displayName: row.name,
    ...(members === null
      ? {}
      : {
          members: members.map(({ id, name }) => ({
            value: id,
            display: name,
            $ref: `${url}/Users/${id}`,
          })),
        }),
    meta: {
      resourceType: 'Group',
      created: new Date(row.created_at).toISOString(),
      lastModified: new Date(row.updated_at).toISOString(),
      location: `${url}/Groups/${row.id}`,
    },
  }
}

/** @throws Problem `not_found` for a group of another provider as for one that was made here */
export async function findGroup(
  tables: Pick<Tables, 'scimPeople'>,
  { provider }: Pick<ScimCaller, 'provider'>,
  id: string,
): Promise<UserGroupRow> {
  const [found] = await tables.scimPeople.groups(provider.id, { ids: [id] }, { offset: 0, size: 1 })
  if (!found) throw new Problem('not_found', 'There is no such group.')
  return found
}

/** One that sign-ins brought is taken over. @throws Problem `invalid` */
export async function makeGroup(
  needs: ScimNeeds,
  scim: ScimCaller,
  resource: ScimObject,
): Promise<string> {
  const said = readGroup(resource)
  const { provider, caller } = scim
  const wanted = about('scim.group_create', { id: null, name: said.name })
  return await change(needs, caller, wanted, async (tables) => {
    const stamp = { updated_at: needs.clock.now(), updated_by: nameOf(caller) }
    const known =
      said.externalId === null
        ? null
        : await tables.groups.findExternal(provider.id, said.externalId)
    const id = known?.id ?? needs.newId()
    const named = { name: said.name, name_key: userKey(said.name) }
    if (known) await tables.groups.update(id, { ...named, ...stamp })
    else
      await tables.groups.insert({
        id,
        ...named,
        provider_id: provider.id,
        external_id: said.externalId,
        position: await tables.groups.nextPosition(),
        created_at: stamp.updated_at,
        created_by: stamp.updated_by,
        ...stamp,
      })
    await tables.scimPeople.clearMembers(id)
    await addMembers(tables, scim, id, idsIn(valueIn(resource, 'members')))
    return id
  })
}

/** The whole group as it is said. @throws Problem `not_found`, `invalid`, `conflict` */
export async function replaceGroup(
  needs: ScimNeeds,
  scim: ScimCaller,
  id: string,
  resource: ScimObject,
): Promise<void> {
  await changeGroup(needs, scim, id, async (tables, row) => {
    await write(needs, tables, scim, row, readGroup(resource))
    await tables.scimPeople.clearMembers(id)
    await addMembers(tables, scim, id, idsIn(valueIn(resource, 'members')))
  })
}

/**
 * In the order of the operations. Members are changed one by one: a group may have more than one
 * request can carry.
 * @throws Problem `not_found`, `invalid`, `conflict`
 */
export async function patchGroup(
  needs: ScimNeeds,
  scim: ScimCaller,
  id: string,
  operations: readonly PatchOperation[],
): Promise<void> {
  await changeGroup(needs, scim, id, async (tables, row) => {
    let resource = groupResource(row, null, '')
    for (const operation of operations)
      if (operation.target.path[0].toLowerCase() === 'members')
        await patchMembers(tables, scim, id, operation)
      else resource = patched(resource, [operation])
    await write(needs, tables, scim, row, readGroup(resource))
  })
}

async function patchMembers(
  tables: Tables,
  scim: ScimCaller,
  groupId: string,
  { op, target: { path, filter, sub }, value }: PatchOperation,
): Promise<void> {
  if (path.length > 1 || sub !== null)
    throw invalid('path', 'unsupported', 'Members are added and removed, not changed.')
  if (filter !== null && op !== 'remove')
    throw invalid('target', 'unsupported', 'Only a removal names members by a filter.')
  if (filter !== null) {
    const members = await tables.scimPeople.membersOf(scim.provider.id, [groupId])
    const meant = members.filter(({ id, name }) => fits(filter, { value: id, display: name }))
    return await removeMembers(
      tables,
      groupId,
      meant.map(({ id }) => id),
    )
  }
  const named = value !== undefined && value !== null
  if (op === 'remove' && named) return await removeMembers(tables, groupId, idsIn(value))
  if (op !== 'add') await tables.scimPeople.clearMembers(groupId)
  if (op !== 'remove') await addMembers(tables, scim, groupId, idsIn(value))
}

/** Its members stay what they are; what policy decided for the group goes. */
export async function deleteGroup(needs: ScimNeeds, scim: ScimCaller, id: string): Promise<void> {
  const row = await findGroup(needs.store.tables, scim, id)
  await change(needs, scim.caller, about('scim.group_delete', row), async (tables) => {
    await findGroup(tables, scim, id)
    await tables.groups.delete(id)
  })
}

async function changeGroup(
  needs: ScimNeeds,
  scim: ScimCaller,
  id: string,
  act: (tables: Tables, row: UserGroupRow) => Promise<void>,
): Promise<void> {
  const seen = await findGroup(needs.store.tables, scim, id)
  await change(needs, scim.caller, about('scim.group_update', seen), async (tables) =>
    act(tables, await findGroup(tables, scim, id)),
  )
}

async function write(
  { clock }: ScimNeeds,
  tables: Tables,
  { provider, caller }: ScimCaller,
  row: UserGroupRow,
  { name, externalId }: SaidGroup,
): Promise<void> {
  const other =
    externalId === null || externalId === row.external_id
      ? null
      : await tables.groups.findExternal(provider.id, externalId)
  if (other)
    throw new Problem('conflict', 'There is a group with this externalId.', {
      fields: [{ field: 'externalId', fault: 'taken' }],
    })
  await tables.groups.update(row.id, {
    name,
    name_key: userKey(name),
    ...(externalId === null ? {} : { external_id: externalId }),
    updated_at: clock.now(),
    updated_by: nameOf(caller),
  })
}

type SaidGroup = { readonly name: string; readonly externalId: string | null }

function readGroup(resource: ScimObject): SaidGroup {
  const [name, externalId] = [valueIn(resource, 'displayName'), valueIn(resource, 'externalId')]
  if (typeof name !== 'string' || name.trim() === '')
    throw invalid('displayName', 'needed', 'A group has a displayName.')
  for (const one of [name, externalId ?? ''])
    if (typeof one !== 'string' || one.length > MAX_GROUP_NAME || hasControls(one))
      throw invalid('displayName', 'characters', 'A name is too long, or has controls.')
  const id = typeof externalId === 'string' && externalId !== '' ? externalId : null
  return { name: name.normalize('NFC').trim(), externalId: id }
}

/** `[{ value }]`, or a single one. @throws Problem `invalid`, field `members` */
function idsIn(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : value ? [value] : []
  return list.map((one) => {
    const id = isObject(one) ? valueIn(one, 'value') : one
    if (typeof id !== 'string' || id.length > 64)
      throw invalid('members', 'form', 'A member is named by its id, as value.')
    return id
  })
}

async function addMembers(
  tables: Tables,
  { provider }: ScimCaller,
  groupId: string,
  wanted: readonly string[],
): Promise<void> {
  const ids = [...new Set(wanted)]
  const known = await tables.scimPeople.known(provider.id, ids)
  if (known.length < ids.length)
    throw invalid('members', 'unknown', 'A member is no person of this provider.')
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await tables.groups.addMembers(groupId, ids.slice(at, at + AT_ONCE))
}

async function removeMembers(
  tables: Tables,
  groupId: string,
  ids: readonly string[],
): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await tables.groups.removeMembers(groupId, ids.slice(at, at + AT_ONCE))
}

const about = (
  action: Change['action'],
  group: { readonly id: string | null; readonly name: string },
): Change => ({ action, target: { kind: 'group', id: group.id, name: group.name } })
