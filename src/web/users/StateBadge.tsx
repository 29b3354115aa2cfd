/**
 * The state of a user, as a word with a colour.
 */
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@mantine/core'
import type { User } from '../api/types.ts'
import { shownState, STATE_COLOURS, STATE_WORDS } from '../words/people.ts'

export function StateBadge({ user }: { user: Pick<User, 'state' | 'liveness'> }): React.ReactNode {
  const { i18n } = useLingui()
  const shown = shownState(user)
  return (
    <Badge color={STATE_COLOURS[shown]} variant="light">
      {i18n._(STATE_WORDS[shown])}
    </Badge>
  )
}
