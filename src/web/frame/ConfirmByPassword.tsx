/**
 * Confirming with the password, and the second factor where there is one.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { useDeed } from '../api/query.ts'
import type { Session } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { choiceKey, choicesOf, proofOf, type Choice } from '../sign-in/factor-choices.ts'
import { FactorFields } from '../sign-in/FactorFields.tsx'
import { OtherFactors } from '../sign-in/OtherFactors.tsx'
import { WRONG_WORDS } from '../sign-in/words.ts'

type Props = { session: Session; onConfirmed: () => void; children: React.ReactNode }

export function ConfirmByPassword({ session, onConfirmed, children }: Props): React.ReactNode {
  const { t } = useLingui()
  // A recovery code is for who has lost the rest; nobody spends one to save a click.
  const [choices] = useState(() =>
    choicesOf(session).filter(({ kind }, _, all) => kind !== 'recovery_code' || all.length === 1),
  )
  const [choice, setChoice] = useState<Choice | undefined>(choices[0])
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const confirm = useDeed(async () => {
    const body = { password, ...(choice && (await proofOf(choice, code))) }
    return await call('POST /session/confirm', { body })
  }, onConfirmed)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <Stack gap="md">
        <PasswordInput
          label={t`Password`}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t`Show or hide the password`, tabIndex: 0 }}
        />
        {choice && (
          <>
            <FactorFields
              key={choiceKey(choice)}
              choice={choice}
              code={code}
              onChange={setCode}
              focused={choice !== choices[0]}
            />
            <OtherFactors
              choices={choices}
              chosen={choice}
              onChoose={(other) => {
                setChoice(other)
                setCode('')
              }}
            />
          </>
        )}
        <Failure problem={confirm.error} words={WRONG_WORDS} />
        <Group justify="flex-end" gap="xs">
          {children}
          <Button type="submit" loading={confirm.isPending}>
            {choice?.kind === 'webauthn' ? (
              <Trans>Confirm with passkey or security key</Trans>
            ) : (
              <Trans>Confirm</Trans>
            )}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
