/**
 * Asks once before an application password that was not copied is gone for good.
 */
import { Trans } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'

type Props = { onStay: () => void; onLeave: () => void }

export function Leaving({ onStay, onLeave }: Props) {
  return (
    <Alert color="red" role="alert">
      <Stack gap="sm">
        <Text size="sm">
          <Trans>
            You have not copied the application password. Once it is out of sight, nobody can show
            it again.
          </Trans>
        </Text>
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={onStay}>
            <Trans>Stay</Trans>
          </Button>
          <Button color="red.9" size="xs" onClick={onLeave}>
            <Trans>Close anyway</Trans>
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
