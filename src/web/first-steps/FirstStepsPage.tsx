/**
 * First sign-in: "More information required", the second factor, recovery codes, and the first
 * application password.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { nextPath } from '../api/next-path.ts'
import type { TotpSetUp } from '../api/types.ts'
import { useSignOut } from '../frame/sign-out.ts'
import { SmallPage } from '../parts/SmallPage.tsx'
import { FirstAppPassword } from './FirstAppPassword.tsx'
import { MethodStep } from './MethodStep.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Step } from './Step.tsx'
import { VerifyStep } from './VerifyStep.tsx'

type At =
  | { at: 'start' }
  | { at: 'method' }
  | { at: 'verify'; begun: TotpSetUp }
  | { at: 'codes' }
  | { at: 'app_password' }

const STEPS = 4

export function FirstStepsPage(): React.ReactNode {
  const { t } = useLingui()
  const [step, setStep] = useState<At>({ at: 'start' })
  const navigate = useNavigate()
  const { next } = useSearch({ strict: false }) as { next?: string }
  const done = (): void => void navigate({ href: nextPath(next) ?? '/profile' })
  switch (step.at) {
    case 'start':
      return <Start onStart={() => setStep({ at: 'method' })} />
    case 'method':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <Step number={1} of={STEPS} title={t`Choose a second factor`}>
            <MethodStep onBegun={(begun) => setStep({ at: 'verify', begun })} />
          </Step>
        </SmallPage>
      )
    case 'verify':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <Step number={2} of={STEPS} title={t`Connect your authenticator app`}>
            <VerifyStep
              begun={step.begun}
              onVerified={() => setStep({ at: 'codes' })}
              onBack={() => setStep({ at: 'method' })}
            />
          </Step>
        </SmallPage>
      )
    case 'codes':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <Step number={3} of={STEPS} title={t`Keep your recovery codes`}>
            <RecoveryCodes onKept={() => setStep({ at: 'app_password' })} />
          </Step>
        </SmallPage>
      )
    case 'app_password':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <Step number={4} of={STEPS} title={t`Your first application password`}>
            <FirstAppPassword onDone={done} />
          </Step>
        </SmallPage>
      )
  }
}

function Start({ onStart }: { onStart: () => void }): React.ReactNode {
  const { t } = useLingui()
  const signOut = useSignOut()
  return (
    <SmallPage title={t`More information required`}>
      <Stack gap="md">
        <Text size="sm">
          <Trans>
            Your organisation asks for a second factor, so that your password alone opens nothing.
            Setting it up takes about three minutes; have your phone at hand.
          </Trans>
        </Text>
        <Button onClick={onStart} fullWidth>
          <Trans>Set it up now</Trans>
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={signOut}>
          <Trans>Sign in as somebody else</Trans>
        </Anchor>
      </Stack>
    </SmallPage>
  )
}
