/**
 * The state of a mail account in the list: its reason, the alarm of its application, and whether
 * somebody who signed in waits to be confirmed.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Badge, Box, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Diagnosis, MailAccount } from '../api/types.ts'
import { whatHappened } from '../words/causes.ts'
import { OUTCOME_WORDS } from '../words/mail-accounts.ts'
import { AccountStateBadge } from './AccountStateBadge.tsx'

type Props = { account: MailAccount; alarm: Diagnosis | null }

export function AccountStateCell({ account, alarm }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const { diagnosis } = account
  const wrong = [diagnosis, alarm?.cause === diagnosis?.cause ? null : alarm]
  const waits = account.unconfirmedInit !== null && account.state !== 'disabled'
  return (
    // A sentence in a narrow column is hard to read.
    <Box miw={{ base: 0, lg: '8rem' }}>
      <Group gap={4}>
        <AccountStateBadge account={account} alarm={alarm} />
        {waits && (
          <Badge color="yellow" variant="light" title={i18n._(OUTCOME_WORDS.confirm_delegate)}>
            <Trans>to confirm</Trans>
          </Badge>
        )}
      </Group>
      {wrong.map(
        (one) =>
          one && (
            <Text key={one.cause} size="xs">
              {whatHappened(one, i18n)}
            </Text>
          ),
      )}
      {waits && (
        <Anchor
          component={Link}
          to="/administration/mail-accounts/$accountId"
          params={{ accountId: account.id } as never}
          size="xs"
          fw={500}
        >
          <Trans>Confirm who signed in</Trans>
        </Anchor>
      )}
    </Box>
  )
}
