/**
 * The field for one setting, by what kind of value it has.
 */
import { useLingui } from '@lingui/react/macro'
import { NativeSelect, NumberInput, Switch, VisuallyHidden } from '@mantine/core'
import type { Setting } from '../api/types.ts'
import { DurationField } from '../parts/DurationField.tsx'
import { SizeField } from '../parts/SizeField.tsx'
import { SETTING_WORDS } from '../words/settings.ts'

type Props = {
  setting: Setting
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
  }
}
