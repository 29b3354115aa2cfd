/**
 * Asks once before something ends: a title, what will end, and a button that names the deed.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Group, Stack } from '@mantine/core'
import { Failure } from './Failure.tsx'
import { Window } from './Window.tsx'

type Props = {
  opened: boolean
  onClose: () => void
  title: string
  /** What the button says: the deed, never "OK". */
  deed: string
  onConfirm: () => void
  pending?: boolean
  problem?: Error | null
  children: React.ReactNode
}

export function ConfirmWindow(props: Props): React.ReactNode {
  return (
    <Window opened={props.opened} onClose={props.onClose} title={props.title}>
      <Stack gap="md">
        <div>{props.children}</div>
        <Failure problem={props.problem ?? null} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            <Trans>Cancel</Trans>
          </Button>
          <Button color="red.9" onClick={props.onConfirm} loading={props.pending ?? false}>
            {props.deed}
          </Button>
        </Group>
      </Stack>
    </Window>
  )
}
