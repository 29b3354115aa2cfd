/**
 * What the error doctor says: the cause, who can mend it, what to do, and the command to paste.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Stack, Text } from '@mantine/core'
import type { Diagnosis } from '../api/types.ts'
import { causeSaid, whatHappened, WHO_WORDS } from '../words/causes.ts'
import { CopyField } from './CopyField.tsx'

/** `calm`: it is tried again by itself. */
type Props = { diagnosis: Diagnosis; calm?: boolean }

export function DiagnosisView({ diagnosis, calm = false }: Props): React.ReactNode {
  const { i18n, t } = useLingui()
  const todo = causeSaid(diagnosis.cause, i18n)?.todo
  const lacks = diagnosis.cause === 'scopes_missing'
  const canHelp = diagnosis.who !== 'nobody' && diagnosis.who !== 'provider' && !lacks
  return (
    <Alert color={calm ? 'yellow' : 'red'} title={whatHappened(diagnosis, i18n)}>
      <Stack gap="xs">
        <Text size="sm">
          {calm && canHelp && <Trans>If trying again does not help:</Trans>} {todo}
        </Text>
        {diagnosis.who !== 'nobody' && (
          <Text size="sm">
            <Trans>Can be mended by: {i18n._(WHO_WORDS[diagnosis.who])}.</Trans>
          </Text>
        )}
        {diagnosis.code !== null && (
          <Text size="xs" c="dimmed">
            {lacks ? (
              <Trans>
                Missing: <span translate="no">{diagnosis.code}</span>
              </Trans>
            ) : (
              <Trans>
                The provider's code: <span translate="no">{diagnosis.code}</span>
              </Trans>
            )}
          </Text>
        )}
        {diagnosis.command !== null && (
          <CopyField label={t`Command to paste (PowerShell)`} text={diagnosis.command} />
        )}
        {diagnosis.url !== null && (
          <Anchor href={diagnosis.url} target="_blank" rel="noreferrer" size="sm">
            <Trans>Open the page where it is mended</Trans>
          </Anchor>
        )}
      </Stack>
    </Alert>
  )
}
