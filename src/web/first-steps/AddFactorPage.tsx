/**
 * Adding a second factor from the profile: the same steps, without the application password.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { FactorSteps } from './FactorSteps.tsx'

export function AddFactorPage(): React.ReactNode {
  const { t } = useLingui()
  const profile = useQuery(reading('GET /me'))
  return (
    <Page
      title={t`Add a second factor`}
      actions={
        <Button variant="default" component={Link} to="/profile">
          <Trans>Back to the profile</Trans>
        </Button>
      }
    >
      <Paper withBorder p={{ base: 'sm', sm: 'lg' }} maw="38rem">
        <Loaded query={profile}>{({ user }) => <Steps codesLeft={user.recoveryCodes} />}</Loaded>
      </Paper>
    </Page>
  )
}

function Steps({ codesLeft }: { codesLeft: number }): React.ReactNode {
  const session = useQuery(sessionReading()).data
  // Fixed when the page opens: making codes during the steps must not change how many there are.
  const [needsCodes] = useState(codesLeft === 0)
  const navigate = useNavigate()
  return (
    session && (
      <FactorSteps
        session={session}
        needsCodes={needsCodes}
        more={0}
        onDone={() => void navigate({ to: '/profile' })}
      />
    )
  )
}
