/**
 * The field for one setting, by what kind of value it has.
 */
import { useLingui } from '@lingui/react/macro'
import {
  Checkbox,
  NativeSelect,
  NumberInput,
  Stack,
  Switch,
  Textarea,
  VisuallyHidden,
} from '@mantine/core'
import type { Setting } from '../api/types.ts'
import { DurationField } from '../parts/DurationField.tsx'
import { SizeField } from '../parts/SizeField.tsx'
import { HoursField } from '../policy/HoursField.tsx'
import { SETTING_WORDS } from '../words/settings.ts'

type Props = {
  setting: Pick<Setting, 'name' | 'updatedAt'>
  value: Setting['value']
  onChange: (value: Setting['value']) => void
  error: string | undefined
}

export function SettingField({ setting, value, onChange, error }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const { label, entry } = SETTING_WORDS[setting.name]
  const name = i18n._(label)
  switch (entry.as) {
    case 'duration':
    case 'size': {
      const Field = entry.as === 'duration' ? DurationField : SizeField
      return (
        <Field
          label={name}
          description={entry.zero && i18n._(entry.zero)}
          error={error}
          // Another value from outside (discard, default) may read best in another unit.
          key={`${setting.name} ${setting.updatedAt}`}
          value={Number(value)}
          onChange={onChange}
          hideLabel
        />
      )
    }
    case 'number':
      return (
        <NumberInput
          aria-label={name}
          description={entry.zero && i18n._(entry.zero)}
          error={error}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          w="8rem"
          min={0}
          allowDecimal={false}
          hideControls
          value={Number(value)}
          onChange={(typed) => onChange(Number(typed))}
        />
      )
    case 'switch':
      return (
        <Switch
          label={
            <>
              <VisuallyHidden>{name}: </VisuallyHidden>
              {value === true ? t`On` : t`Off`}
            </>
          }
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
          error={error}
        />
      )
    case 'choice':
      return (
        <NativeSelect
          aria-label={name}
          error={error}
          value={String(value)}
          data={entry.choices.map((one) => ({ value: one.value, label: i18n._(one.words) }))}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'choices':
      return (
        <Checkbox.Group
          aria-label={name}
          error={error}
          value={listOf(value)}
          description={listOf(value).length === 0 && i18n._(entry.none)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(chosen) =>
            // In the order of the choices, so that the same choice is the same value.
            onChange(entry.choices.map((one) => one.value).filter((one) => chosen.includes(one)))
          }
        >
          <Stack gap={6}>
            {entry.choices.map((one) => (
              <Checkbox key={one.value} size="sm" value={one.value} label={i18n._(one.words)} />
            ))}
          </Stack>
        </Checkbox.Group>
      )
    case 'lines':
      return (
        <Textarea
          aria-label={name}
          error={error}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          placeholder={entry.example}
          description={
            listOf(value).length === 0 ? i18n._(entry.empty) : t`One on a line, as CIDR.`
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={listOf(value).join('\n')}
          onChange={(event) => onChange(linesOf(event.currentTarget.value))}
        />
      )
    case 'hours':
      return <HoursField label={name} value={listOf(value)} onChange={onChange} error={error} />
  }
}

const listOf = (value: Setting['value']): string[] => (Array.isArray(value) ? value : [])

/** While somebody types, the last line may be empty: it goes when it is sent. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'))

/** What is sent of a field: no blanks around a line, and no empty ones. */
export const sentOf = (value: Setting['value']): Setting['value'] =>
  Array.isArray(value) ? value.map((one) => one.trim()).filter((one) => one !== '') : value
