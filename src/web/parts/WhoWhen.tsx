/**
 * Who, When: created and changed, by whom and when. Not editable.
 */
import { Trans } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { Ago } from './Ago.tsx'
import { Name } from './Name.tsx'

type Recorded = { createdAt: number; createdBy: string; updatedAt: number; updatedBy: string }

export function WhoWhen({ of }: { of: Recorded }): React.ReactNode {
  return (
    <Text size="xs" c="dimmed">
      <Trans>
        Created <Ago at={of.createdAt} /> by <Name of={of.createdBy} />
      </Trans>
      <br />
      <Trans>
        Changed <Ago at={of.updatedAt} /> by <Name of={of.updatedBy} />
      </Trans>
    </Text>
  )
}
