/**
 * Confirming with a passkey alone.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { call } from '../api/call.ts'
import { askKey } from '../api/keys.ts'
import { useDeed } from '../api/query.ts'
import { Failure } from '../parts/Failure.tsx'
import { KeyMark } from '../sign-in/KeyMark.tsx'
import { PASSKEY_WORDS } from '../sign-in/words.ts'

export function ConfirmByPasskey({ onConfirmed }: { onConfirmed: () => void }): React.ReactNode {
  const confirm = useDeed(async () => {
    const body = await askKey(await call('POST /session/webauthn'))
    return await call('POST /session/confirm', { body })
  }, onConfirmed)
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        fullWidth
        leftSection={<KeyMark />}
        loading={confirm.isPending}
        onClick={() => confirm.mutate()}
      >
        <Trans>Use a passkey</Trans>
      </Button>
      <Failure problem={confirm.error} words={PASSKEY_WORDS} />
    </Stack>
  )
}
