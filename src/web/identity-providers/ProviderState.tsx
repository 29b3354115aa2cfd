/**
 * How an identity provider stands: switched off, answering, or silent and since when.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Text } from '@mantine/core'
import type { IdentityProvider } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { failureText } from '../words/identity-providers.ts'

export function ProviderState({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { i18n } = useLingui()
  const { enabled, failingSince, failure, warnings } = provider
  if (failingSince !== null)
    return (
      <>
        <Badge color="red" variant="light">
          <Trans>does not answer</Trans>
        </Badge>
        <Text size="xs">
          <Trans>
            first failed <Ago at={failingSince} />
          </Trans>
        </Text>
        {failure !== null && <Text size="xs">{failureText(failure, i18n)}</Text>}
      </>
    )
  if (!enabled)
    return (
      <Badge variant="default">
        <Trans>switched off</Trans>
      </Badge>
    )
  return (
    <Badge color={warnings.length > 0 ? 'yellow' : 'green'} variant="light">
      {warnings.length > 0 ? <Trans>works in part</Trans> : <Trans>in order</Trans>}
    </Badge>
  )
}
