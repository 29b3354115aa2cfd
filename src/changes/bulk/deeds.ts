/**
 * What work on many users does to a chunk of people: the statements, the audit rows, the notices.
 */
import type { AuditEvent } from '#domain/audit.ts'
import type { BulkOutcome, BulkPerson, Deed } from '#domain/bulk.ts'
import type { NewNotice } from '#domain/notice.ts'
import type { BulkJobRow } from '#store/schema.ts'
import type { Tables } from '#store/store.ts'

/** The same for all of them, in a few statements. @returns how much of what has ended */
export async function act(
  tables: Tables,
  job: BulkJobRow,
  deed: Deed,
  people: readonly BulkPerson[],
  now: number,
): Promise<Partial<BulkOutcome>> {
  const { manyUsers } = tables
  const by = job.created_by
  const stamp = { updated_at: now, updated_by: by }
  const ids = people.map(({ id }) => id)
  switch (deed.kind) {
    case 'enable': {
      const [able, invited] = [
        people.filter((one) => one.accepted),
        people.filter((one) => !one.accepted),
      ]
      if (able.length > 0)
        await manyUsers.setState(
          able.map(({ id }) => id),
          'active',
          stamp,
        )
      if (invited.length > 0)
        await manyUsers.setState(
          invited.map(({ id }) => id),
          'invited',
          stamp,
        )
      return {}
    }
    case 'disable':
      await manyUsers.setState(ids, 'disabled', stamp)
      return { sessions: await manyUsers.endSessions(ids) }
    case 'require_second_factor':
      await tables.policies.setForUsers(ids, 'second_factor', 'required', now, by)
      return {}
    case 'settings': {
      const { contactMethodsAgain, deleteAppPasswords, forgetDevices } = deed
      const asked = people.filter((one) => one.hasFactors).map(({ id }) => id)
      if (contactMethodsAgain && asked.length > 0)
        await manyUsers.askFactorsAgain(asked, now, stamp)
      return {
        ...(deleteAppPasswords && {
          appPasswords: await manyUsers.revokeAppPasswords(ids, now, by),
        }),
        ...(forgetDevices && {
          devices: await manyUsers.forgetDevices(ids),
          // Who asks goes on, as with their own devices in the profile.
          sessions: await manyUsers.endRememberedSessions(ids, job.actor_id),
        }),
      }
    }
    case 'group_add':
      await tables.groups.addMembers(deed.groupId, ids)
      return {}
    case 'group_remove':
      await tables.groups.removeMembers(deed.groupId, ids)
      return {}
  }
}

/** What people notice themselves is not told; that all their applications stop is. */
export function noticesOf(job: BulkJobRow, deed: Deed, people: readonly BulkPerson[]): NewNotice[] {
  if (deed.kind !== 'settings') return []
  const told = (person: BulkPerson, kind: NewNotice['kind']): NewNotice => ({
    userId: person.id,
    kind,
    onceKey: `${kind}:${person.id}:${job.id}`,
    params: { by: job.created_by },
  })
  return people.flatMap((person) => [
    ...(deed.deleteAppPasswords && person.appPasswords > 0
      ? [told(person, 'app_passwords_deleted')]
      : []),
    ...(deed.contactMethodsAgain && person.hasFactors
      ? [told(person, 'second_factors_again')]
      : []),
  ])
}

const ACTION = {
  enable: 'user.enable',
  disable: 'user.disable',
  require_second_factor: 'policy.update',
  settings: 'user.manage',
  group_add: 'group.update',
  group_remove: 'group.update',
} as const satisfies Record<Deed['kind'], AuditEvent['action']>

export function eventOf(job: BulkJobRow, deed: Deed, person: BulkPerson): AuditEvent {
  return {
    actor: { kind: 'user', id: job.actor_id, name: job.created_by },
    ip: job.ip,
    client: job.client,
    action: ACTION[deed.kind],
    target: { kind: 'user', id: person.id, name: person.name },
    outcome: 'ok',
    reason: null,
    details: { ...detailsOf(deed, person), job: job.id },
  }
}

function detailsOf(deed: Deed, person: BulkPerson): AuditEvent['details'] {
  switch (deed.kind) {
    case 'enable':
    case 'disable':
      return {}
    case 'require_second_factor':
      return { second_factor: 'required' }
    case 'settings':
      return {
        ...(deed.contactMethodsAgain && { contact_methods_again: person.hasFactors }),
        ...(deed.deleteAppPasswords && { app_passwords: person.appPasswords }),
        ...(deed.forgetDevices && { devices: person.devices }),
      }
    case 'group_add':
    case 'group_remove':
      return { group: deed.groupId, joined: deed.kind === 'group_add' }
  }
}
