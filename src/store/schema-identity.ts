/**
 * The tables of identity providers, the people from them, groups, policy of groups and persons, steps
 * of a sign-in that wait for an answer, and work on many users.
 */

/** One row each; the migration 0004 says what the columns are for. */
export type IdentityProviderRow = {
  id: string
  kind: string
  name: string
  name_key: string
  enabled: number
  position: number
  application_id: string | null
  config: string
  secret: Uint8Array | null
  secret_set_at: number | null
  scim_hash: Uint8Array | null
  scim_set_at: number | null
  scim_seen_at: number | null
  reached_at: number | null
  failing_since: number | null
  failure: string | null
  /** Words, separated by spaces. */
  warnings: string
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type IdentityRow = {
  id: string
  provider_id: string
  /** `iss sub`, `tid oid`, objectGUID, or SCIM's externalId. */
  subject: string
  user_id: string
  shown_as: string
  /** alive or frozen. */
  state: string
  reason: string | null
  state_at: number
  alive_at: number
  /** How long what was last known is good. */
  alive_until: number
  next_check_at: number | null
  checker: string | null
  checking_until: number
  refresh_token: Uint8Array | null
  previous_refresh_token: Uint8Array | null
  account_id: string | null
  password_set_at: number | null
  scim: string | null
  scim_deleted_at: number | null
  created_at: number
}

export type ProviderVisitRow = {
  id: string
  provider_id: string
  hash: Uint8Array
  /** sign_in, step_up, accept_link or mailbox. */
  purpose: string
  session_id: string | null
  link_id: string | null
  secrets: Uint8Array | null
  expires_at: number
  used_at: number | null
  created_at: number
}

export type SeenTokenRow = { hash: Uint8Array; expires_at: number }

export type UserGroupRow = {
  id: string
  name: string
  name_key: string
  /** null: made here. */
  provider_id: string | null
  external_id: string | null
  position: number
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type UserGroupMemberRow = { user_id: string; group_id: string }

type Decision = { name: string; value: string; updated_at: number; updated_by: string }
export type GroupPolicyRow = Decision & { group_id: string }
export type UserPolicyRow = Decision & { user_id: string }

/** Waits to be typed in the session that asked for it. */
export type SentCodeRow = {
  id: string
  hash: Uint8Array
  factor_id: string
  session_id: string
  tries: number
  expires_at: number
  created_at: number
}

export type SmsGatewayRow = {
  id: string
  url: string
  method: string
  headers: string
  content_type: string
  body: string
  secret: Uint8Array | null
  secret_set_at: number | null
  updated_at: number
  updated_by: string
}

export type BulkJobRow = {
  id: string
  deed: string
  selection: string
  /** running or done. */
  state: string
  total: number
  done: number
  failed: number
  outcome: string
  reached: string | null
  owner: string | null
  owned_until: number
  ip: string | null
  client: string | null
  created_at: number
  created_by: string
  actor_id: string | null
  finished_at: number | null
}

export type BulkFailureRow = { job_id: string; user_id: string; user_name: string; reason: string }

export type BulkTargetRow = { job_id: string; user_id: string; user_name: string }
