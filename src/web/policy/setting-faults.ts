/**
 * What is wrong with a setting: of a list, the first entry that is wrong.
 */
import { useLingui } from '@lingui/react/macro'
import type { ApiProblem } from '../api/problem.ts'
import type { Setting, SettingName } from '../api/types.ts'
import { faultText } from '../parts/faults.ts'
import { isolated } from '../parts/moments.ts'

/** Faults name an entry of a list by its place: `gateway_networks.1`. */
export const settingOf = (field: string): string => field.split('.')[0] ?? field

export function useSettingFaults(
  problem: ApiProblem | null,
): (name: SettingName, sent: Setting['value']) => string | undefined {
  const { i18n } = useLingui()
  return (name, sent) => {
    const found = problem?.fields.find(({ field }) => settingOf(field) === name)
    if (!found) return undefined
    const [, place] = found.field.split('.')
    const entry = place !== undefined && Array.isArray(sent) ? sent[Number(place)] : undefined
    const text = faultText(found, i18n)
    return entry === undefined ? text : `${isolated(entry)}: ${text}`
  }
}
