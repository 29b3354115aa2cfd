/**
 * Changes to what a group or a person decides for itself: all of what is asked, or none.
 */
import {
  checkSettings,
  INITIAL_SETTINGS,
  LEVEL_NAMES,
  policyFor,
  type Decided,
  type Governed,
  type Levels,
  type Settings,
} from '#domain/policy.ts'
import type { GovernedBy } from '#store/governed.ts'
import type { Tables } from '#store/store.ts'
import type { CurrentPolicy } from './current-policy.ts'
import { change, nameOf, type Caller, type DoorNeeds } from './door.ts'
import { existingGroup } from './groups.ts'
import { changesSaid } from './settings.ts'
import { existing } from './users.ts'

/** Where something is decided that everybody else is not asked about. */
export type NearLevel = { readonly level: 'group' | 'person'; readonly id: string }

type LevelName = (typeof LEVEL_NAMES)[number]
/** null: no longer decided here. */
export type Decisions = { readonly [name in LevelName]?: Settings[name] | null | undefined }

export type PolicyNeeds = DoorNeeds & { readonly policy: Pick<CurrentPolicy, 'changed'> }

/**
 * @throws Problem `not_found`, `invalid` when what would apply there contradicts itself
 */
export async function changePolicy(
  needs: PolicyNeeds,
  caller: Caller,
  where: NearLevel,
  wanted: Decisions,
): Promise<void> {
  const names = LEVEL_NAMES.filter((name) => wanted[name] !== undefined)
  const whose =
    where.level === 'group' ? await existingGroup(needs, where.id) : await existing(needs, where.id)
  const before = await decidedAt(needs.store.tables, where)
  const said = {
    action: 'policy.update',
    target: {
      kind: where.level === 'group' ? 'group' : 'user',
      id: where.id,
      name: whose.name,
    },
    details: changesSaid(names, before, wanted),
  } as const
  await change(needs, caller, said, async (tables) => {
    checkSettings(await effect(tables, where, wanted))
    const stamp = [needs.clock.now(), nameOf(caller)] as const
    for (const name of names) {
      const value = wanted[name] ?? undefined
      if (where.level === 'group')
        await tables.policies.setForGroup(where.id, name, value, ...stamp)
      else await tables.policies.setForUsers([where.id], name, value, ...stamp)
    }
  })
  needs.policy.changed()
}

/** What applies at that level once it is changed: of a group, to who is in no other. */
async function effect(
  tables: Pick<Tables, 'groups' | 'policies' | 'settings'>,
  where: NearLevel,
  wanted: Decisions,
): Promise<Settings> {
  const own = decidedThen(await decidedAt(tables, where), wanted)
  const everybody = await tables.settings.read()
  if (where.level === 'group') return { ...everybody, ...own }
  const levels: Levels = { everybody, groups: await tables.policies.ofGroups() }
  const groupIds = (await tables.groups.ofUser(where.id)).map(({ id }) => id)
  return policyFor(levels, { groupIds, own } satisfies Governed)
}

export async function decidedAt(
  { policies }: Pick<Tables, 'policies'>,
  { level, id }: NearLevel,
): Promise<Decided> {
  return level === 'person' ? await policies.ofUser(id) : await policies.ofGroup(id)
}

/** Policy as it is, and as a change would make it. `own`: of the person who is asked about. */
export type LevelsChange = {
  readonly before: Levels
  readonly after: Levels
  readonly own: Decided | null
}

/** Nothing is written. null for everybody: the default. */
export async function levelsThen(
  tables: Pick<Tables, 'groups' | 'policies' | 'settings'>,
  by: GovernedBy,
  wanted: Decisions,
): Promise<LevelsChange> {
  const everybody = await tables.settings.read()
  const groups = await tables.policies.ofGroups()
  const before = { everybody, groups }
  if (by.level === 'everybody') {
    const then = { ...INITIAL_SETTINGS, ...decidedThen(everybody, wanted) }
    return { before, after: { everybody: then, groups }, own: null }
  }
  if (by.level === 'person')
    return { before, after: before, own: decidedThen(await tables.policies.ofUser(by.id), wanted) }
  const after = new Map<string, Decided>()
  for (const id of await tables.groups.order()) {
    const decided = groups.get(id) ?? {}
    after.set(id, id === by.id ? decidedThen(decided, wanted) : decided)
  }
  return { before, after: { everybody, groups: after }, own: null }
}

/** What is decided after a change. */
const decidedThen = (before: Decided, wanted: Decisions): Decided =>
  Object.fromEntries(
    Object.entries({ ...before, ...wanted }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  )
