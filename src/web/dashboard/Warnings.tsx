/**
 * What cannot wait: applications that a provider refuses, and the listener for old scanners.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Dashboard } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'

export function Warnings({ board }: { board: Dashboard }): React.ReactNode {
  const { t } = useLingui()
  if (board.alarms.length === 0 && !board.oldScanners) return null
  return (
    <Section title={t`Needs a look`}>
      {board.alarms.map((alarm) => (
        <ApplicationAlarm key={alarm.applicationId} alarm={alarm} />
      ))}
      {board.oldScanners && <OldScanners />}
    </Section>
  )
}

type Alarm = Dashboard['alarms'][number]

function ApplicationAlarm({ alarm }: { alarm: Alarm }): React.ReactNode {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        <Trans>
          The provider refuses the OAuth 2 application{' '}
          <Anchor
            component={Link}
            to="/administration/oauth-applications/$applicationId"
            params={{ applicationId: alarm.applicationId } as never}
            inherit
            underline="always"
          >
            <Name of={alarm.identifier} />
          </Anchor>
          . Its tokens are kept; none can be refreshed until this is mended.
        </Trans>{' '}
        {alarm.at !== null && (
          <Text span c="dimmed" inherit fw={400}>
            <Trans>
              Noticed <Ago at={alarm.at} />.
            </Trans>
          </Text>
        )}
      </Text>
      <DiagnosisView diagnosis={alarm.diagnosis} />
    </Stack>
  )
}

function OldScanners(): React.ReactNode {
  const { t } = useLingui()
  return (
    <Alert color="orange" title={t`The listener for old scanners is open`}>
      <Text size="sm">
        <Trans>
          Application passwords and mails cross the network there without TLS, or with TLS that can
          be broken. Only the networks in <code>PASSERELLE_OLD_SMTP_NETWORKS</code> reach it. When
          the last device that needs it is gone, take <code>PASSERELLE_OLD_SMTP_LISTEN</code> away
          and restart.
        </Trans>
      </Text>
    </Alert>
  )
}
