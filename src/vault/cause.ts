/**
 * Every cause that the error doctor knows: what it does to the tokens, who can mend it, and the
 * command or page with which it is mended. What it says in words is in domain/cause-words.ts.
 */
import type { Cause } from '#domain/cause-words.ts'
import type { RefreshOutcome } from '#domain/mail-account.ts'

export type { Cause }

export type Who = 'administrator' | 'owner' | 'operator' | 'provider' | 'nobody'

/** What commands and addresses are filled in with. */
export type Patient = {
  readonly email?: string
  readonly clientId?: string
  readonly tenantId?: string
  readonly rootUrl?: string
  readonly redirectUrl?: string
}

type Row = {
  /** `definite` ends the grant only when the provider also says `invalid_grant`. */
  readonly kind: Exclude<RefreshOutcome['kind'], 'refreshed'>
  readonly who: Who
  /** For Exchange Online or Entra PowerShell. */
  readonly command?: string
  readonly url?: string
}

const passing = (who: Who, more: Partial<Row> = {}): Row => ({ kind: 'passing', who, ...more })
const definite = (who: Who, more: Partial<Row> = {}): Row => ({ kind: 'definite', who, ...more })
const application = (more: Partial<Row> = {}): Row => ({
  kind: 'application',
  who: 'administrator',
  ...more,
})
const ADMIN_CONSENT =
  '{rootUrl}/{tenantId}/v2.0/adminconsent?client_id={clientId}&scope=.default&redirect_uri={redirectUrl}'
const NEW_SECRET =
  'Add-MgApplicationPassword -ApplicationId (Get-MgApplication -Filter "appId eq \'{clientId}\'").Id'

export const CAUSES = {
  // The grant is over: a person has to sign in again.
  grant_over: definite('owner'),
  grant_revoked: definite('owner'),
  token_expired: definite('owner'),
  sign_in_frequency: definite('owner'),
  second_factor_needed: definite('owner'),
  spa_token_expired: definite('administrator'),
  consent_missing: definite('administrator', { url: ADMIN_CONSENT }),
  // Tokens came, and open less than before.
  scopes_missing: passing('administrator', { url: ADMIN_CONSENT }),
  code_spent: definite('nobody'),
  device_code_dead: definite('nobody'),
  // A provider that takes each refresh token once was asked, and nobody heard what it answered.
  possibly_lost: passing('owner'),
  // The provider answered a refresh with the tokens of somebody else.
  other_person: passing('administrator'),
  // A person signed in, or was asked to, and it came to nothing.
  declined: passing('owner'),
  interaction_needed: passing('owner'),
  device_pending: passing('owner'),
  // The answer proves nobody: signature, issuer, audience, nonce or time of the id_token do not hold.
  identity_unproven: passing('operator'),
  // Who answered is not who was asked (RFC 9207).
  other_issuer: passing('operator'),
  // What happened here meanwhile.
  session_over: passing('administrator'),
  account_changed: passing('administrator'),
  // The account at the provider; what is here works again when that is mended.
  user_locked: passing('owner'),
  password_expired: passing('owner'),
  user_disabled: passing('administrator', {
    command: 'Update-MgUser -UserId {email} -AccountEnabled:$true',
  }),
  wrong_password: passing('owner'),
  user_not_assigned: passing('administrator', {
    command:
      'New-MgUserAppRoleAssignment -UserId {email} -PrincipalId (Get-MgUser -UserId {email}).Id -ResourceId (Get-MgServicePrincipal -Filter "appId eq \'{clientId}\'").Id -AppRoleId 00000000-0000-0000-0000-000000000000',
  }),
  user_unknown: passing('administrator'),
  policy_blocks: passing('administrator'),
  // The application itself: every account of it is concerned, none is damaged.
  secret_expired: application({ command: NEW_SECRET }),
  secret_wrong: application({ command: NEW_SECRET }),
  secret_missing: application(),
  secret_not_wanted: application(),
  assertion_wrong: application(),
  application_unknown: application(),
  application_disabled: application({
    command:
      'Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipal -Filter "appId eq \'{clientId}\'").Id -AccountEnabled:$true',
  }),
  client_refused: application(),
  client_not_allowed: application(),
  scopes_wrong: application(),
  spa_redirect: application(),
  redirect_wrong: application(),
  tenant_needed: application(),
  tenant_unknown: application(),
  wrong_cloud: application(),
  // The provider, or the way to it.
  loop_detected: passing('nobody'),
  throttled: passing('nobody'),
  provider_down: passing('provider'),
  request_refused: passing('operator'),
  answer_strange: passing('operator'),
  dns: passing('operator'),
  tls: passing('operator'),
  timeout: passing('operator'),
  network: passing('operator'),
  too_large: passing('operator'),
  not_allowed: passing('operator'),
  not_json: passing('operator'),
  empty: passing('operator'),
  // What the mail servers say.
  smtp_off_for_tenant: passing('administrator', {
    command: 'Set-TransportConfig -SmtpClientAuthenticationDisabled $false',
  }),
  smtp_off_for_mailbox: passing('administrator', {
    command: 'Set-CASMailbox -Identity {email} -SmtpClientAuthenticationDisabled $false',
  }),
  imap_off_for_mailbox: passing('administrator', {
    command: 'Set-CASMailbox -Identity {email} -ImapEnabled $true -PopEnabled $true',
  }),
  password_sign_in_off: passing('administrator'),
  token_refused: passing('nobody'),
  token_over: passing('nobody'),
  mailbox_not_opened: passing('administrator', {
    command:
      'Add-MailboxPermission -Identity {email} -User <delegate or service principal> -AccessRights FullAccess',
  }),
  app_only_not_set_up: passing('administrator', {
    command:
      'New-ServicePrincipal -AppId {clientId} -ObjectId <object ID of the enterprise application>\nAdd-MailboxPermission -Identity {email} -User <object ID of the enterprise application> -AccessRights FullAccess',
  }),
  send_as_denied: passing('administrator', {
    command:
      'Add-RecipientPermission -Identity {email} -Trustee <delegate or service principal> -AccessRights SendAs',
  }),
  too_many_connections: passing('nobody'),
  daily_limit: passing('nobody'),
  mailbox_full: passing('owner'),
  recipient_refused: passing('nobody'),
  mail_server_busy: passing('provider'),
  mail_server_refused: passing('administrator'),
} as const satisfies Record<Cause, Row>

export const CAUSE_NAMES = Object.keys(CAUSES) as Cause[]

/** A command or an address without what cannot be filled in is none. */
export function prescription(
  cause: Cause,
  patient: Patient,
): { command: string | null; url: string | null } {
  const row: Row = CAUSES[cause]
  return {
    command: filled(row.command, patient, quoted),
    url: filled(row.url, patient, encoded),
  }
}

function filled(
  template: string | undefined,
  patient: Patient,
  write: (value: string, name: string) => string,
): string | null {
  if (template === undefined) return null
  let whole = true
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: keyof Patient) => {
    const value = patient[name]
    if (value === undefined || value === '') whole = false
    return write(value ?? '', name)
  })
  return whole ? text : null
}

/**
 * As an argument of PowerShell. The value was typed by a person and will be pasted by another: what
 * is not plain goes into single quotes, where nothing but the quote (any of its forms) means a thing.
 */
const quoted = (value: string): string =>
  /^[\w@.-]+$/.test(value) ? value : `'${value.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`

const encoded = (value: string, name: string): string =>
  name === 'rootUrl' ? value.replace(/\/$/, '') : encodeURIComponent(value)
