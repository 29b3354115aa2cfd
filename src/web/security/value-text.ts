/**
 * A value of a setting in words: 7776000 → "90 days".
 */
import { useLingui } from '@lingui/react/macro'
import type { Setting, SettingName } from '../api/types.ts'
import { duration, size } from '../parts/moments.ts'
import { SETTING_WORDS } from '../words/settings.ts'

export function useValueText(): (name: SettingName, value: Setting['value']) => string {
  const { t, i18n } = useLingui()
  return (name, value) => {
    const { entry } = SETTING_WORDS[name]
    if (entry.as === 'choice') {
      const choice = entry.choices.find((one) => one.value === value)
      return choice ? i18n._(choice.words) : String(value)
    }
    if (entry.as === 'switch') return value === true ? t`On` : t`Off`
    // What 0 stands for is said beside the field.
    if (value === 0) return '0'
    if (entry.as === 'duration') return duration(Number(value), i18n.locale)
    if (entry.as === 'size') return size(Number(value), i18n.locale)
    return new Intl.NumberFormat(i18n.locale).format(Number(value))
  }
}
