/**
 * API: work on many users: what it would do, beginning it, and how far it is.
 */
import { invalid, Problem } from '#base/problem.ts'
import type { BulkWork } from '#changes/bulk/work.ts'
import { beginBulk, previewBulk } from '#changes/bulk/begin.ts'
import type { DoorNeeds } from '#changes/door.ts'
import type { BulkFailure, BulkOutcome, Deed } from '#domain/bulk.ts'
import type { Selection } from '#store/bulk-jobs.ts'
import type { BulkJobRow } from '#store/schema.ts'
import type { HandlersOf } from './call.ts'
import type { Answer, Body } from './contract.ts'

type Names =
  | 'POST /users/bulk/preview'
  | 'POST /users/bulk'
  | 'GET /users/bulk'
  | 'GET /users/bulk/:id'

const SHOWN = 20
const MOST_FAILURES = 1000

export function bulkHandlers(
  needs: DoorNeeds & { readonly bulk: Pick<BulkWork, 'wake'> },
): HandlersOf<Names> {
  const { bulkJobs } = needs.store.tables
  const existing = async (id: string): Promise<BulkJobRow> => {
    const job = await bulkJobs.find(id)
    if (!job) throw new Problem('not_found', 'There is no such work.')
    return job
  }
  return {
    'POST /users/bulk/preview': async ({ body }) => {
      const found = await previewBulk(needs, deedOf(body), selectionOf(body))
      return {
        people: found.people,
        enabled: found.enabled,
        disabled: found.disabled,
        administrators: found.administrators,
        withFactors: found.with_factors,
        requiredAlready: found.required,
        appPasswords: found.app_passwords,
        appPasswordPeople: found.app_password_people,
        usedLastHour: found.used_last_hour,
        sessions: found.sessions,
        devices: found.devices,
        devicePeople: found.device_people,
        members: found.members,
      }
    },

    'POST /users/bulk': async ({ caller, body }) => {
      const id = await beginBulk(needs, caller, deedOf(body), selectionOf(body))
      needs.bulk.wake()
      return jobView(await existing(id))
    },

    'GET /users/bulk': async () => (await bulkJobs.list(SHOWN)).map(jobView),

    'GET /users/bulk/:id': async ({ params }) => {
      const job = await existing(params.id)
      const failures = await bulkJobs.failures(job.id, MOST_FAILURES)
      return {
        ...jobView(job),
        failures: failures.map((row) => ({
          userId: row.user_id,
          userName: row.user_name,
          reason: row.reason as BulkFailure,
        })),
      }
    },
  }
}

type Asked = Body<'POST /users/bulk'>

function deedOf(asked: Asked): Deed {
  const { deed, groupId, contactMethodsAgain, deleteAppPasswords, forgetDevices } = asked
  switch (deed) {
    case 'enable':
    case 'disable':
    case 'require_second_factor':
      return { kind: deed }
    case 'settings':
      return { kind: deed, contactMethodsAgain, deleteAppPasswords, forgetDevices }
    case 'group_add':
    case 'group_remove':
      if (groupId === undefined) throw invalid('groupId', 'needed', 'Name the group.')
      return { kind: deed, groupId }
  }
}

/** Nobody is ever selected by leaving something out. */
function selectionOf(asked: Asked): Selection {
  const { ids, all, except = [], search, role, state, source, group, factor } = asked
  if ((ids === undefined) === (all === undefined))
    throw invalid('ids', 'needed', 'Send either ids, or all.')
  return ids ? { ids } : { filter: { search, role, state, source, group, factor }, except }
}

function jobView(row: BulkJobRow): Answer<'POST /users/bulk'> {
  const deed = JSON.parse(row.deed) as Deed
  const outcome = JSON.parse(row.outcome) as BulkOutcome
  const settings = deed.kind === 'settings' ? deed : null
  return {
    id: row.id,
    deed: deed.kind,
    groupId: 'groupId' in deed ? deed.groupId : null,
    contactMethodsAgain: settings?.contactMethodsAgain ?? false,
    deleteAppPasswords: settings?.deleteAppPasswords ?? false,
    forgetDevices: settings?.forgetDevices ?? false,
    state: row.state === 'done' ? 'done' : 'running',
    total: row.total,
    done: row.done,
    failed: row.failed,
    ...outcome,
    createdAt: row.created_at,
    createdBy: row.created_by,
    finishedAt: row.finished_at,
  }
}
