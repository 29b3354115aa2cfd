/**
 * How a person can confirm who they are: the password with the second factor, a passkey, or the
 * provider that they come from.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Divider, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { sessionReading } from '../api/session.ts'
import { ConfirmByPasskey } from './ConfirmByPasskey.tsx'
import { ConfirmByPassword } from './ConfirmByPassword.tsx'
import { ConfirmByProvider } from './ConfirmByProvider.tsx'

type Props = { onConfirmed: () => void; onCancel: () => void }

export function StepUpForm({ onConfirmed, onCancel }: Props): React.ReactNode {
  const session = useQuery(sessionReading()).data
  // Who has to set up a second factor first cannot confirm yet: only a fresh sign-in helps.
  const ways = session && session.stage !== 'set_up' ? session.confirmBy : []
  const others = [
    ...(ways.includes('provider')
      ? [<ConfirmByProvider key="provider" onConfirmed={onConfirmed} />]
      : []),
    ...(ways.includes('passkey')
      ? [<ConfirmByPasskey key="passkey" onConfirmed={onConfirmed} />]
      : []),
  ]
  const byPassword = session !== undefined && ways.includes('password')
  const cancel = (
    <Button variant="default" onClick={onCancel}>
      <Trans>Cancel</Trans>
    </Button>
  )
  return (
    <Stack gap="md">
      <Text size="sm">
        {ways.length > 0 ? (
          <Trans>
            This needs a sign-in in the last 10 minutes. Nothing has been changed so far; it goes on
            by itself as soon as you have confirmed.
          </Trans>
        ) : (
          <Trans>
            This needs a sign-in in the last 10 minutes, and there is no way to confirm it in this
            session: sign out, and in again. Nothing has been changed so far.
          </Trans>
        )}
      </Text>
      {byPassword && (
        <ConfirmByPassword session={session} onConfirmed={onConfirmed}>
          {cancel}
        </ConfirmByPassword>
      )}
      {byPassword && others.length > 0 && <Divider label={<Trans>or</Trans>} />}
      {others}
      {!byPassword && (
        <Group justify="flex-end" gap="xs">
          {cancel}
          {ways.length === 0 && (
            <Button onClick={() => void signOut()}>
              <Trans>Sign out</Trans>
            </Button>
          )}
        </Group>
      )}
    </Stack>
  )
}

/** Over the whole page: this window stands beside all pages. */
async function signOut(): Promise<void> {
  await call('DELETE /session').catch(() => null)
  window.location.assign('/sign-in')
}
