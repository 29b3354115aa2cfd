/**
 * A duration as number and unit. The value is in seconds.
 */
import { useLingui } from '@lingui/react/macro'
import { DURATION_UNITS, durationUnit, SECONDS_IN, unitWord } from './moments.ts'
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
  const { t, i18n } = useLingui()
  return (
    <QuantityField
      {...props}
      units={DURATION_UNITS}
      of={SECONDS_IN}
      word={(unit, count) => unitWord(unit, count, i18n.locale)}
      unitLabel={t`Unit`}
      natural={durationUnit}
    />
  )
}
