/**
 * The quota of one person: as the setting says, or a figure of their own.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Checkbox, Stack } from '@mantine/core'
import { BYTES_IN } from './moments.ts'
import { SizeField } from './SizeField.tsx'

/** What the field shows first when somebody gets a figure of their own. */
const FIRST = 10 * BYTES_IN.gigabyte

type Props = {
  value: number | null
  onChange: (bytes: number | null) => void
  error?: React.ReactNode
}

export function QuotaField({ value, onChange, error }: Props): React.ReactNode {
  const { t } = useLingui()
  return (
    <Stack gap="xs">
      {value === null ? null : (
        <SizeField
          label={t`Quota`}
          description={t`0: no limit`}
          value={value}
          onChange={onChange}
          error={error}
        />
      )}
      <Checkbox
        mt={value === null ? 'lg' : 0}
        label={<Trans>Quota of everybody (drive_quota)</Trans>}
        checked={value === null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : FIRST)}
      />
    </Stack>
  )
}
