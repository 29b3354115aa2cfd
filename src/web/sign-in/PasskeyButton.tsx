/**
 * Signing in with a passkey alone.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { useDeed } from '../api/query.ts'
import { Failure } from '../parts/Failure.tsx'
import { useGoOn } from './go-on.ts'
import { KeyMark } from './KeyMark.tsx'
import { passkeySignIn } from './passkey-sign-in.ts'
import { PASSKEY_WORDS } from './words.ts'

export function PasskeyButton(): React.ReactNode {
  const signIn = useDeed(passkeySignIn, useGoOn())
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        fullWidth
        leftSection={<KeyMark />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        <Trans>Use a passkey</Trans>
      </Button>
      <Failure problem={signIn.error} words={PASSKEY_WORDS} />
    </Stack>
  )
}
