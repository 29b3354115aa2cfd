/**
 * What to read out, or to hand over, while an Init. Token waits for the owner.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Stack, Text } from '@mantine/core'
import type { TokenInitStart } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { moment } from '../parts/moments.ts'

export function InitStarted({ started }: { started: TokenInitStart }): React.ReactNode {
  const { t, i18n } = useLingui()
  if (started.how === 'nothing' || started.how === 'browser') return null
  const until = moment(started.expiresAt, i18n.locale)
  return (
    <Stack gap="xs">
      {started.how === 'device' ? (
        <>
          <CopyField label={t`The owner opens`} text={started.verificationUrl} />
          <CopyField label={t`and types this code`} text={started.userCode} large />
          <Text size="sm" c="dimmed">
            <Trans>The code works once, until {until}.</Trans>
          </Text>
        </>
      ) : (
        <>
          <CopyField label={t`Link for the owner`} text={started.url} />
          <Mailed mailed={started.mailed} />
          <Text size="sm" c="dimmed">
            <Trans>The link works until tokens have come, at the latest until {until}.</Trans>
          </Text>
        </>
      )}
    </Stack>
  )
}

function Mailed({ mailed }: { mailed: 'sent' | 'failed' | 'off' }): React.ReactNode {
  return (
    <Text size="sm">
      {mailed === 'sent' ? (
        <Trans>The link was mailed to the owner.</Trans>
      ) : mailed === 'failed' ? (
        <Trans>The mail could not be sent; the log says why. Hand the link over yourself.</Trans>
      ) : (
        <Trans>This server sends no mail: hand the link over yourself.</Trans>
      )}
    </Text>
  )
}
