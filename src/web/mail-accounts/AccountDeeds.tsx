/**
 * What can be done about a mail account: switch it off or on, delete it. Each says what stops.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { useAction } from '../api/query.ts'
import type { MailAccount } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

export function AccountDeeds({ account }: { account: MailAccount }): React.ReactNode {
  const { t } = useLingui()
  const navigate = useNavigate()
  const params = { id: account.id }
  const enable = useAction('POST /mail-accounts/:id/enable')
  return (
    <Section title={t`Actions`}>
      <Group gap="xs">
        {account.state === 'disabled' ? (
          <Button
            size="xs"
            variant="default"
            loading={enable.isPending}
            onClick={() => enable.mutate({ params })}
          >
            <Trans>Enable</Trans>
          </Button>
        ) : (
          <Dangerous
            label={<Trans>Disable</Trans>}
            title={t`Disable a mail account`}
            deed={t`Disable`}
            run={() => call('POST /mail-accounts/:id/disable', { params })}
          >
            <Stops account={account} />
            <Text size="sm">
              <Trans>The tokens are kept and not used. After "Enable" they are used again.</Trans>
            </Text>
          </Dangerous>
        )}
        <Dangerous
          label={<Trans>Delete</Trans>}
          title={t`Delete a mail account`}
          deed={t`Delete for good`}
          run={() => call('DELETE /mail-accounts/:id', { params })}
          done={() => navigate({ to: '/administration/mail-accounts' })}
        >
          <Stops account={account} />
          <Text size="sm">
            <Trans>Its tokens are deleted: only a new Init. Token brings others.</Trans>
          </Text>
        </Dangerous>
      </Group>
      <Failure problem={enable.error} />
    </Section>
  )
}

function Stops({ account }: { account: MailAccount }): React.ReactNode {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        <Trans>
          Programs no longer reach the mailbox <Name of={account.email} />.
        </Trans>
      </Text>
      {account.users.length > 0 && (
        <Text size="sm">
          <Plural
            value={account.users.length}
            one="# person may use it."
            other="# people may use it."
          />
        </Text>
      )}
    </Stack>
  )
}
