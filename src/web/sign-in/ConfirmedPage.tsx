/**
 * Back from a provider after a confirmation, in a tab of its own: the page that asked for it goes on
 * by itself.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { SmallPage } from '../parts/SmallPage.tsx'
import { providerOutcome } from '../words/provider-outcomes.ts'
import { ProviderOutcomeView } from './ProviderOutcomeView.tsx'

export function ConfirmedPage(): React.ReactNode {
  const { t } = useLingui()
  const confirmed = providerOutcome(useLocation().hash) === 'confirmed'
  return (
    <SmallPage title={t`Confirm that it is you`}>
      <ProviderOutcomeView />
      <Text size="sm">
        {confirmed ? (
          <Trans>Close this tab: the page that asked for it goes on by itself.</Trans>
        ) : (
          <Trans>Close this tab, then start again from the page that asked for it.</Trans>
        )}
      </Text>
    </SmallPage>
  )
}
