/**
 * The field for a code of digits: six of an authenticator app, eight where they are sent.
 */
import { TextInput } from '@mantine/core'

type Props = {
  label: string
  value: string
  onChange: (code: string) => void
  digits?: 6 | 8
}

export function CodeField({ label, value, onChange, digits = 6 }: Props): React.ReactNode {
  return (
    <TextInput
      label={label}
      required
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={12}
      placeholder={digits === 6 ? '123 456' : '1234 5678'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
