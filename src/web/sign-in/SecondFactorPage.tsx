/**
 * The second factor: the person's ways to give it, the last used first.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Checkbox, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { useDeed } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import { useSignOut } from '../frame/sign-out.ts'
import { Failure } from '../parts/Failure.tsx'
import { duration } from '../parts/moments.ts'
import { SmallPage } from '../parts/SmallPage.tsx'
import { choiceKey, choicesOf, proofOf, type Choice } from './factor-choices.ts'
import { FactorFields } from './FactorFields.tsx'
import { OtherFactors } from './OtherFactors.tsx'
import { useGoOn } from './go-on.ts'
import { WRONG_WORDS } from './words.ts'

export function SecondFactorPage(): React.ReactNode {
  const { t } = useLingui()
  const session = useQuery(sessionReading()).data
  const [chosen, setChosen] = useState<Choice | null>(null)
  const [remember, setRemember] = useState(false)
  const choices = session ? choicesOf(session) : []
  const choice = chosen ?? choices[0] ?? { kind: 'totp' }
  const signOut = useSignOut()
  return (
    <SmallPage title={t`Second factor`} about={<About choice={choice} />}>
      <FactorForm
        key={choiceKey(choice)}
        choice={choice}
        chosen={chosen !== null}
        rememberFor={session?.rememberFor ?? 0}
        remember={remember}
        onRemember={setRemember}
      />
      <OtherFactors choices={choices} chosen={choice} onChoose={setChosen}>
        <Anchor component="button" type="button" size="sm" ta="start" onClick={signOut}>
          <Trans>Sign in as somebody else</Trans>
        </Anchor>
      </OtherFactors>
    </SmallPage>
  )
}

function About({ choice }: { choice: Choice }): React.ReactNode {
  switch (choice.kind) {
    case 'totp':
      return (
        <Trans>Open the authenticator app on your phone and type the six digits it shows.</Trans>
      )
    case 'webauthn':
      return (
        <Trans>
          Your browser asks for your passkey or security key: a fingerprint, a PIN, or a touch.
        </Trans>
      )
    case 'email':
      return <Trans>A code is sent to your e-mail address. It is good for ten minutes.</Trans>
    case 'sms':
      return <Trans>A code is sent to your phone. It is good for ten minutes.</Trans>
    case 'recovery_code':
      return <Trans>Type one of the recovery codes that you kept. Each one works once.</Trans>
  }
}

type FormProps = {
  choice: Choice
  chosen: boolean
  /** Seconds; 0: a browser cannot be remembered. */
  rememberFor: number
  remember: boolean
  onRemember: (remember: boolean) => void
}

function FactorForm(props: FormProps): React.ReactNode {
  const { choice, chosen, rememberFor, remember, onRemember } = props
  const { t, i18n } = useLingui()
  const [code, setCode] = useState('')
  const give = useDeed(async () => {
    const body = { kind: choice.kind, ...(await proofOf(choice, code)), remember }
    return await call('POST /session/second-factor', { body })
  }, useGoOn())
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate()
      }}
    >
      <Stack gap="md">
        <FactorFields choice={choice} code={code} onChange={setCode} focused={chosen} />
        {rememberFor > 0 && (
          <Checkbox
            label={t`Do not ask again in this browser for ${duration(rememberFor, i18n.locale)}`}
            description={t`Only on a device that is yours. You can take it back in the profile.`}
            checked={remember}
            onChange={(event) => onRemember(event.currentTarget.checked)}
          />
        )}
        <Failure problem={give.error} words={WRONG_WORDS} />
        <Button type="submit" loading={give.isPending} fullWidth>
          {choice.kind === 'webauthn' ? t`Use passkey or security key` : t`Go on`}
        </Button>
      </Stack>
    </form>
  )
}
