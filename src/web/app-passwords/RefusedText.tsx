/**
 * Why no application password can be created now, and what would change that.
 */
import { Trans } from '@lingui/react/macro'
import type { Profile } from '../api/types.ts'

type Props = { refused: NonNullable<Profile['appPasswordsRefused']>; most: number }

export function RefusedText({ refused, most }: Props): React.ReactNode {
  switch (refused) {
    case 'none_allowed':
      return (
        <Trans>
          The administrator has switched application passwords off: none can be created. Ask your
          administrator if you need one.
        </Trans>
      )
    case 'second_factor_missing':
      return (
        <Trans>
          Application passwords need a second factor, and you have none yet. Add one under "Second
          factors", then create an application password.
        </Trans>
      )
    case 'too_many':
      return (
        <Trans>
          You have {most} valid application passwords, which is the most a person can have. Delete
          one that you no longer use.
        </Trans>
      )
  }
}
