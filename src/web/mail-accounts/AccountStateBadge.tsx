/**
 * The state of a mail account in one word and colour, its reason on hover. That the provider refuses
 * its application is no state of the account, but nothing works meanwhile.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Group } from '@mantine/core'
import type { AccountState, Diagnosis, MailAccount } from '../api/types.ts'
import { whatHappened } from '../words/causes.ts'
import { ACCOUNT_STATE_WORDS, STATE_ABOUT } from '../words/mail-accounts.ts'

const COLOURS: Record<AccountState, string> = {
  new: 'blue',
  active: 'green',
  degraded: 'yellow',
  reconsent: 'red',
  disabled: 'gray',
}

type Props = {
  account: Pick<MailAccount, 'state' | 'diagnosis'>
  /** Of its application. */
  alarm?: Diagnosis | null
}

export function AccountStateBadge({ account, alarm = null }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const { state, diagnosis } = account
  const about = diagnosis ? whatHappened(diagnosis, i18n) : i18n._(STATE_ABOUT[state])
  return (
    <Group gap={4}>
      <Badge
        color={state === 'active' && alarm ? 'gray' : COLOURS[state]}
        variant="light"
        title={about}
      >
        {i18n._(ACCOUNT_STATE_WORDS[state])}
      </Badge>
      {alarm && (
        <Badge color="red" variant="light" title={whatHappened(alarm, i18n)}>
          <Trans>application refused</Trans>
        </Badge>
      )}
    </Group>
  )
}
