/**
 * A duration as number and unit. The value is in seconds.
 */
import { useLingui } from '@lingui/react/macro'
import { DURATION_UNITS, durationUnit, SECONDS_IN, type DurationUnit } from './moments.ts'
import { QuantityField } from './QuantityField.tsx'

type Props = {
  label: string
  hideLabel?: boolean
  description?: React.ReactNode
  error?: React.ReactNode
  value: number
  onChange: (seconds: number) => void
}

export function DurationField(props: Props): React.ReactNode {
  const { t } = useLingui()
  const words: Record<DurationUnit, string> = {
    second: t`seconds`,
    minute: t`minutes`,
    hour: t`hours`,
    day: t`days`,
  }
  return (
    <QuantityField
      {...props}
      units={DURATION_UNITS}
      of={SECONDS_IN}
      words={words}
      unitLabel={t`Unit`}
      natural={durationUnit}
    />
  )
}
