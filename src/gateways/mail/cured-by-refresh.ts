/**
 * Whether a mail server's refusal of a sign-in could be about the token, so that another one may
 * mend it. A refusal that nobody knows is one: it costs one refresh at most.
 */
import type { Cause } from '#vault/cause.ts'
import { diagnoseMail } from '#vault/mail-diagnosis.ts'

const CAUSES: ReadonlySet<Cause> = new Set<Cause>([
  'token_refused',
  'token_over',
  'mail_server_refused',
])

export const curedByRefresh = (by: 'imap' | 'pop' | 'smtp', said: string): boolean =>
  CAUSES.has(diagnoseMail(by, said).cause)
