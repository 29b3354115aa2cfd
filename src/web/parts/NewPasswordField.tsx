/**
 * A new main password: how long it is against how long it must be, and nothing else is asked of it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { useId } from 'react'

type Props = {
  value: string
  minimum: number
  onChange: (value: string) => void
  error?: React.ReactNode
}

export function NewPasswordField({ value, minimum, onChange, error }: Props): React.ReactNode {
  const { t } = useLingui()
  const about = useId()
  const length = [...value.normalize('NFC')].length
  const enough = length >= minimum
  return (
    <Stack gap={6}>
      <PasswordInput
        label={t`New password`}
        autoComplete="new-password"
        required
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        aria-describedby={about}
        visibilityToggleButtonProps={{ 'aria-label': t`Show or hide the password`, tabIndex: 0 }}
      />
      <Progress
        value={Math.min(100, (100 * length) / minimum)}
        color={enough ? 'green.8' : 'yellow.8'}
        size="sm"
        aria-label={t`Length of the password`}
      />
      <Text size="xs" c="dimmed" id={about}>
        {enough ? (
          <Trans>Long enough: {length} characters.</Trans>
        ) : (
          <Trans>
            {length} of at least {minimum} characters. A few words in a row are easy to remember;
            any character is allowed, and so is pasting.
          </Trans>
        )}
      </Text>
    </Stack>
  )
}
