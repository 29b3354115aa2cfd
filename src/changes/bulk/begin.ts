/**
 * Work on many users: what it would do, and beginning it. bulk-work.ts does it.
 */
import { invalid, Problem } from '#base/problem.ts'
import { NO_OUTCOME, type Deed } from '#domain/bulk.ts'
import type { Preview, Selection } from '#store/bulk-jobs.ts'
import type { BulkJobRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'
import { change, nameOf, type Caller, type DoorNeeds } from '../door.ts'

type Flat = Record<string, string | number | boolean | null>

/** What it would do now. @throws Problem `not_found` (group), `conflict`, `invalid` */
export async function previewBulk(
  { store, clock }: Pick<DoorNeeds, 'store' | 'clock'>,
  deed: Deed,
  selection: Selection,
): Promise<Preview> {
  await checkDeed(store.tables, deed)
  return await store.tables.bulkJobs.preview(selection, groupOf(deed), clock.now())
}

/**
 * Writes down what is to be done and to whom. Who is selected is decided here: people who fit the
 * filter only later are not touched.
 * @returns the id of the work
 * @throws Problem `not_found` (group), `conflict`, `invalid` (also when nobody is selected)
 */
export async function beginBulk(
  needs: DoorNeeds,
  caller: Caller,
  deed: Deed,
  selection: Selection,
): Promise<string> {
  await checkDeed(needs.store.tables, deed)
  const now = needs.clock.now()
  const row: BulkJobRow = {
    id: needs.newId(),
    deed: JSON.stringify(deed),
    selection: JSON.stringify(said(selection)),
    state: 'running',
    total: 0,
    done: 0,
    failed: 0,
    outcome: JSON.stringify(NO_OUTCOME),
    reached: null,
    owner: null,
    owned_until: 0,
    ip: caller.ip,
    client: caller.client,
    created_at: now,
    created_by: nameOf(caller),
    actor_id: caller.actor.id,
    finished_at: null,
  }
  const { kind, ...details } = deed
  const wanted = {
    action: 'user.bulk',
    target: { kind: 'bulk', id: row.id, name: kind },
    details: { ...details, ...said(selection) },
  } as const
  return await change(needs, caller, wanted, async (tables) => {
    const total = await tables.bulkJobs.insert(row, selection, now)
    if (total === 0) throw invalid('ids', 'empty', 'Nobody is selected.')
    return row.id
  })
}

export const groupOf = (deed: Deed): string | null => ('groupId' in deed ? deed.groupId : null)

async function checkDeed(tables: Pick<Tables, 'groups'>, deed: Deed): Promise<void> {
  if (deed.kind === 'settings') {
    if (!deed.contactMethodsAgain && !deed.deleteAppPasswords && !deed.forgetDevices)
      throw invalid('deed', 'empty', 'Choose at least one of the settings.')
  } else if ('groupId' in deed) {
    const group = await tables.groups.find(deed.groupId)
    if (!group) throw new Problem('not_found', 'There is no such group.')
    if (group.provider_id !== null)
      throw new Problem('conflict', 'The members of this group are chosen at its provider.')
  }
}

/** For the audit: many ids are a number, a filter is what it says. */
function said(selection: Selection): Flat {
  if ('ids' in selection) return { selected: selection.ids.length }
  const filter = Object.entries(selection.filter).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(filter), all: true, except: selection.except.length }
}
