/**
 * A new application password, shown once, with everything that the application will ask for.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Stack, Text } from '@mantine/core'
import type { CreatedAppPassword } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { moment } from '../parts/moments.ts'
import { FirstUse } from './FirstUse.tsx'
import { Name } from '../parts/Name.tsx'

type Props = { created: CreatedAppPassword; onCopied?: () => void }

export function CreatedView({ created, onCopied }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <Stack gap="md">
      <Text size="sm">
        <Trans>
          Type this into <Name of={created.name} />. Valid until{' '}
          <strong>{moment(created.expiresAt, i18n.locale)}</strong>.
        </Trans>
      </Text>
      <CopyField
        label={t`Application password`}
        text={created.password}
        large
        {...(onCopied && { onCopied })}
      />
      <CopyField label={t`Server (URL)`} text={created.driveUrl} />
      <CopyField label={t`User name`} text={created.userName} />
      <Alert color="yellow" title={t`It is shown only now, and never again`}>
        <Trans>
          Nobody legitimate will ever ask you for it, not even your administrator. If you lose it,
          delete it and create a new one.
        </Trans>
      </Alert>
      <FirstUse id={created.id} />
    </Stack>
  )
}
