/**
 * The name, and then a password or the provider that the name's domain leads to.
 *
 * Where no domain leads anywhere, the password is asked for at once: a step for nothing is none.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Language, SignInOffers } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useGoOn } from './go-on.ts'
import { ProviderWay } from './ProviderWay.tsx'
import { usePasskeyOffer } from './passkey-sign-in.ts'
import type { useWay } from './way.ts'
import { SIGN_IN_WORDS } from './words.ts'

type Props = {
  offers: SignInOffers
  name: string
  onName: (name: string) => void
} & ReturnType<typeof useWay>

export function NameForm({ offers, name, onName, way, look }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  // Of a person who is made here by the first sign-in.
  const language = i18n.locale as Language
  const signIn = useAction('POST /session', useGoOn())
  const [password, setPassword] = useState('')
  const passwordField = useRef<HTMLInputElement>(null)
  usePasskeyOffer(offers.passkeys)
  const asksForPassword = way?.password ?? false
  // The person has just asked for what comes after the name.
  useEffect(() => {
    if (look.data?.password) passwordField.current?.focus()
  }, [look.data])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (way === null) look.mutate(name)
        else if (way.password) signIn.mutate({ body: { name, password, language } })
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t`User name or e-mail`}
          name="username"
          // Passkeys stand in the same list as names.
          autoComplete={offers.passkeys ? 'username webauthn' : 'username'}
          autoCapitalize="none"
          spellCheck={false}
          required
          value={name}
          onChange={(event) => onName(event.currentTarget.value)}
        />
        {asksForPassword && (
          <PasswordInput
            ref={passwordField}
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
        )}
        <Failure problem={look.error ?? signIn.error} words={SIGN_IN_WORDS} />
        {way?.provider && <ProviderWay provider={way.provider} name={name} />}
        {way === null && (
          <Button type="submit" loading={look.isPending} fullWidth>
            <Trans>Next</Trans>
          </Button>
        )}
        {asksForPassword && (
          <Button
            type="submit"
            variant={way?.provider ? 'default' : 'filled'}
            loading={signIn.isPending}
            fullWidth
          >
            <Trans>Sign in</Trans>
          </Button>
        )}
      </Stack>
    </form>
  )
}
