/**
 * Below a form of settings: how many were changed, and the buttons that discard and save them. It
 * stays in sight while something is changed.
 */
import { Plural, Trans } from '@lingui/react/macro'
import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Failure } from '../parts/Failure.tsx'
import classes from './policy.module.css'

type Props = {
  count: number
  pending: boolean
  problem: Error | null
  /** Faults of these are shown at their fields. */
  fields: readonly string[]
  onDiscard: () => void
  /** What the button says, where a page has several. */
  save?: string
}

export function SaveBar({
  count,
  pending,
  problem,
  fields,
  onDiscard,
  save,
}: Props): React.ReactNode {
  return (
    <Paper withBorder p="sm" className={classes.bar} data-changed={count > 0 || undefined}>
      <Stack gap="xs">
        <Failure problem={problem} fields={fields} />
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed" component="output">
            {count === 0 ? (
              <Trans>Nothing changed yet.</Trans>
            ) : (
              <Plural value={count} one="# setting changed" other="# settings changed" />
            )}
          </Text>
          <Group gap="xs">
            <Button variant="default" disabled={count === 0} onClick={onDiscard}>
              <Trans>Discard</Trans>
            </Button>
            <Button type="submit" disabled={count === 0} loading={pending}>
              {save ?? <Trans>Save</Trans>}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Paper>
  )
}
