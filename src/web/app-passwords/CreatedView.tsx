/**
 * A new application password, shown once, with everything that the application will ask for.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Stack, Text } from '@mantine/core'
import type { CreatedAppPassword } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { CopyRows } from '../parts/CopyRows.tsx'
import { moment } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { GATEWAY_ABOUT, GATEWAY_WORDS } from '../words/applications.ts'
import { FirstUse } from './FirstUse.tsx'
import { MailValues } from './MailValues.tsx'

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
      <Alert color="yellow" title={t`It is shown only now, and never again`}>
        <Trans>
          Nobody legitimate will ever ask you for it, not even your administrator. If you lose it,
          delete it and create a new one.
        </Trans>
      </Alert>
      {created.mailDoors.length > 0 && <MailValues created={created} />}
      {created.driveUrl !== null && (
        <CopyRows
          title={i18n._(GATEWAY_WORDS.drive)}
          about={i18n._(GATEWAY_ABOUT.drive)}
          rows={[
            { label: t`Server (URL)`, text: created.driveUrl },
            { label: t`User name`, text: created.userName },
          ]}
        />
      )}
      <FirstUse id={created.id} />
    </Stack>
  )
}
