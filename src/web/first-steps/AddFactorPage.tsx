/**
 * Adding a second factor from the profile: the same steps, without the application password.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading } from '../api/query.ts'
import type { TotpSetUp } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { MethodStep } from './MethodStep.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Step } from './Step.tsx'
import { VerifyStep } from './VerifyStep.tsx'

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

type At = { at: 'method' } | { at: 'verify'; begun: TotpSetUp } | { at: 'codes' }

function Steps({ codesLeft }: { codesLeft: number }): React.ReactNode {
  const { t } = useLingui()
  const [step, setStep] = useState<At>({ at: 'method' })
  // Fixed when the page opens: making codes during the steps must not change how many there are.
  const [needsCodes] = useState(codesLeft === 0)
  const navigate = useNavigate()
  const of = needsCodes ? 3 : 2
  const done = (): void => void navigate({ to: '/profile' })
  switch (step.at) {
    case 'method':
      return (
        <Step number={1} of={of} title={t`Choose a second factor`}>
          <MethodStep onBegun={(begun) => setStep({ at: 'verify', begun })} />
        </Step>
      )
    case 'verify':
      return (
        <Step number={2} of={of} title={t`Connect your authenticator app`}>
          <VerifyStep
            begun={step.begun}
            onVerified={() => (needsCodes ? setStep({ at: 'codes' }) : done())}
            onBack={() => setStep({ at: 'method' })}
          />
        </Step>
      )
    case 'codes':
      return (
        <Step number={3} of={of} title={t`Keep your recovery codes`}>
          <RecoveryCodes onKept={done} />
        </Step>
      )
  }
}
