/**
 * The error doctor for mail servers: the line with which IMAP, POP or SMTP refused → the cause.
 */
import type { Cause, Patient } from './cause.ts'
import { diagnose, diagnosis, type Diagnosis } from './diagnosis.ts'

type Protocol = 'imap' | 'pop' | 'smtp'
type Sign = { readonly said: RegExp; readonly by?: Protocol; readonly cause: Cause }

/**
 * The first that fits. Narrow ones stand above wide ones: half of what Exchange refuses is 5.7.139
 * or 5.7.3. Texts of Exchange Online, Gmail, Yahoo, Dovecot and Postfix.
 */
const SIGNS: readonly Sign[] = [
  { said: /SmtpClientAuthentication is disabled for the Tenant/i, cause: 'smtp_off_for_tenant' },
  { said: /SmtpClientAuthentication is disabled for the Mailbox/i, cause: 'smtp_off_for_mailbox' },
  { said: /5\.7\.139.*(security defaults|locked|conditional access)/i, cause: 'policy_blocks' },
  { said: /basic authentication is (disabled|not supported)/i, cause: 'password_sign_in_off' },
  { said: /5\.7\.60\b|SendAsDenied|send as this sender/i, cause: 'send_as_denied' },
  { said: /mailbox logon failure|STOREDRV; mailbox logon/i, cause: 'app_only_not_set_up' },
  { said: /User is authenticated but not connected/i, cause: 'mailbox_not_opened' },
  { said: /AccessTokenExpired|token (has )?expired/i, cause: 'token_over' },
  {
    said: /concurrent connections? limit|too many (simultaneous )?connections|sender thread limit/i,
    cause: 'too_many_connections',
  },
  {
    said: /^55[0-9] 5\.2\.0.*(submission|quota)|RecipientRateLimit|daily .*(limit|quota)/i,
    cause: 'daily_limit',
  },
  { said: /\b[45]\.2\.2\b|mailbox (is )?full|OVERQUOTA|over quota/i, cause: 'mailbox_full' },
  {
    said: /(imap|pop) (access )?is (disabled|not enabled)|not enabled for (imap|pop)/i,
    cause: 'imap_off_for_mailbox',
  },
  { said: /"status":\s*"(400|401|invalid_token)"/i, cause: 'token_refused' },
  { said: /"status":\s*"insufficient_scope"/i, cause: 'scopes_wrong' },
  { said: /^53[05]\b|\b5\.7\.(3|8|57)\b/i, by: 'smtp', cause: 'token_refused' },
  { said: /AUTHENTICATIONFAILED|AUTHENTICATE failed/i, by: 'imap', cause: 'token_refused' },
  { said: /^-ERR.*(\[AUTH\]|authentication failure|logon)/i, by: 'pop', cause: 'token_refused' },
  { said: /^55[0-9].*\b5\.1\.[0-9]{1,3}\b/i, by: 'smtp', cause: 'recipient_refused' },
  { said: /\[(UNAVAILABLE|SYS\/TEMP|INUSE|IN-USE)\]|^4\d\d\b/i, cause: 'mail_server_busy' },
]

/** @param said one line, or several joined by spaces, as the server wrote it */
export function diagnoseMail(by: Protocol, said: string, patient: Patient = {}): Diagnosis {
  const sign = SIGNS.find((one) => (one.by === undefined || one.by === by) && one.said.test(said))
  return diagnosis(sign?.cause ?? 'mail_server_refused', codeOf(said), { patient })
}

/** How far a sign-in at a mail server came, and what was said where it was over. */
export type MailFailure = {
  readonly stage: 'dns' | 'tls' | 'timeout' | 'network' | 'not_allowed' | 'sign_in' | 'mailbox'
  readonly said: string
}

/** A server that was never reached has said nothing that could be read. */
export const diagnoseMailFailure = (
  by: Protocol,
  { stage, said }: MailFailure,
  patient: Patient,
): Diagnosis =>
  stage === 'sign_in' || stage === 'mailbox'
    ? diagnoseMail(by, said, patient)
    : diagnose({ failure: stage }, patient)

/** `535 5.7.139`, `[UNAVAILABLE]`: what can be searched for, and nothing that the server made up. */
function codeOf(said: string): string | null {
  const [, reply, enhanced] = /^([245]\d\d)[ -](?:#?([245]\.\d{1,3}\.\d{1,3}))?/.exec(said) ?? []
  if (reply !== undefined) return enhanced === undefined ? reply : `${reply} ${enhanced}`
  return /\[[A-Z][A-Z/-]{1,30}\]/.exec(said)?.[0] ?? null
}
