/**
 * The window that changes the main password.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { NewPasswordField } from '../parts/NewPasswordField.tsx'
import { WRONG_WORDS } from '../sign-in/words.ts'
import { Window } from '../parts/Window.tsx'
import { tell } from '../parts/tell.ts'

type Props = { opened: boolean; onClose: () => void; minimum: number }

export function PasswordWindow({ opened, onClose, minimum }: Props): React.ReactNode {
  const { t } = useLingui()
  return (
    <Window opened={opened} onClose={onClose} title={t`Change password`}>
      <PasswordForm onClose={onClose} minimum={minimum} />
    </Window>
  )
}

function PasswordForm({ onClose, minimum }: Omit<Props, 'opened'>): React.ReactNode {
  const { t } = useLingui()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useAction('PUT /me/password', () => {
    tell(t`Your password was changed. Your other sessions have ended.`)
    onClose()
  })
  const fault = useFaults(change.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate({ body: { current, password } })
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          <Trans>All your browser sessions but this one end.</Trans>
        </Text>
        <PasswordInput
          label={t`Current password`}
          autoComplete="current-password"
          required
          data-autofocus
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={fault('current')}
          visibilityToggleButtonProps={{ 'aria-label': t`Show or hide the password`, tabIndex: 0 }}
        />
        <NewPasswordField
          value={password}
          minimum={minimum}
          onChange={setPassword}
          error={fault('password')}
        />
        <Failure problem={change.error} words={WRONG_WORDS} fields={['current', 'password']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={change.isPending}>
            <Trans>Change password</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
