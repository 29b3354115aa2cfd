/**
 * Signing in with name and main password.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import { Failure } from '../parts/Failure.tsx'
import { SmallPage } from '../parts/SmallPage.tsx'
import { useGoOn } from './go-on.ts'
import { SIGN_IN_WORDS } from './words.ts'

export function SignInPage(): React.ReactNode {
  const { t } = useLingui()
  const goOn = useGoOn()
  const setUpOpen = useQuery(sessionReading()).data?.setUpOpen ?? false
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useAction('POST /session', goOn)
  return (
    <SmallPage title={t`Sign in`}>
      {setUpOpen && (
        <Alert color="water" title={t`No administrator has been set up yet`}>
          <Trans>
            Open the link that Passerelle printed when it started: it sets up the first
            administrator.
          </Trans>
        </Alert>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          signIn.mutate({ body: { name, password } })
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t`User name or e-mail`}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label={t`Password`}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{
              'aria-label': t`Show or hide the password`,
              tabIndex: 0,
            }}
          />
          <Failure problem={signIn.error} words={SIGN_IN_WORDS} />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            <Trans>Sign in</Trans>
          </Button>
        </Stack>
      </form>
    </SmallPage>
  )
}
