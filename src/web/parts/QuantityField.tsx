/**
 * A number and its unit: 90 days, 5 gigabytes. The value is in the smallest unit.
 */
import { NativeSelect, NumberInput, Group, Input } from '@mantine/core'
import { useId, useState } from 'react'

type Props<Unit extends string> = {
  label: string
  /** Where the label stands beside the field already. */
  hideLabel?: boolean
  description?: React.ReactNode
  error?: React.ReactNode
  value: number
  onChange: (value: number) => void
  units: readonly Unit[]
  /** How many of the smallest unit one of these is. */
  of: Readonly<Record<Unit, number>>
  /** What a unit is called beside a number: "day" beside 1. */
  word: (unit: Unit, count: number) => string
  unitLabel: string
  /** The unit in which a value is best read. */
  natural: (value: number) => Unit
}

export function QuantityField<Unit extends string>(props: Props<Unit>): React.ReactNode {
  const id = useId()
  const { value, of, natural } = props
  const [unit, setUnit] = useState<Unit>(() => natural(value))
  return (
    <Input.Wrapper
      id={id}
      label={props.hideLabel ? undefined : props.label}
      description={props.description}
      error={props.error}
      labelProps={{ htmlFor: id }}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      descriptionProps={{ mt: 4 }}
    >
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          id={id}
          aria-label={props.hideLabel ? props.label : undefined}
          w="8rem"
          min={0}
          hideControls
          error={Boolean(props.error)}
          value={value / of[unit]}
          onChange={(typed) => props.onChange(Math.round(Number(typed) * of[unit]))}
        />
        <NativeSelect
          aria-label={`${props.unitLabel}: ${props.label}`}
          value={unit}
          data={props.units.map((one) => ({
            value: one,
            label: props.word(one, value / of[unit]),
          }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value as Unit
            // The number that was typed stays; what it means changes.
            props.onChange(Math.round((value / of[unit]) * of[chosen]))
            setUnit(chosen)
          }}
        />
      </Group>
    </Input.Wrapper>
  )
}
