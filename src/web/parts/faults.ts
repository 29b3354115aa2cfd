/**
 * Faults of fields: the words for the field that is wrong.
 */
import type { I18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import type { ApiProblem } from '../api/problem.ts'
import { FAULT_WORDS } from '../words/faults.ts'

type FieldFault = ApiProblem['fields'][number]

export function faultText({ fault, suggestion }: FieldFault, i18n: I18n): string {
  if (suggestion !== undefined) return i18n._(msg`This is in use already. Free: ${suggestion}`)
  return i18n._(FAULT_WORDS[fault])
}

/** `fault('name')` is the text for that field, or undefined when nothing is wrong with it. */
export function useFaults(problem: ApiProblem | null): (field: string) => string | undefined {
  const { i18n } = useLingui()
  return (field) => {
    const found = problem?.fields.find((one) => one.field === field)
    return found && faultText(found, i18n)
  }
}
