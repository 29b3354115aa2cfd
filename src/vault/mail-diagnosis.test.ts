import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseMail } from './mail-diagnosis.ts'

type Case = [protocol: 'imap' | 'pop' | 'smtp', said: string, cause: string, code: string | null]
const CAPTURED: Case[] = [
  [
    'smtp',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [x.prod.outlook.com]',
    'smtp_off_for_tenant',
    '535 5.7.139',
  ],
  [
    'smtp',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    'smtp_off_for_mailbox',
    '535 5.7.139',
  ],
  [
    'smtp',
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [x]',
    'password_sign_in_off',
    '535 5.7.139',
  ],
  [
    'smtp',
    '550 5.7.30 Basic authentication is not supported for Client Submission.',
    'password_sign_in_off',
    '550 5.7.30',
  ],
  [
    'smtp',
    '535 5.7.139 Authentication unsuccessful, user is locked by your organization’s security defaults policy.',
    'policy_blocks',
    '535 5.7.139',
  ],
  [
    'smtp',
    '535 5.7.3 Authentication unsuccessful [FR0P281.DEUP281.PROD.OUTLOOK.COM]',
    'token_refused',
    '535 5.7.3',
  ],
  ['smtp', '530 5.7.57 Client not authenticated to send mail.', 'token_refused', '530 5.7.57'],
  [
    'smtp',
    '535-5.7.8 Username and Password not accepted. For more information, go to',
    'token_refused',
    '535 5.7.8',
  ],
  [
    'smtp',
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    'send_as_denied',
    '550 5.7.60',
  ],
  [
    'smtp',
    '554 5.2.252 SendAsDenied; a@x not allowed to send as b@x',
    'send_as_denied',
    '554 5.2.252',
  ],
  [
    'smtp',
    '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending',
    'too_many_connections',
    '432 4.3.2',
  ],
  [
    'smtp',
    '430 4.2.0 STOREDRV; mailbox logon failure; failed to process message',
    'app_only_not_set_up',
    '430 4.2.0',
  ],
  ['smtp', '554 5.2.2 mailbox full', 'mailbox_full', '554 5.2.2'],
  [
    'smtp',
    '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
    'daily_limit',
    '554 5.2.0',
  ],
  ['smtp', '550 5.1.1 <x@y>: Recipient address rejected', 'recipient_refused', '550 5.1.1'],
  ['smtp', '451 4.7.500 Server busy. Please try again later', 'mail_server_busy', '451 4.7.500'],
  ['imap', 'A2 BAD User is authenticated but not connected.', 'mailbox_not_opened', null],
  ['imap', '* BYE Session invalidated - AccessTokenExpired', 'token_over', null],
  ['imap', 'A01 NO AUTHENTICATE failed.', 'token_refused', null],
  [
    'imap',
    'A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    'token_refused',
    '[AUTHENTICATIONFAILED]',
  ],
  [
    'imap',
    '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}',
    'token_refused',
    null,
  ],
  ['imap', '{"status":"insufficient_scope","scope":"mail"}', 'scopes_wrong', null],
  [
    'imap',
    '* NO [ALERT] Too many simultaneous connections. (Failure)',
    'too_many_connections',
    '[ALERT]',
  ],
  ['imap', 'A1 NO [UNAVAILABLE] Temporary failure', 'mail_server_busy', '[UNAVAILABLE]'],
  ['imap', 'A1 NO [OVERQUOTA] Quota exceeded', 'mailbox_full', '[OVERQUOTA]'],
  ['pop', '-ERR Authentication failure: unknown user name or bad password.', 'token_refused', null],
  ['pop', '-ERR [SYS/TEMP] try later', 'mail_server_busy', '[SYS/TEMP]'],
  ['imap', 'A1 NO something else', 'mail_server_refused', null],
  ['smtp', '', 'mail_server_refused', null],
]

describe('the error doctor for mail servers', () => {
  for (const [protocol, said, cause, code] of CAPTURED)
    it(`${protocol}: ${said.slice(0, 70)}`, () => {
      const found = diagnoseMail(protocol, said)
      assert.deepEqual([found.cause, found.code], [cause, code])
      assert.notEqual(found.kind, 'definite', 'a mail server never ends a grant')
    })
})
