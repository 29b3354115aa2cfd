/**
 * The state of a user, as a word with a colour.
 */
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@mantine/core'
import type { UserState } from '../api/types.ts'
import { STATE_COLOURS, STATE_WORDS } from '../words/people.ts'

export function StateBadge({ state }: { state: UserState }): React.ReactNode {
  const { i18n } = useLingui()
  return (
    <Badge color={STATE_COLOURS[state]} variant="light">
      {i18n._(STATE_WORDS[state])}
    </Badge>
  )
}
