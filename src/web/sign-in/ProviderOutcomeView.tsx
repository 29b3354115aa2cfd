/**
 * What became of a sign-in at a provider, for who has come back from there.
 */
import { useLingui } from '@lingui/react'
import { Alert, Text } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { PROVIDER_OUTCOME_WORDS, providerOutcome } from '../words/provider-outcomes.ts'

export function ProviderOutcomeView(): React.ReactNode {
  const { i18n } = useLingui()
  const outcome = providerOutcome(useLocation().hash)
  if (outcome === null) return null
  const { what, todo, good } = PROVIDER_OUTCOME_WORDS[outcome]
  return (
    <Alert
      color={good === true ? 'green' : 'red'}
      role={good === true ? 'status' : 'alert'}
      title={i18n._(what)}
    >
      <Text size="sm">{i18n._(todo)}</Text>
    </Alert>
  )
}
