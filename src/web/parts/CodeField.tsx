/**
 * The field for the six digits of an authenticator app.
 */
import { TextInput } from '@mantine/core'

type Props = {
  label: string
  value: string
  onChange: (code: string) => void
  error?: React.ReactNode
  autoFocus?: boolean
}

export function CodeField({ label, value, onChange, error, autoFocus }: Props): React.ReactNode {
  return (
    <TextInput
      label={label}
      required
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={12}
      placeholder="123 456"
      data-autofocus={autoFocus}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  )
}
