/**
 * Groups of people, nested ones too: from a person's groups to the groups of those, level by level.
 *
 * Active Directory says in `memberOf` what an entry is in, for a hundred entries in one search. Other
 * directories are asked which groups have an entry as member: that needs no overlay there.
 */
import { dnKey, domainOf, isWithin, parseDn } from '#wire/ldap/dn.ts'
import { anyOf, escapeFilterValue } from '#wire/ldap/filter.ts'
import type { DirectoryConnection } from './connection.ts'
import type { Entry } from './entry.ts'
import { DirectoryError } from './failure.ts'
import { binaryAttributes, subjectOf, type Terms } from './flavour.ts'

/** A group as it becomes one here. */
export type DirectoryGroup = { readonly externalId: string; readonly name: string }

/** Everything that an entry is in, by the key of its name; null: no group that becomes one here. */
export type Membership = ReadonlyMap<string, DirectoryGroup | null>

/** Deeper than any organisation nests; a circle ends by itself. */
const MOST_LEVELS = 16
const MOST_GROUPS = 2000
/** Entries in one filter. */
export const BATCH = 100

type Asked = Pick<DirectoryConnection, 'search'>
/** What is directly over an entry; `entry` null: it cannot be read. */
type Over = { readonly key: string; readonly entry: Entry | null }

/** Of each of these people, in their order. Each group is asked about once. @throws DirectoryError */
export async function membershipOf(
  connection: Asked,
  terms: Terms,
  people: readonly Entry[],
): Promise<Membership[]> {
  const parents = new Map<string, readonly string[]>()
  const groups = new Map<string, DirectoryGroup | null>()
  await makeSureOfGroup(connection, terms)
  const isAsked = terms.groupBaseDn !== '' || terms.requiredGroupDn !== ''
  const levels = !isAsked ? 0 : terms.nestedGroups ? MOST_LEVELS : 1
  let entries = people
  for (let level = 0; level < levels && entries.length > 0; level++) {
    const over = await groupsOver(connection, terms, entries, groups)
    entries.forEach(({ dn }, i) =>
      parents.set(
        keyOf(dn),
        (over[i] ?? []).map(({ key }) => key),
      ),
    )
    const fresh = new Map(
      over
        .flat()
        .filter(({ key }) => !groups.has(key))
        .map((one) => [one.key, one]),
    )
    for (const { key, entry } of fresh.values()) groups.set(key, entry && groupOf(entry, terms))
    entries = [...fresh.values()].flatMap(({ entry }) => entry ?? [])
  }
  return people.map(({ dn }) => closure(keyOf(dn), parents, groups))
}

/**
 * A group that is gone, or misspelt, says nothing about people: without this everybody would be
 * outside it.
 */
async function makeSureOfGroup(connection: Asked, terms: Terms): Promise<void> {
  const { requiredGroupDn, urls } = terms
  if (requiredGroupDn === '') return
  const filter = '(objectClass=*)'
  const wanted = { filter, scope: 'base', attributes: ['1.1'], most: 1 } as const
  try {
    if ((await connection.search(requiredGroupDn, wanted)).length > 0) return
  } catch (thrown) {
    if (!(thrown instanceof DirectoryError) || thrown.failure !== 'base') throw thrown
  }
  throw new DirectoryError('no_group', urls[0] ?? '')
}

/** Whether a person comes in: everybody where no group is asked for. */
export const isInRequired = (membership: Membership, { requiredGroupDn }: Terms): boolean =>
  requiredGroupDn === '' || membership.has(keyOf(requiredGroupDn))

export const groupsIn = (membership: Membership): DirectoryGroup[] =>
  [...membership.values()].filter((group) => group !== null)

async function groupsOver(
  connection: Asked,
  terms: Terms,
  entries: readonly Entry[],
  known: ReadonlyMap<string, unknown>,
): Promise<readonly Over[][]> {
  if (terms.flavour === 'active_directory')
    return await byMemberOf(connection, terms, entries, known)
  return await Promise.all(
    entries.map(async ({ dn }) => {
      const value = escapeFilterValue(dn)
      const holds = `(|(member=${value})(uniqueMember=${value}))`
      const groups = await find(connection, terms, `(&${terms.groupFilter}${holds})`)
      return groups.map((entry) => ({ key: keyOf(entry.dn), entry }))
    }),
  )
}

async function byMemberOf(
  connection: Asked,
  terms: Terms,
  entries: readonly Entry[],
  known: ReadonlyMap<string, unknown>,
): Promise<readonly Over[][]> {
  const names = entries.map((entry) => entry.texts('memberOf'))
  const unknown = [...new Set(names.flat())].filter((dn) => !known.has(keyOf(dn)))
  const found = new Map<string, Entry>()
  for (let at = 0; at < unknown.length; at += BATCH) {
    const batch = unknown.slice(at, at + BATCH)
    const filter = anyOf(batch.map((dn) => `(distinguishedName=${escapeFilterValue(dn)})`))
    for (const entry of await find(connection, terms, filter)) found.set(keyOf(entry.dn), entry)
  }
  return names.map((dns) => dns.map(keyOf).map((key) => ({ key, entry: found.get(key) ?? null })))
}

async function find(connection: Asked, terms: Terms, filter: string): Promise<Entry[]> {
  return await connection.search(domainOf(terms.groupBaseDn || terms.baseDn), {
    filter,
    attributes: [terms.id, 'cn', 'memberOf'],
    binary: binaryAttributes(terms),
    most: MOST_GROUPS,
  })
}

/** Only what is below the place that the administrator named becomes a group here. */
function groupOf(entry: Entry, terms: Terms): DirectoryGroup | null {
  const [dn, base] = [parseDn(entry.dn), parseDn(terms.groupBaseDn)]
  const externalId = subjectOf(entry, terms)
  const name = entry.text('cn')
  const isOne = terms.groupBaseDn !== '' && dn !== null && base !== null && isWithin(dn, base)
  return isOne && externalId !== null && name !== null ? { externalId, name } : null
}

function closure(
  from: string,
  parents: ReadonlyMap<string, readonly string[]>,
  groups: ReadonlyMap<string, DirectoryGroup | null>,
): Membership {
  const found = new Map<string, DirectoryGroup | null>()
  const open = [...(parents.get(from) ?? [])]
  for (let key = open.pop(); key !== undefined && found.size < MOST_GROUPS; key = open.pop()) {
    if (found.has(key)) continue
    found.set(key, groups.get(key) ?? null)
    open.push(...(parents.get(key) ?? []))
  }
  return found
}

/** What cannot be read as a name stands for itself. */
const keyOf = (dn: string): string => dnKey(parseDn(dn) ?? [dn])
