/**
 * A value of a setting in words: 7776000 → "90 days".
 */
import { useLingui } from '@lingui/react/macro'
import type { Setting, SettingName } from '../api/types.ts'
import { duration, size } from '../parts/moments.ts'
import { readHours, spanText } from '../policy/hours.ts'
import { SETTING_WORDS } from '../words/settings.ts'

export function useValueText(): (name: SettingName, value: Setting['value']) => string {
  const { t, i18n } = useLingui()
  return (name, value) => {
    const { entry } = SETTING_WORDS[name]
    const list = Array.isArray(value) ? value : []
    switch (entry.as) {
      case 'choice': {
        const choice = entry.choices.find((one) => one.value === value)
        return choice ? i18n._(choice.words) : String(value)
      }
      case 'choices': {
        if (list.length === 0) return i18n._(entry.none)
        const chosen = entry.choices.filter((one) => list.includes(one.value))
        return chosen.map((one) => i18n._(one.words)).join(', ')
      }
      case 'lines':
        return list.length === 0 ? i18n._(entry.empty) : list.join(', ')
      case 'hours': {
        if (list.length === 0) return t`Always`
        const spans = readHours(list)
        return `${spans.map((one) => spanText(one, i18n.locale)).join('; ')} (${spans[0]?.timeZone ?? ''})`
      }
      case 'switch':
        return value === true ? t`On` : t`Off`
      // What 0 stands for is said beside the field.
      case 'duration':
        return value === 0 ? '0' : duration(Number(value), i18n.locale)
      case 'size':
        return value === 0 ? '0' : size(Number(value), i18n.locale)
      case 'number':
        return new Intl.NumberFormat(i18n.locale).format(Number(value))
    }
  }
}

/** Lists are the same when they say the same. */
export const sameValue = (a: Setting['value'], b: Setting['value']): boolean =>
  Array.isArray(a) && Array.isArray(b) ? a.join('\n') === b.join('\n') : a === b
