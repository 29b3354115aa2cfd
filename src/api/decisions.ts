/**
 * Groups, and what is decided at which level, as the API shows them.
 */
import { Problem } from '#base/problem.ts'
import { decidedAt, type NearLevel } from '#changes/policy.ts'
import {
  decidedBy,
  INITIAL_SETTINGS,
  LEVEL_NAMES,
  policyFor,
  SETTINGS,
  SETTING_NAMES,
  type DecidedBy,
  type Governed,
  type Levels,
} from '#domain/policy.ts'
import type { GroupSummary } from '#store/groups.ts'
import type { Tables } from '#store/store.ts'
import type { Answer } from './contract.ts'

type GroupView = Answer<'GET /groups/:id'>
type Decision = Answer<'GET /groups/:id/policy'>[number]
type Applied = Answer<'GET /me'>['decisions'][number]

export async function groupViews({ groups }: Pick<Tables, 'groups'>): Promise<GroupView[]> {
  return (await groups.list()).map((row, index) => groupView(row, index + 1))
}

/** @throws Problem `not_found` */
export async function oneGroup(tables: Pick<Tables, 'groups'>, id: string): Promise<GroupView> {
  const found = (await groupViews(tables)).find((row) => row.id === id)
  if (!found) throw new Problem('not_found', 'There is no such group.')
  return found
}

const groupView = (row: GroupSummary, position: number): GroupView => ({
  id: row.id,
  name: row.name,
  position,
  providerId: row.provider_id,
  providerName: row.provider_name,
  members: row.members,
  decisions: row.decisions,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
})

type DecisionTables = Pick<Tables, 'groups' | 'policies' | 'settings'>

/** Every setting that this level can decide: what applies, and from where without a decision here. */
export async function decisionsOf(tables: DecisionTables, where: NearLevel): Promise<Decision[]> {
  const { policies } = tables
  const person = where.level === 'person'
  const levels = await levelsOf(tables)
  const groups = person ? await tables.groups.ofUser(where.id) : []
  const behind: Governed = { groupIds: groups.map(({ id }) => id), own: {} }
  const inherited = policyFor(levels, behind)
  const from = decidedBy(levels, behind)
  const own = await decidedAt(tables, where)
  const stored = person ? await policies.rowsOfUser(where.id) : await policies.rowsOfGroup(where.id)
  return LEVEL_NAMES.map((name) => {
    const row = stored.find((one) => one.name === name)
    const decided = own[name] !== undefined
    return {
      name,
      value: copy(own[name] ?? inherited[name]),
      decided,
      inherited: copy(inherited[name]),
      inheritedFrom: shownBy(from[name], groups),
      initial: copy(INITIAL_SETTINGS[name]),
      about: SETTINGS[name].about,
      updatedAt: decided ? (row?.updated_at ?? null) : null,
      updatedBy: decided ? (row?.updated_by ?? null) : null,
    }
  })
}

/** What applies to a person, each setting with the level that decides it. */
export async function appliedTo(tables: DecisionTables, userId: string): Promise<Applied[]> {
  const levels = await levelsOf(tables)
  const groups = await tables.groups.ofUser(userId)
  const who = {
    groupIds: groups.map(({ id }) => id),
    own: await tables.policies.ofUser(userId),
  }
  const policy = policyFor(levels, who)
  const by = decidedBy(levels, who)
  return SETTING_NAMES.map((name) => ({
    name,
    value: copy(policy[name]),
    ...shownBy(by[name], groups),
  }))
}

const levelsOf = async ({ settings, policies }: DecisionTables): Promise<Levels> => ({
  everybody: await settings.read(),
  groups: await policies.ofGroups(),
})

/** Lists of the answer are the answer's own. */
const copy = <T>(value: T | readonly string[]): T | string[] =>
  Array.isArray(value) ? [...(value as readonly string[])] : (value as T)

function shownBy(
  by: DecidedBy,
  groups: readonly { readonly id: string; readonly name: string }[],
): { level: DecidedBy['level']; groupId: string | null; groupName: string | null } {
  if (by.level !== 'group') return { level: by.level, groupId: null, groupName: null }
  const name = groups.find(({ id }) => id === by.groupId)?.name ?? null
  return { level: 'group', groupId: by.groupId, groupName: name }
}
