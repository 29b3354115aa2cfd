/**
 * The tables, as Kysely sees them. Times are milliseconds UTC, ids are UUIDv7 text, flags are 0 or 1.
 */

import type { GatewayHourRow, LiveConnectionRow, NodeRow } from './schema-gateways.ts'
import type {
  BulkFailureRow,
  BulkJobRow,
  BulkTargetRow,
  GroupPolicyRow,
  IdentityProviderRow,
  IdentityRow,
  ProviderVisitRow,
  SeenTokenRow,
  SentCodeRow,
  SmsGatewayRow,
  UserGroupMemberRow,
  UserGroupRow,
  UserPolicyRow,
} from './schema-identity.ts'
import type {
  AccessTokenRow,
  MailAccountRow,
  MailAccountUserRow,
  OAuthApplicationRow,
  TokenInitRow,
} from './schema-oauth.ts'

export type { GatewayHourRow, LiveConnectionRow, NodeRow } from './schema-gateways.ts'
export type {
  BulkFailureRow,
  BulkJobRow,
  BulkTargetRow,
  GroupPolicyRow,
  IdentityProviderRow,
  IdentityRow,
  ProviderVisitRow,
  SeenTokenRow,
  SentCodeRow,
  SmsGatewayRow,
  UserGroupMemberRow,
  UserGroupRow,
  UserPolicyRow,
} from './schema-identity.ts'
export type {
  AccessTokenRow,
  MailAccountRow,
  MailAccountUserRow,
  OAuthApplicationRow,
  TokenInitRow,
} from './schema-oauth.ts'

export type Database = {
  meta: Meta
  setting: SettingRow
  user: UserRow
  second_factor: SecondFactorRow
  recovery_code: RecoveryCodeRow
  device: DeviceRow
  session: SessionRow
  one_time_link: OneTimeLinkRow
  app_password: AppPasswordRow
  app_password_network: AppPasswordNetworkRow
  stale_use: StaleUseRow
  throttle: ThrottleRow
  notice: NoticeRow
  audit: AuditTableRow
  audit_head: AuditHeadRow
  shared_folder: SharedFolderRow
  shared_folder_member: SharedFolderMemberRow
  drive_usage: DriveUsageRow
  dav_property: DavPropertyRow
  dav_lock: DavLockRow
  oauth_application: OAuthApplicationRow
  mail_account: MailAccountRow
  mail_account_user: MailAccountUserRow
  access_token: AccessTokenRow
  token_init: TokenInitRow
  node: NodeRow
  live_connection: LiveConnectionRow
  gateway_hour: GatewayHourRow
  identity_provider: IdentityProviderRow
  identity: IdentityRow
  provider_visit: ProviderVisitRow
  seen_token: SeenTokenRow
  user_group: UserGroupRow
  user_group_member: UserGroupMemberRow
  group_policy: GroupPolicyRow
  user_policy: UserPolicyRow
  sent_code: SentCodeRow
  sms_gateway: SmsGatewayRow
  bulk_job: BulkJobRow
  bulk_failure: BulkFailureRow
  bulk_target: BulkTargetRow
}

/** Facts about the platform itself: the set-up marker, key check values. */
export type Meta = { name: string; value: string }

export type SettingRow = { name: string; value: string; updated_at: number; updated_by: string }

export type UserRow = {
  id: string
  name: string
  name_key: string
  email: string
  email_key: string
  /** 0: nobody has proven that the address is this person's. */
  email_verified: number
  display_name: string
  role: string
  state: string
  language: string
  source: string
  password_hash: string | null
  password_changed_at: number | null
  quota_bytes: number | null
  /** Factors from before then no longer suffice. */
  factors_again_at: number | null
  last_sign_in_at: number | null
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type SecondFactorRow = {
  id: string
  user_id: string
  kind: string
  name: string
  secret: Uint8Array
  /** null until a first code proved that the person has it. */
  confirmed_at: number | null
  /** TOTP: the last time step whose code was used; only later ones are taken (RFC 6238 §5.2). */
  last_step: number
  last_used_at: number | null
  /** WebAuthn: base64url. */
  credential_id: string | null
  counter: number
  /** JSON of the kind. */
  details: string
  created_at: number
}

export type RecoveryCodeRow = { id: string; user_id: string; hash: Uint8Array; created_at: number }

/** A browser that has signed in as this person before; the cookie's hash. */
export type DeviceRow = {
  hash: Uint8Array
  user_id: string
  /** From then on it needs no second factor, for as long as policy says. */
  remembered_at: number | null
  ip: string
  client: string
  created_at: number
  last_used_at: number
}

export type SessionRow = {
  id: string
  hash: Uint8Array
  user_id: string
  /** second_factor: password given. set_up: a second factor has to be made first. full: signed in. */
  stage: string
  method: string
  authenticated_at: number
  last_seen_at: number
  expires_at: number
  ip: string
  client: string
  /** Where the person signed in, unless here; and what that provider calls its session. */
  provider_id: string | null
  provider_sid: string | null
  created_at: number
}

export type OneTimeLinkRow = {
  id: string
  hash: Uint8Array
  kind: string
  user_id: string | null
  expires_at: number
  used_at: number | null
  created_at: number
  created_by: string
}

export type AppPasswordRow = {
  id: string
  user_id: string
  name: string
  name_key: string
  application: string
  gateways: string
  networks: string | null
  hash: Uint8Array
  key_id: string
  expires_at: number
  revoked_at: number | null
  revoked_by: string | null
  /** Opens nothing until its owner says so after a sign-in. */
  frozen_at: number | null
  last_used_at: number | null
  last_ip: string | null
  last_gateway: string | null
  last_client: string | null
  created_at: number
  created_by: string
}

/** Networks (/24, /48) from which a password was used, so that a new one can be told. */
export type AppPasswordNetworkRow = { app_password_id: string; network: string; first_at: number }

/** A program that still sends a password that has ended: what, from where, how often. */
export type StaleUseRow = {
  app_password_id: string
  ip: string
  client: string
  gateway: string
  uses: number
  first_at: number
  last_at: number
}

export type ThrottleRow = { key: string; tries: number; until: number }

export type NoticeRow = {
  id: string
  user_id: string
  kind: string
  /** The same event makes one notice, whichever node sees it first. */
  once_key: string
  params: string
  mail_state: string
  mail_tries: number
  mail_next_at: number
  dismissed_at: number | null
  created_at: number
}

export type AuditTableRow = {
  seq: number
  at: number
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  ip: string | null
  client: string | null
  action: string
  target_kind: string
  target_id: string | null
  target_name: string | null
  outcome: string
  reason: string | null
  details: string
  key_id: string
  hash: string
}

export type AuditHeadRow = { id: number; seq: number; hash: string }

export type SharedFolderRow = {
  id: string
  name: string
  name_key: string
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type SharedFolderMemberRow = { folder_id: string; user_id: string; access: string }

/** Bytes kept in one space: `home:<user id>` or `shared:<folder id>`. */
export type DriveUsageRow = { space: string; bytes: number }

export type DavPropertyRow = {
  space: string
  /** UTF-8 bytes of the path below the space, no slash at either end; bytes sort alike everywhere. */
  path: Uint8Array
  parent: Uint8Array
  namespace: string
  name: string
  value: string
}

export type DavLockRow = {
  token: string
  space: string
  path: Uint8Array
  depth: string
  scope: string
  owner: string
  user_id: string
  timeout_s: number
  expires_at: number
  created_at: number
}
