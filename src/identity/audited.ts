/**
 * Audit events of people signing in: who, from where, what, and why it was refused.
 */
import type { AuditAction, AuditEvent } from '#domain/audit.ts'
import type { From, IdentityNeeds } from './needs.ts'

type Person = { readonly id: string; readonly name: string }

/**
 * @param reason a word for machines, null when it went well. A refused person is nobody yet, so
 *   `as` says who acts where that is known.
 */
export function eventOf(
  action: AuditAction,
  person: Person | null,
  from: From,
  reason: string | null,
  {
    as = reason === null ? person : null,
    details = {},
    target,
  }: {
    as?: Person | null
    details?: AuditEvent['details']
    target?: AuditEvent['target']
  } = {},
): AuditEvent {
  return {
    actor: as
      ? { kind: 'user', id: as.id, name: as.name }
      : { kind: 'nobody', id: null, name: null },
    ip: from.ip,
    client: from.client,
    action,
    target: target ?? { kind: 'user', id: person?.id ?? null, name: person?.name ?? null },
    outcome: reason === null ? 'ok' : 'refused',
    reason,
    details,
  }
}

/** A refusal, in a transaction of its own. @throws Problem `unavailable` when it cannot be written */
export async function writeDown(
  { store }: Pick<IdentityNeeds, 'store'>,
  event: AuditEvent,
): Promise<void> {
  await store.transaction(async ({ audit }) => void (await audit.append(event)))
}

/**
 * Thrown inside a transaction to undo it: what was checked before is no longer so. It never leaves
 * identity; the refusal is written down in its place.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}
