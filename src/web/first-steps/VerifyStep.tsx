/**
 * Showing that the new second factor works: the first code it gives, or the answer of the new key.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { makeKey } from '../api/keys.ts'
import { useDeed } from '../api/query.ts'
import { CodeField } from '../parts/CodeField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { WRONG_WORDS } from '../sign-in/words.ts'
import { AppKey } from './AppKey.tsx'
import type { Begun } from './begun.ts'
import { SentAgain } from './SentAgain.tsx'

type Props = { begun: Begun; onVerified: () => void; onBack: () => void }

export function VerifyStep({ begun: first, onVerified, onBack }: Props): React.ReactNode {
  const { t } = useLingui()
  const [begun, setBegun] = useState(first)
  const [code, setCode] = useState('')
  const verify = useDeed(async () => {
    const body = begun.kind === 'webauthn' ? await makeKey(begun.setUp.options) : { code }
    const params = { id: begun.setUp.id }
    return await call('POST /me/second-factors/:id/verify', { params, body })
  }, onVerified)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate()
      }}
    >
      <Stack gap="md">
        {begun.kind === 'totp' && (
          <>
            <AppKey setUp={begun.setUp} />
            <CodeField label={t`Code that the app shows now`} value={code} onChange={setCode} />
          </>
        )}
        {begun.kind === 'webauthn' && (
          <Text size="sm">
            <Trans>
              Your browser asks where to keep it: on this device, on your phone, or on a security
              key. Keep that at hand, and follow what the browser says.
            </Trans>
          </Text>
        )}
        {(begun.kind === 'email' || begun.kind === 'sms') && (
          <>
            <SentAgain begun={begun} onSent={(setUp) => setBegun({ ...begun, setUp })} />
            <CodeField
              digits={8}
              label={t`Code that you were sent`}
              value={code}
              onChange={setCode}
            />
          </>
        )}
        <Failure problem={verify.error} words={WRONG_WORDS} />
        <Group grow>
          <Button variant="default" onClick={onBack}>
            <Trans>Back</Trans>
          </Button>
          <Button type="submit" loading={verify.isPending}>
            {begun.kind === 'webauthn' ? <Trans>Set it up</Trans> : <Trans>Verify</Trans>}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
