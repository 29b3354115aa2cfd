/**
 * SCIM: the resources of type User.
 */
import { userKey } from '#domain/user.ts'
import { changePerson, deletePerson, findPerson, makePerson } from '#changes/scim/people.ts'
import { personResource } from '#changes/scim/person-resource.ts'
import { subjectFor, type ScimCaller, type ScimNeeds } from '#changes/scim/provider.ts'
import type { ScimLookup, ScimPerson } from '#store/scim-people.ts'
import type { ScimObject } from '#wire/scim/attribute.ts'
import { needed, type Filter } from '#wire/scim/filter.ts'
import { patched, readPatch } from '#wire/scim/patch.ts'
import { list, shown, type ScimQuery, type Shown } from './query.ts'
import type { Resources } from './resources.ts'

/** @param url of SCIM here */
export function people(needs: ScimNeeds, url: string): Resources {
  const { tables } = needs.store
  const asResources = async (
    { provider }: ScimCaller,
    found: readonly ScimPerson[],
  ): Promise<ScimObject[]> => {
    const ids = found.map(({ user }) => user.id)
    const groups = Map.groupBy(
      await tables.scimPeople.groupsOf(provider.id, ids),
      ({ userId }) => userId,
    )
    return found.map((one) => personResource(one, groups.get(one.user.id) ?? [], url))
  }
  const get = async (scim: ScimCaller, id: string, how: Shown): Promise<ScimObject> => {
    const [resource] = await asResources(scim, [await findPerson(tables, scim, id)])
    return shown(resource!, how)
  }
  return {
    get,
    list: async (scim, query) => {
      const lookup = await lookupOf(needs, scim, query)
      return await list(query, {
        count: async () => await tables.scimPeople.count(scim.provider.id, lookup),
        page: async (offset, size) =>
          await asResources(
            scim,
            await tables.scimPeople.list(scim.provider.id, lookup, { offset, size }),
          ),
      })
    },
    create: async (scim, resource) => await makePerson(needs, scim, resource),
    replace: async (scim, id, resource) => await changePerson(needs, scim, id, () => resource),
    patch: async (scim, id, body) => {
      const operations = readPatch(body)
      await changePerson(needs, scim, id, (resource) => patched(resource, operations))
    },
    shownAfterPatch: true,
    delete: async (scim, id) => await deletePerson(needs, scim, id),
  }
}

async function lookupOf(
  needs: ScimNeeds,
  { provider }: ScimCaller,
  { filter }: ScimQuery,
): Promise<ScimLookup> {
  if (!filter) return {}
  const [ids, names] = [needed(filter, 'id'), needed(filter, 'userName')]
  const subjects = await subjectsIn(needs, provider, filter)
  return {
    ...(ids ? { ids } : {}),
    ...(names ? { nameKeys: names.map(userKey) } : {}),
    ...(subjects ? { subjects } : {}),
  }
}

async function subjectsIn(
  needs: ScimNeeds,
  provider: ScimCaller['provider'],
  filter: Filter,
): Promise<string[] | null> {
  const externalIds = needed(filter, 'externalId')
  if (!externalIds) return null
  const subjects: string[] = []
  for (const id of externalIds) subjects.push(await subjectFor(needs, provider, id))
  return subjects
}
