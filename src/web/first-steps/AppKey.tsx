/**
 * The key for the authenticator app: as a picture, and to type.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Group, Text } from '@mantine/core'
import type { TotpSetUp } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { QrCode } from '../parts/QrCode.tsx'

export function AppKey({ setUp }: { setUp: TotpSetUp }): React.ReactNode {
  const { t } = useLingui()
  return (
    <>
      <Text size="sm">
        <Trans>Scan this with the app. Where you cannot, type the key below into it.</Trans>
      </Text>
      <Group justify="center">
        <QrCode text={setUp.uri} label={t`QR code for the authenticator app`} />
      </Group>
      <CopyField label={t`Key`} text={setUp.secret.match(/.{1,4}/g)?.join(' ') ?? ''} />
    </>
  )
}
