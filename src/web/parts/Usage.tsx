/**
 * How much of a quota is used; a quota of 0 is no limit, null is not known here.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Progress, Stack, Text } from '@mantine/core'
import { size } from './moments.ts'

const NEARLY_FULL = 90

export function Usage({ used, quota }: { used: number; quota: number | null }): React.ReactNode {
  const { t, i18n } = useLingui()
  const shown = size(used, i18n.locale)
  if (quota === null)
    return (
      <Text size="sm">
        <Trans>{shown} used</Trans>
      </Text>
    )
  if (quota === 0)
    return (
      <Text size="sm">
        <Trans>{shown} used, no limit</Trans>
      </Text>
    )
  const percent = Math.min(100, (100 * used) / quota)
  return (
    <Stack gap={4} maw="16rem">
      <Text size="sm">
        <Trans>
          {shown} of {size(quota, i18n.locale)} used
        </Trans>
      </Text>
      <Progress
        value={percent}
        size="sm"
        color={percent >= NEARLY_FULL ? 'red.8' : 'water.8'}
        aria-label={t`Share of the quota that is used`}
      />
    </Stack>
  )
}
