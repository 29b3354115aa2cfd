/**
 * What can be done to the users that are selected. It stays in sight while the table scrolls.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Paper, Text } from '@mantine/core'
import { useState } from 'react'
import type { BulkJob } from '../api/types.ts'
import { BulkWindow } from './BulkWindow.tsx'
import classes from './SelectionBar.module.css'
import type { Selection } from './selection.ts'

const DEEDS = [
  'enable',
  'disable',
  'require_second_factor',
  'group_add',
  'group_remove',
  'settings',
] as const satisfies readonly BulkJob['deed'][]

type Props = { selection: Selection; total: number; onBegun: (job: BulkJob) => void }

export function SelectionBar({ selection, total, onBegun }: Props): React.ReactNode {
  const { t } = useLingui()
  const [deed, setDeed] = useState<BulkJob['deed'] | null>(null)
  if (selection.count === 0) return null
  const words: Record<BulkJob['deed'], string> = {
    enable: t`Enable`,
    disable: t`Disable`,
    require_second_factor: t`Require second factor`,
    group_add: t`Add to a group`,
    group_remove: t`Take out of a group`,
    settings: t`Manage user settings`,
  }
  return (
    <Paper
      component="section"
      withBorder
      p="xs"
      className={classes.bar}
      aria-label={t`Selected users`}
    >
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={500} component="output">
            <Plural value={selection.count} one="# selected" other="# selected" />
          </Text>
          {selection.count < total && (
            <Button size="compact-xs" variant="subtle" onClick={() => selection.selectAll()}>
              <Plural
                value={total}
                one="Select the one that matches"
                other="Select all # that match"
              />
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" onClick={() => selection.clear()}>
            <Trans>Select nobody</Trans>
          </Button>
        </Group>
        <Group gap="xs">
          {DEEDS.map((one) => (
            <Button key={one} size="xs" variant="default" onClick={() => setDeed(one)}>
              {words[one]}
            </Button>
          ))}
        </Group>
      </Group>
      {deed && (
        <BulkWindow
          deed={deed}
          selected={selection.sent}
          onClose={() => setDeed(null)}
          onBegun={(job) => {
            setDeed(null)
            onBegun(job)
          }}
        />
      )}
    </Paper>
  )
}
