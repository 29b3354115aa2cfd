/**
 * What a one-time link asks for: the new password, and who one is where nobody has said it yet.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Language, Link } from '../api/types.ts'
import { LANGUAGE_NAMES, LANGUAGES, speak } from '../i18n.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { NewPasswordField } from '../parts/NewPasswordField.tsx'
import { useGoOn } from '../sign-in/go-on.ts'

type Props = { link: Link; token: string }

export function LinkForm({ link, token }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const makesAdministrator = link.kind.endsWith('_administrator')
  const [name, setName] = useState(link.userName ?? '')
  const [email, setEmail] = useState(link.email ?? '')
  const [password, setPassword] = useState('')
  const accept = useAction('POST /links/accept', useGoOn())
  const fault = useFaults(accept.error)
  const language = i18n.locale as Language
  const person = { name, email, language }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        accept.mutate({ body: { token, password, ...(makesAdministrator && person) } })
      }}
    >
      <Stack gap="md">
        {makesAdministrator ? (
          <>
            <TextInput
              label={t`User name`}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={fault('name')}
            />
            <TextInput
              label={t`E-mail`}
              type="email"
              autoComplete="email"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={fault('email')}
            />
            <NativeSelect
              label={t`Language`}
              value={language}
              data={LANGUAGES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] }))}
              onChange={(event) => void speak(event.currentTarget.value as Language, true)}
            />
          </>
        ) : (
          // Password managers keep the new password under the name that they find here.
          <input type="hidden" autoComplete="username" value={name} readOnly />
        )}
        <NewPasswordField
          value={password}
          minimum={link.passwordMinimum}
          onChange={setPassword}
          error={fault('password')}
        />
        <Failure problem={accept.error} fields={['name', 'email', 'password']} />
        <Button type="submit" loading={accept.isPending} fullWidth>
          <Trans>Set password and go on</Trans>
        </Button>
      </Stack>
    </form>
  )
}
