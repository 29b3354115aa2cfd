/**
 * Faults of fields: the words for the field that is wrong.
 */
import type { I18n } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import type { ApiProblem } from '../api/problem.ts'
import { causeSaid } from '../words/causes.ts'
import { FAULT_WORDS } from '../words/faults.ts'

type FieldFault = ApiProblem['fields'][number]

export function faultText({ fault, suggestion = '' }: FieldFault, i18n: I18n): string {
  if (suggestion === '') return i18n._(FAULT_WORDS[fault])
  if (fault === 'in_use') return i18n._(msg`This is still in use by: ${suggestion}`)
  if (fault === 'ends_tokens') return i18n._(msg`This change ends the tokens of: ${suggestion}`)
  if (fault === 'diagnosed') return diagnosedText(suggestion, i18n)
  return i18n._(msg`This is in use already. Free: ${suggestion}`)
}

/** A cause of the error doctor, and the provider's code behind a space. */
function diagnosedText(reason: string, i18n: I18n): string {
  const [cause = '', ...code] = reason.split(' ')
  const words = causeSaid(cause, i18n)
  if (!words) return reason
  const said = `${words.what} ${words.todo}`
  return code.length > 0 ? `${said} (${code.join(' ')})` : said
}

/** `fault('name')` is the text for that field, or undefined when nothing is wrong with it. */
export function useFaults(problem: ApiProblem | null): (field: string) => string | undefined {
  const { i18n } = useLingui()
  return (field) => {
    const found = problem?.fields.find((one) => one.field === field)
    return found && faultText(found, i18n)
  }
}
