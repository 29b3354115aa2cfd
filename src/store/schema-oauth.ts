/**
 * The tables of OAuth 2 applications, mail accounts, their tokens, and Init. Token under way.
 */

export type OAuthApplicationRow = {
  id: string
  identifier: string
  identifier_key: string
  designation: string
  provider: string
  cloud: string
  tenant_id: string
  client_id: string
  /** How the client proves itself: `secret`, `certificate` or `none`. */
  client_proof: string
  secret: Uint8Array | null
  secret_set_at: number | null
  secret_expires_at: number | null
  /** Sealed: private key and certificate (PEM). */
  certificate: Uint8Array | null
  certificate_thumbprint: string | null
  certificate_expires_at: number | null
  root_url: string
  scopes: string
  app_only: number
  /** JSON: endpoints, hosts, ports and scopes that differ from the provider's row. */
  overrides: string
  comments: string
  /** A fault that concerns every account of the application, such as an expired client secret. */
  alarm: string | null
  alarm_at: number | null
  /** The breaker: until then the provider is not asked for this application. */
  closed_until: number
  failures: number
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type MailAccountRow = {
  id: string
  application_id: string
  identifier: string
  identifier_key: string
  designation: string
  email: string
  email_key: string
  shared: number
  /** Who signs in for a shared mailbox. */
  delegate_email: string | null
  comments: string
  state: string
  state_reason: string | null
  state_at: number
  initialised_at: number | null
  initialised_by: string | null
  /** Who signed in at the provider. */
  initialised_as: string | null
  /** The identity at the provider: issuer and subject (Entra: tid and oid). */
  subject: string | null
  granted_scopes: string
  refresh_token: Uint8Array | null
  refresh_issued_at: number | null
  refresh_expires_at: number | null
  /** 1: the provider said when the refresh token ends; 0: modelled. */
  refresh_expiry_given: number
  previous_refresh_token: Uint8Array | null
  /** Counts the leases that were taken (and each Init. Token). */
  generation: number
  /** The generation whose grant is stored; only a higher one replaces it. */
  granted: number
  lease_owner: string | null
  lease_until: number
  intent_at: number | null
  /** Since when an answer, and with it the refresh token, may have been lost. */
  doubted_at: number | null
  /** When the provider first said that the grant is over; the second time ends it. */
  definite_at: number | null
  last_refresh_at: number | null
  next_refresh_at: number | null
  failures: number
  created_at: number
  created_by: string
  updated_at: number
  updated_by: string
}

export type MailAccountUserRow = {
  account_id: string
  user_id: string
  /** 1: the mailbox that the person's own name means. At most one of a person. */
  is_default: number
}

export type AccessTokenRow = {
  account_id: string
  resource: string
  token: Uint8Array
  received_at: number
  expires_at: number
  /** Of the grant that it came with. */
  generation: number
  used_at: number | null
}

export type TokenInitRow = {
  id: string
  account_id: string
  kind: string
  hash: Uint8Array
  session_id: string | null
  secrets: Uint8Array | null
  interval_s: number | null
  next_poll_at: number | null
  outcome: string | null
  expires_at: number
  used_at: number | null
  created_at: number
  created_by: string
}
