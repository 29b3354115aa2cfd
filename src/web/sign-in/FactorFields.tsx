/**
 * What one second factor asks for: a code from an app, a code that is sent, a recovery code, or a key.
 */
import { useLingui } from '@lingui/react/macro'
import { Stack, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { CodeField } from '../parts/CodeField.tsx'
import type { Choice } from './factor-choices.ts'
import { SendCode } from './SendCode.tsx'

type Props = {
  choice: Choice
  code: string
  onChange: (code: string) => void
  /** The person has just asked for this one. */
  focused: boolean
}

export function FactorFields({ focused, ...rest }: Props): React.ReactNode {
  const fields = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focused) fields.current?.querySelector<HTMLElement>('button, input')?.focus()
  }, [focused])
  return (
    <Stack gap="md" ref={fields} hidden={rest.choice.kind === 'webauthn'}>
      <Fields {...rest} />
    </Stack>
  )
}

function Fields({ choice, code, onChange }: Omit<Props, 'focused'>): React.ReactNode {
  const { t } = useLingui()
  switch (choice.kind) {
    case 'totp':
      return (
        <CodeField label={t`Code of your authenticator app`} value={code} onChange={onChange} />
      )
    case 'email':
    case 'sms':
      return (
        <>
          <SendCode factor={choice.factor} />
          <CodeField
            digits={8}
            label={t`Code that you were sent`}
            value={code}
            onChange={onChange}
          />
        </>
      )
    case 'recovery_code':
      return (
        <TextInput
          label={t`Recovery code`}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={code}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'webauthn':
      return null
  }
}
