/**
 * An address at which there is no page.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { SmallPage } from '../parts/SmallPage.tsx'

export function NotFoundPage(): React.ReactNode {
  const { t } = useLingui()
  return (
    <SmallPage
      title={t`There is no page at this address`}
      about={<Trans>It may have been mistyped, or belong to something that was deleted.</Trans>}
    >
      <Anchor component={Link} to="/">
        <Trans>Go to your start page</Trans>
      </Anchor>
    </SmallPage>
  )
}
