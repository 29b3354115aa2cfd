/**
 * Rows as the product would write them, for tests of what is below it.
 */
import { createHash } from 'node:crypto'
import { DAY, systemClock, systemEntropy } from '#base/clock.ts'
import { idsFrom } from '#base/id.ts'
import type { AuditEvent } from '#domain/audit.ts'
import { nameKey } from '#domain/app-password.ts'
import { userKey } from '#domain/user.ts'
import { identifierKey } from '#domain/identifier.ts'
import type { AppPasswordRow, OAuthApplicationRow, SecondFactorRow } from '#store/schema.ts'
import type { Session } from '#store/sessions.ts'
import type { User } from '#store/users.ts'

export const newId = idsFrom(systemClock, systemEntropy)

/** The time of rows that say nothing else. */
export const NOON = Date.parse('2026-11-20T12:00:00Z')

export const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

export function userRow(name: string, more: Partial<User> = {}): User {
  const email = more.email ?? `${name.toLowerCase()}@example.org`
  return {
    id: newId(),
    name,
    name_key: userKey(name),
    email,
    email_key: userKey(email),
    display_name: name,
    role: 'user',
    state: 'active',
    language: 'en',
    source: 'local',
    password_hash: null,
    password_changed_at: null,
    quota_bytes: null,
    last_sign_in_at: null,
    created_at: NOON,
    created_by: 'test',
    updated_at: NOON,
    updated_by: 'test',
    ...more,
  }
}

export function appPasswordRow(
  user: { id: string },
  name: string,
  more: Partial<AppPasswordRow> = {},
): AppPasswordRow {
  const id = newId()
  return {
    id,
    user_id: user.id,
    name,
    name_key: nameKey(name),
    application: 'network_drive',
    gateways: 'drive',
    networks: null,
    hash: hashOf(id),
    key_id: 'k1',
    expires_at: NOON + 90 * DAY,
    revoked_at: null,
    revoked_by: null,
    last_used_at: null,
    last_ip: null,
    last_gateway: null,
    last_client: null,
    created_at: NOON,
    created_by: 'test',
    ...more,
  }
}

export function secondFactorRow(
  user: { id: string },
  more: Partial<SecondFactorRow> = {},
): SecondFactorRow {
  return {
    id: newId(),
    user_id: user.id,
    kind: 'totp',
    name: 'Phone',
    secret: Buffer.from('sealed'),
    confirmed_at: NOON,
    last_step: 0,
    last_used_at: null,
    created_at: NOON,
    ...more,
  }
}

export function sessionRow(user: { id: string }, more: Partial<Session> = {}): Session {
  const id = newId()
  return {
    id,
    hash: hashOf(id),
    user_id: user.id,
    stage: 'full',
    method: 'password totp',
    authenticated_at: NOON,
    last_seen_at: NOON,
    expires_at: NOON + DAY,
    ip: '192.0.2.1',
    client: 'Firefox',
    created_at: NOON,
    ...more,
  }
}

export function applicationRow(
  identifier: string,
  more: Partial<OAuthApplicationRow> = {},
): OAuthApplicationRow {
  return {
    id: newId(),
    identifier,
    identifier_key: identifierKey(identifier),
    designation: '',
    provider: 'AzureAD',
    cloud: 'global',
    tenant_id: '11111111-2222-3333-4444-555555555555',
    client_id: 'client',
    client_proof: 'secret',
    secret: Buffer.from('sealed'),
    secret_set_at: NOON,
    secret_expires_at: null,
    certificate: null,
    certificate_thumbprint: null,
    certificate_expires_at: null,
    root_url: 'https://login.microsoftonline.com',
    scopes: 'offline_access',
    app_only: 0,
    overrides: '{}',
    comments: '',
    alarm: null,
    alarm_at: null,
    closed_until: 0,
    failures: 0,
    created_at: NOON,
    created_by: 'test',
    updated_at: NOON,
    updated_by: 'test',
    ...more,
  }
}

export const auditEvent = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  actor: { kind: 'user', id: 'u1', name: 'ada' },
  ip: '192.0.2.1',
  client: 'Firefox',
  action: 'user.update',
  target: { kind: 'user', id: 'u2', name: 'bob' },
  outcome: 'ok',
  reason: null,
  details: { field: 'email' },
  ...more,
})
