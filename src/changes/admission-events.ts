/**
 * What the audit says of an application that signed in, or was refused.
 */
import type { Attempt, Credential, Refusal } from '#domain/admission.ts'
import type { AuditEvent } from '#domain/audit.ts'

export function signedInEvent(attempt: Attempt, credential: Credential): AuditEvent {
  return {
    actor: { kind: 'application', id: credential.userId, name: credential.userName },
    ip: attempt.ip,
    client: attempt.client,
    action: 'gateway.sign_in',
    target: { kind: 'app_password', id: credential.id, name: credential.name },
    outcome: 'ok',
    reason: null,
    details: wayOf(attempt),
  }
}

/** `uses`: how often the same was refused. A password that is not known names nobody. */
export function refusedEvent(
  attempt: Attempt,
  reason: Refusal,
  credential: Credential | null,
  uses: number,
): AuditEvent {
  return {
    actor: credential
      ? { kind: 'application', id: credential.userId, name: credential.userName }
      : { kind: 'nobody', id: null, name: shown(attempt.username) },
    ip: attempt.ip,
    client: attempt.client,
    action: 'gateway.sign_in',
    target: {
      kind: 'app_password',
      id: credential?.id ?? null,
      name: credential?.name ?? null,
    },
    outcome: 'refused',
    reason,
    details: { ...wayOf(attempt), times: uses },
  }
}

const wayOf = ({ gateway, security }: Attempt): AuditEvent['details'] => ({
  gateway,
  ...(security === undefined ? {} : { security }),
})

/** A user name as somebody sent it: cut, and without what would break a line. */
const shown = (typed: string): string =>
  typed.slice(0, 64).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\u{fffd}')
