/**
 * The words for the time line of a mail account: what the details of an audit row mean.
 */
import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { AuditRow } from '../api/types.ts'
import { isolated } from '../parts/moments.ts'
import { reasonText } from './audit.ts'
import { ACCOUNT_STATE_WORDS } from './mail-accounts.ts'

const HOW_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  browser: msg`in the browser`,
  device: msg`by a device code`,
  link: msg`by a link for the owner`,
  own: msg`by a person, for a mailbox of theirs`,
}
const STEP_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  begun: msg`begun`,
  opened: msg`the link was opened`,
  done: msg`tokens stored`,
  confirm_delegate: msg`waits until an administrator confirms who signed in`,
  confirmed: msg`delegate confirmed`,
  declined: msg`declined: it was the wrong person`,
  wrong_person: msg`somebody else signed in`,
  missing_scopes: msg`not everything was granted`,
  refused: msg`refused`,
}

/** What happened, beside the action; nothing where the action says it all. */
export function timeLineText({ action, details }: AuditRow, i18n: I18n): string[] {
  const text = (name: string): string => String(details[name] ?? '')
  const words = (table: Readonly<Record<string, MessageDescriptor>>, name: string): string => {
    const found = table[text(name)]
    return found ? i18n._(found) : text(name)
  }
  if (action === 'mail_account.init')
    return [
      words(HOW_WORDS, 'how'),
      words(STEP_WORDS, 'step'),
      ...(details['as'] ? [i18n._(msg`signed in as ${isolated(text('as'))}`)] : []),
      ...(details['missing'] ? [i18n._(msg`missing: ${text('missing')}`)] : []),
    ].filter(Boolean)
  if (action === 'mail_account.state')
    return [
      `${words(ACCOUNT_STATE_WORDS, 'from')} → ${words(ACCOUNT_STATE_WORDS, 'to')}`,
      ...(details['reason'] ? [reasonText(text('reason'), i18n)] : []),
    ]
  if (action === 'mail_account.test')
    return details['what'] === 'message'
      ? [i18n._(msg`test message to ${isolated(text('to'))}`)]
      : [i18n._(msg`read the inbox`)]
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && value !== false)
    .map(([name, value]) => (value === true ? name : `${name}: ${isolated(String(value))}`))
}
