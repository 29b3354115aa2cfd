/**
 * "Confirm it's you": the window before a sensitive action, when the last sign-in is too long ago.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import { confirmWith } from '../api/step-up.ts'
import { CodeField } from '../parts/CodeField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { WRONG_WORDS } from '../sign-in/words.ts'
import { Window } from '../parts/Window.tsx'

export function StepUpWindow(): React.ReactNode {
  const { t } = useLingui()
  const [opened, setOpened] = useState(false)
  const answer = useRef<(confirmed: boolean) => void>(() => {})
  useEffect(
    () =>
      confirmWith(
        () =>
          new Promise((resolve) => {
            answer.current = resolve
            setOpened(true)
          }),
      ),
    [],
  )
  const finish = (confirmed: boolean): void => {
    setOpened(false)
    answer.current(confirmed)
  }
  return (
    <Window
      opened={opened}
      onClose={() => finish(false)}
      title={t`Confirm that it is you`}
      zIndex={400}
    >
      <StepUpForm onConfirmed={() => finish(true)} onCancel={() => finish(false)} />
    </Window>
  )
}

type FormProps = { onConfirmed: () => void; onCancel: () => void }

function StepUpForm({ onConfirmed, onCancel }: FormProps): React.ReactNode {
  const { t } = useLingui()
  const asksForCode = useQuery(sessionReading()).data?.methods.includes('totp') ?? false
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const confirm = useAction('POST /session/confirm', onConfirmed)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate({ body: { password, ...(asksForCode && { code }) } })
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          <Trans>
            This needs a sign-in in the last 10 minutes. Nothing has been changed so far; it goes on
            by itself as soon as you have confirmed.
          </Trans>
        </Text>
        <PasswordInput
          label={t`Password`}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t`Show or hide the password`, tabIndex: 0 }}
        />
        {asksForCode && (
          <CodeField label={t`Code of your authenticator app`} value={code} onChange={setCode} />
        )}
        <Failure problem={confirm.error} words={WRONG_WORDS} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={confirm.isPending}>
            <Trans>Confirm</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
