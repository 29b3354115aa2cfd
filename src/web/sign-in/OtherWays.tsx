/**
 * Ways to sign in that need no name: the providers, and a passkey.
 */
import { Trans } from '@lingui/react/macro'
import { Divider, Stack } from '@mantine/core'
import type { SignInOffers } from '../api/types.ts'
import { keysWork } from '../api/keys.ts'
import { PasskeyButton } from './PasskeyButton.tsx'
import { ProviderButtons } from './ProviderButtons.tsx'

type Props = {
  offers: SignInOffers
  /** The provider that the name leads to: its button stands there. */
  led: string | undefined
  name: string
}

export function OtherWays({ offers: { providers, passkeys }, led, name }: Props): React.ReactNode {
  const withKeys = passkeys && keysWork()
  if (providers.every(({ id }) => id === led) && !withKeys) return null
  return (
    <>
      <Divider label={<Trans>or</Trans>} />
      <Stack gap="xs">
        <ProviderButtons providers={providers} except={led} name={name} />
        {withKeys && <PasskeyButton />}
      </Stack>
    </>
  )
}
