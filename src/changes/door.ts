/**
 * The one door to every change: decide, write it down, then do it, in one transaction.
 *
 * API, command line and background jobs all come through here. The audit row is the first thing
 * that a transaction writes; it takes the end of the chain, so that changes stand in one order on
 * all nodes, and what is checked inside (the last administrator, a name in use) cannot change
 * under the one who checks. What cannot be written down does not happen.
 */
import type { Clock } from '#base/clock.ts'
import type { NewId } from '#base/id.ts'
import { Problem } from '#base/problem.ts'
import type { Actor, AuditAction, AuditEvent } from '#domain/audit.ts'
import type { NewNotice } from '#domain/notice.ts'
import type { Role } from '#domain/user.ts'
import type { Store, Tables } from '#store/store.ts'

/** Who asks for a change, and from where. `sessionId` is there when a browser session asks. */
export type Caller = {
  readonly actor: Actor
  readonly role: Role | 'operator' | 'system'
  readonly ip: string | null
  readonly client: string | null
  readonly sessionId: string | null
}

/** What is to be done. `owner`: a person may do it to what is their own; otherwise administrators. */
export type Change = {
  readonly action: AuditAction
  readonly target: AuditEvent['target']
  readonly owner?: string
  /** Changes nothing but the audit itself: auditors may too. */
  readonly reads?: true
  readonly details?: AuditEvent['details']
}

export type DoorNeeds = {
  readonly store: Pick<Store, 'transaction' | 'tables'>
  readonly clock: Clock
  readonly newId: NewId
}

/**
 * @param act does the change with the tables it is handed; what it throws undoes everything, and is
 *   written down as refused
 * @throws Problem `forbidden`, or what `act` throws
 */
export async function change<T>(
  needs: DoorNeeds,
  caller: Caller,
  wanted: Change,
  act: (tables: Tables) => Promise<T>,
): Promise<T> {
  if (!may(caller, wanted)) {
    await writeDown(needs, caller, wanted, 'forbidden')
    throw new Problem('forbidden', 'You may not do that.')
  }
  try {
    return await needs.store.transaction(async (tables) => {
      await tables.audit.append(eventOf(caller, wanted, null))
      return await act(tables)
    })
  } catch (thrown) {
    if (thrown instanceof Problem) await writeDown(needs, caller, wanted, thrown.code)
    throw thrown
  }
}

/** Tells a person, in the transaction of the change that it is about. */
export async function tell(
  { clock, newId }: Pick<DoorNeeds, 'clock' | 'newId'>,
  tables: Pick<Tables, 'notices'>,
  notice: NewNotice,
): Promise<void> {
  await tables.notices.add(newId(), notice, clock.now())
}

/** The name that "Who, When" shows. */
export const nameOf = (caller: Caller): string => caller.actor.name ?? caller.actor.kind

function may(caller: Caller, wanted: Change): boolean {
  if (caller.role === 'operator' || caller.role === 'system' || caller.role === 'administrator')
    return true
  if (wanted.reads && caller.role === 'auditor') return true
  return wanted.owner !== undefined && wanted.owner === caller.actor.id
}

async function writeDown(
  needs: DoorNeeds,
  caller: Caller,
  wanted: Change,
  reason: string,
): Promise<void> {
  await needs.store.transaction(async (tables) => {
    await tables.audit.append(eventOf(caller, wanted, reason))
  })
}

function eventOf(caller: Caller, wanted: Change, reason: string | null): AuditEvent {
  return {
    actor: caller.actor,
    ip: caller.ip,
    client: caller.client,
    action: wanted.action,
    target: wanted.target,
    outcome: reason === null ? 'ok' : 'refused',
    reason,
    details: wanted.details ?? {},
  }
}
