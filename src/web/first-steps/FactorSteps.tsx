/**
 * The steps of a new second factor: choose it, show that it works, keep recovery codes.
 */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Session } from '../api/types.ts'
import type { Begun } from './begun.ts'
import { MethodStep } from './MethodStep.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Step } from './Step.tsx'
import { VerifyStep } from './VerifyStep.tsx'

type At = { at: 'method' } | { at: 'verify'; begun: Begun } | { at: 'codes' }
type Props = {
  session: Pick<Session, 'kinds' | 'user'>
  /** Whether the person has no recovery codes yet. */
  needsCodes: boolean
  /** Steps that follow these. */
  more: number
  onDone: () => void
}

export function FactorSteps({ session, needsCodes, more, onDone }: Props): React.ReactNode {
  const { t } = useLingui()
  const [step, setStep] = useState<At>({ at: 'method' })
  const of = (needsCodes ? 3 : 2) + more
  const titles: Record<Begun['kind'], string> = {
    totp: t`Connect your authenticator app`,
    webauthn: t`Set up your passkey or security key`,
    email: t`Type the code from the e-mail`,
    sms: t`Type the code from the SMS`,
  }
  switch (step.at) {
    case 'method':
      return (
        <Step key="method" number={1} of={of} title={t`Choose a second factor`}>
          <MethodStep session={session} onBegun={(begun) => setStep({ at: 'verify', begun })} />
        </Step>
      )
    case 'verify':
      return (
        <Step key="verify" number={2} of={of} title={titles[step.begun.kind]}>
          <VerifyStep
            begun={step.begun}
            onVerified={() => (needsCodes ? setStep({ at: 'codes' }) : onDone())}
            onBack={() => setStep({ at: 'method' })}
          />
        </Step>
      )
    case 'codes':
      return (
        <Step key="codes" number={3} of={of} title={t`Keep your recovery codes`}>
          <RecoveryCodes onKept={onDone} />
        </Step>
      )
  }
}
