/**
 * A size on disk as number and unit. The value is in bytes.
 */
import { useLingui } from '@lingui/react/macro'
import { BYTES_IN, SIZE_UNITS, sizeUnit, type SizeUnit } from './moments.ts'
import { QuantityField } from './QuantityField.tsx'

type Props = {
  label: string
  hideLabel?: boolean
  description?: React.ReactNode
  error?: React.ReactNode
  value: number
  onChange: (bytes: number) => void
}

export function SizeField(props: Props): React.ReactNode {
  const { t } = useLingui()
  const words: Record<SizeUnit, string> = {
    byte: t`bytes`,
    kilobyte: t`kB`,
    megabyte: t`MB`,
    gigabyte: t`GB`,
    terabyte: t`TB`,
  }
  return (
    <QuantityField
      {...props}
      units={SIZE_UNITS}
      of={BYTES_IN}
      word={(unit) => words[unit]}
      unitLabel={t`Unit`}
      natural={sizeUnit}
    />
  )
}
