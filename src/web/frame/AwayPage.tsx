/**
 * Instead of a page that cannot be shown: the server does not answer, or the page has a mistake.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { asProblem } from '../api/problem.ts'
import { queryClient } from '../api/query.ts'
import { Failure } from '../parts/Failure.tsx'
import { SmallPage } from '../parts/SmallPage.tsx'

export function AwayPage({ error }: { error: unknown }): React.ReactNode {
  const { t } = useLingui()
  const router = useRouter()
  const again = (): void => {
    queryClient.clear()
    void router.invalidate()
  }
  return (
    <SmallPage title={t`This page cannot be shown now`}>
      <Failure problem={asProblem(error)} />
      <Button onClick={again}>
        <Trans>Try again</Trans>
      </Button>
    </SmallPage>
  )
}
