/**
 * What can be done about a mail account: switch it off or on, delete it. Each says what stops.
 */
import { i18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../api/call.ts'
import { useAction } from '../api/query.ts'
import type { MailAccount, Revocation } from '../api/types.ts'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { tell, warn } from '../parts/tell.ts'
import { whatHappened } from '../words/causes.ts'

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
          run={async () => sayRevocation(await call('DELETE /mail-accounts/:id', { params }))}
          done={() => navigate({ to: '/administration/mail-accounts' })}
        >
          <Stops account={account} />
          <Text size="sm">
            <Trans>
              Its tokens are deleted, and ended at the provider where it has a way for that. Only a
              new Init. Token brings others.
            </Trans>
          </Text>
        </Dangerous>
      </Group>
      <Failure problem={enable.error} />
    </Section>
  )
}

/** The account is gone; what the provider made of it is said once. */
function sayRevocation({ revocation, diagnosis }: Revocation): void {
  if (revocation === 'revoked') tell(i18n._(msg`The provider has ended the permission.`))
  if (revocation === 'in_use')
    tell(i18n._(msg`At the provider the permission goes on: another mail account lives on it.`))
  if (revocation !== 'failed') return
  const why = diagnosis ? whatHappened(diagnosis, i18n) : ''
  warn(
    i18n._(
      msg`The mail account was deleted, but the permission may go on at the provider: ${why} Its owner can end it there.`,
    ),
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
