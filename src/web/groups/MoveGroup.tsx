/**
 * Moves a group before or behind its neighbour.
 */
import { useLingui } from '@lingui/react/macro'
import { Button, Group as Row } from '@mantine/core'
import { useAction } from '../api/query.ts'
import type { UserGroup as Group } from '../api/types.ts'
import { isolated } from '../parts/moments.ts'

export function MoveGroup({ group, of }: { group: Group; of: number }): React.ReactNode {
  const { t } = useLingui()
  const move = useAction('PATCH /groups/:id')
  const to = (position: number): void =>
    move.mutate({ params: { id: group.id }, body: { position } })
  const button = (sign: string, word: string, position: number): React.ReactNode => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`${word}: ${isolated(group.name)}`}
      title={word}
      disabled={position < 1 || position > of || move.isPending}
      onClick={() => to(position)}
    >
      <span aria-hidden>{sign}</span>
    </Button>
  )
  return (
    <Row gap={4} wrap="nowrap" justify="flex-end">
      {button('↑', t`Move up`, group.position - 1)}
      {button('↓', t`Move down`, group.position + 1)}
    </Row>
  )
}
