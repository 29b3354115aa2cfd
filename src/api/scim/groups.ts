/**
 * SCIM: the resources of type Group.
 */
import { userKey } from '#domain/user.ts'
import {
  deleteGroup,
  findGroup,
  groupResource,
  makeGroup,
  patchGroup,
  replaceGroup,
} from '#changes/scim/groups.ts'
import type { ScimCaller, ScimNeeds } from '#changes/scim/provider.ts'
import type { UserGroupRow } from '#store/schema.ts'
import type { ScimObject } from '#wire/scim/attribute.ts'
import { mentions, needed, type Filter } from '#wire/scim/filter.ts'
import { readPatch } from '#wire/scim/patch.ts'
import { hides, list, shown, type Shown } from './query.ts'
import type { Resources } from './resources.ts'

/** @param url of SCIM here */
export function groups(needs: ScimNeeds, url: string): Resources {
  const { scimPeople } = needs.store.tables
  /** Members are read only where somebody looks at them. */
  const asResources = async (
    { provider }: ScimCaller,
    rows: readonly UserGroupRow[],
    withMembers: boolean,
  ): Promise<ScimObject[]> => {
    if (!withMembers) return rows.map((row) => groupResource(row, null, url))
    const ids = rows.map(({ id }) => id)
    const members = Map.groupBy(
      await scimPeople.membersOf(provider.id, ids),
      ({ groupId }) => groupId,
    )
    return rows.map((row) => groupResource(row, members.get(row.id) ?? [], url))
  }
  return {
    get: async (scim, id, how: Shown) => {
      const row = await findGroup(needs.store.tables, scim, id)
      const [resource] = await asResources(scim, [row], !hides(how, 'members'))
      return shown(resource!, how)
    },
    list: async (scim, query) => {
      const { filter } = query
      const lookup = lookupOf(filter)
      const asked = filter !== null && mentions(filter, 'members')
      const withMembers = asked || !hides(query, 'members')
      return await list(query, {
        count: async () => await scimPeople.groupCount(scim.provider.id, lookup),
        page: async (offset, size) =>
          await asResources(
            scim,
            await scimPeople.groups(scim.provider.id, lookup, { offset, size }),
            withMembers,
          ),
      })
    },
    create: async (scim, resource) => await makeGroup(needs, scim, resource),
    replace: async (scim, id, resource) => await replaceGroup(needs, scim, id, resource),
    patch: async (scim, id, body) => await patchGroup(needs, scim, id, readPatch(body)),
    shownAfterPatch: false,
    delete: async (scim, id) => await deleteGroup(needs, scim, id),
  }
}

function lookupOf(filter: Filter | null): { ids?: readonly string[]; nameKeys?: string[] } {
  const ids = filter && needed(filter, 'id')
  const names = filter && needed(filter, 'displayName')
  return { ...(ids ? { ids } : {}), ...(names ? { nameKeys: names.map(userKey) } : {}) }
}
