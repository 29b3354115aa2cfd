/**
 * The state of a mail account in one word and colour, its reason on hover.
 */
import { useLingui } from '@lingui/react'
import { Badge } from '@mantine/core'
import type { AccountState, MailAccount } from '../api/types.ts'
import { whatHappened } from '../words/causes.ts'
import { ACCOUNT_STATE_WORDS, STATE_ABOUT } from '../words/mail-accounts.ts'

const COLOURS: Record<AccountState, string> = {
  new: 'blue',
  active: 'green',
  degraded: 'yellow',
  reconsent: 'red',
  disabled: 'gray',
}

export function AccountStateBadge({ account }: { account: MailAccount }): React.ReactNode {
  const { i18n } = useLingui()
  const { state, diagnosis } = account
  const about = diagnosis ? whatHappened(diagnosis, i18n) : i18n._(STATE_ABOUT[state])
  return (
    <Badge color={COLOURS[state]} variant="light" title={about}>
      {i18n._(ACCOUNT_STATE_WORDS[state])}
    </Badge>
  )
}
