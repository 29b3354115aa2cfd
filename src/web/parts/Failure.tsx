/**
 * An error on a page: what happened, why, what to do, and the number to search the log for.
 */
import { Trans } from '@lingui/react/macro'
import { useLingui } from '@lingui/react'
import { Alert, Code, Text } from '@mantine/core'
import { asProblem } from '../api/problem.ts'
import { PROBLEM_WORDS, type Words } from '../words/problems.ts'
import { faultText } from './faults.ts'
import { duration } from './moments.ts'

type Props = {
  problem: Error | null
  /** Words that fit this page better than those that every page uses. */
  words?: Partial<typeof PROBLEM_WORDS>
  /** Faults of these fields are shown at the fields. */
  fields?: readonly string[]
}

export function Failure({ problem, words = {}, fields = [] }: Props): React.ReactNode {
  const { i18n } = useLingui()
  if (!problem) return null
  const { code, fields: faults, requestId, retryAfter } = asProblem(problem)
  const elsewhere = faults.filter(({ field }) => !fields.includes(field))
  // Where the fields say it all, that is what there is to say.
  const marked = faults.length > 0 && elsewhere.length === 0
  const said: Words = words[code] ?? PROBLEM_WORDS[marked ? 'invalid' : code]
  return (
    <Alert color="red" role="alert" title={i18n._(said.what)}>
      <Text size="sm">{i18n._(said.todo)}</Text>
      {elsewhere.map((fault) => (
        <Text key={`${fault.field} ${fault.fault}`} size="sm" mt={4}>
          <Code>{fault.field}</Code>: {faultText(fault, i18n)}
        </Text>
      ))}
      {retryAfter !== null && (
        <Text size="sm" mt={4}>
          <Trans>Worth trying again in {wait(retryAfter, i18n.locale)}.</Trans>
        </Text>
      )}
      {requestId && code !== 'invalid' && !marked && (
        <Text size="xs" mt={4} c="dimmed">
          <Trans>Number of this request: {requestId}</Trans>
        </Text>
      )}
    </Alert>
  )
}

/** Seconds while there are few of them, else whole minutes: nobody counts to 873. */
const wait = (seconds: number, locale: string): string =>
  duration(seconds < 90 ? seconds : Math.ceil(seconds / 60) * 60, locale)
