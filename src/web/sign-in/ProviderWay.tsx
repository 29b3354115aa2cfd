/**
 * Where the domain of a name leads: the provider's button, in the place of a password.
 */
import { Trans } from '@lingui/react/macro'
import { Stack, Text } from '@mantine/core'
import type { ProviderButton as Provider } from '../api/types.ts'
import { Name } from '../parts/Name.tsx'
import { ProviderButton } from './ProviderButton.tsx'

export function ProviderWay({ provider, name }: { provider: Provider; name: string }) {
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed" component="output">
        <Trans>
          Names of this domain sign in at <Name of={provider.name} />. No password is typed here.
        </Trans>
      </Text>
      <ProviderButton provider={provider} name={name} focused primary />
    </Stack>
  )
}
