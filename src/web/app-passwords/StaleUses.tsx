/**
 * Programs that still send a password that has ended: which, from where, how often.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { Application, StaleUse } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { day } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { clientName } from '../words/applications.ts'

type Props = {
  uses: readonly StaleUse[]
  /** Offers a new one for that application. */
  onReplace?: (application: Application) => void
  onDismiss?: (appPasswordId: string) => void
}

export function StaleUses({ uses, onReplace, onDismiss }: Props): React.ReactNode {
  const { i18n } = useLingui()
  return uses.map((use) => {
    const ended = day(use.endedAt, i18n.locale)
    const client = clientName(use, i18n)
    return (
      <Alert key={use.appPasswordId} color="orange">
        <Stack gap="xs">
          <Text size="sm">
            {use.ended === 'revoked' ? (
              <Trans>
                <Name of={client} /> at <Name of={use.ip} /> still sends the application password{' '}
                <Name of={use.name} />, which was deleted on {ended}.
              </Trans>
            ) : (
              <Trans>
                <Name of={client} /> at <Name of={use.ip} /> still sends the application password{' '}
                <Name of={use.name} />, which ended on {ended}.
              </Trans>
            )}{' '}
            <Plural value={use.uses} one="# time" other="# times" />, <Ago at={use.lastAt} />.
          </Text>
          {(onReplace ?? onDismiss) && (
            <Group gap="xs">
              {onReplace && (
                <Button size="xs" variant="default" onClick={() => onReplace(use.application)}>
                  <Trans>Create a new one for it</Trans>
                </Button>
              )}
              {onDismiss && (
                <Button size="xs" variant="subtle" onClick={() => onDismiss(use.appPasswordId)}>
                  <Trans>Put this away</Trans>
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </Alert>
    )
  })
}
