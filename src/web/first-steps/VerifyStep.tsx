/**
 * The key for the authenticator app, as a picture and to type, and the first code it shows.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { TotpSetUp } from '../api/types.ts'
import { CodeField } from '../parts/CodeField.tsx'
import { CopyField } from '../parts/CopyField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { QrCode } from '../parts/QrCode.tsx'
import { WRONG_WORDS } from '../sign-in/words.ts'

type Props = { begun: TotpSetUp; onVerified: () => void; onBack: () => void }

export function VerifyStep({ begun, onVerified, onBack }: Props): React.ReactNode {
  const { t } = useLingui()
  const [code, setCode] = useState('')
  const verify = useAction('POST /me/second-factors/:id/verify', onVerified)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        verify.mutate({ params: { id: begun.id }, body: { code } })
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          <Trans>Scan this with the app. Where you cannot, type the key below into it.</Trans>
        </Text>
        <Group justify="center">
          <QrCode text={begun.uri} label={t`QR code for the authenticator app`} />
        </Group>
        <CopyField label={t`Key`} text={begun.secret.match(/.{1,4}/g)?.join(' ') ?? ''} />
        <CodeField label={t`Code that the app shows now`} value={code} onChange={setCode} />
        <Failure problem={verify.error} words={WRONG_WORDS} />
        <Group grow>
          <Button variant="default" onClick={onBack}>
            <Trans>Back</Trans>
          </Button>
          <Button type="submit" loading={verify.isPending}>
            <Trans>Verify</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
