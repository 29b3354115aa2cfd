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
import type {
  AppPasswordRow,
  DeviceRow,
  IdentityProviderRow,
  IdentityRow,
  OAuthApplicationRow,
  SecondFactorRow,
  UserGroupRow,
} from '#store/schema.ts'
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
    email_verified: 1,
    display_name: name,
    role: 'user',
    state: 'active',
    language: 'en',
    source: 'local',
    password_hash: null,
    password_changed_at: null,
    quota_bytes: null,
    factors_again_at: null,
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
    frozen_at: null,
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
    credential_id: null,
    counter: 0,
    details: '{}',
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
    provider_id: null,
    provider_sid: null,
    created_at: NOON,
    ...more,
  }
}

export const deviceRow = (
  user: { id: string },
  name: string,
  more: Partial<DeviceRow> = {},
): DeviceRow => ({
  hash: hashOf(name),
  user_id: user.id,
  remembered_at: null,
  ip: '192.0.2.1',
  client: 'Firefox',
  created_at: NOON,
  last_used_at: NOON,
  ...more,
})

export function providerRow(
  name: string,
  more: Partial<IdentityProviderRow> = {},
): IdentityProviderRow {
  return {
    id: newId(),
    kind: 'oidc',
    name,
    name_key: name.toLowerCase(),
    enabled: 1,
    position: 1,
    application_id: null,
    config: '{}',
    secret: null,
    secret_set_at: null,
    scim_hash: null,
    scim_set_at: null,
    scim_seen_at: null,
    reached_at: null,
    failing_since: null,
    failure: null,
    warnings: '',
    created_at: NOON,
    created_by: 'test',
    updated_at: NOON,
    updated_by: 'test',
    ...more,
  }
}

export function identityRow(
  user: { id: string },
  provider: { id: string },
  more: Partial<IdentityRow> = {},
): IdentityRow {
  const id = newId()
  return {
    id,
    provider_id: provider.id,
    subject: `subject-${id}`,
    user_id: user.id,
    shown_as: 'somebody',
    state: 'alive',
    reason: null,
    state_at: NOON,
    alive_at: NOON,
    alive_until: NOON + DAY,
    next_check_at: null,
    checker: null,
    checking_until: 0,
    refresh_token: null,
    previous_refresh_token: null,
    account_id: null,
    password_set_at: null,
    scim: null,
    scim_deleted_at: null,
    created_at: NOON,
    ...more,
  }
}

export function groupRow(name: string, more: Partial<UserGroupRow> = {}): UserGroupRow {
  return {
    id: newId(),
    name,
    name_key: name.toLowerCase(),
    provider_id: null,
    external_id: null,
    position: 1,
    created_at: NOON,
    created_by: 'test',
    updated_at: NOON,
    updated_by: 'test',
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
