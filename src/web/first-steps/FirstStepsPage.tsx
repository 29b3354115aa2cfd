/**
 * First sign-in: "More information required", the second factor, recovery codes, and the first
 * application password. Later again, when the factors that are there no longer suffice.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { nextPath } from '../api/next-path.ts'
import { sessionReading } from '../api/session.ts'
import type { Session } from '../api/types.ts'
import { useSignOut } from '../frame/sign-out.ts'
import { SmallPage } from '../parts/SmallPage.tsx'
import { FactorSteps } from './FactorSteps.tsx'
import { FirstAppPassword } from './FirstAppPassword.tsx'
import { Step } from './Step.tsx'

export function FirstStepsPage(): React.ReactNode {
  const session = useQuery(sessionReading()).data
  return session && <Steps session={session} />
}

type At = 'start' | 'factor' | 'app_password'

/** @param props.session changes on the way; what it said when the page opened leads through it */
function Steps(props: { session: Session }): React.ReactNode {
  const { t } = useLingui()
  const [session] = useState(props.session)
  const [at, setAt] = useState<At>('start')
  const navigate = useNavigate()
  const { next } = useSearch({ strict: false }) as { next?: string }
  const done = (): void => void navigate({ href: nextPath(next) ?? '/profile' })
  // Who sets up anew is no newcomer: codes and application passwords are there.
  const again = session.factorsAgain
  const needsCodes = !session.methods.includes('recovery_code')
  const last = needsCodes ? 4 : 3
  switch (at) {
    case 'start':
      return <Start again={again} onStart={() => setAt('factor')} />
    case 'factor':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <FactorSteps
            session={session}
            needsCodes={needsCodes}
            more={again ? 0 : 1}
            onDone={() => (again ? done() : setAt('app_password'))}
          />
        </SmallPage>
      )
    case 'app_password':
      return (
        <SmallPage title={t`Set up your account`} wide>
          <Step number={last} of={last} title={t`Your first application password`}>
            <FirstAppPassword onDone={done} />
          </Step>
        </SmallPage>
      )
  }
}

function Start({ again, onStart }: { again: boolean; onStart: () => void }): React.ReactNode {
  const { t } = useLingui()
  const signOut = useSignOut()
  return (
    <SmallPage title={t`More information required`}>
      <Stack gap="md">
        <Text size="sm">
          {again ? (
            <Trans>
              Your organisation asks you to set up your second factor anew: the one that you have no
              longer suffices. Your application passwords stay as they are.
            </Trans>
          ) : (
            <Trans>
              Your organisation asks for a second factor, so that your password alone opens nothing.
              Setting it up takes about three minutes; have your phone at hand.
            </Trans>
          )}
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
