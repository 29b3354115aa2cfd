/**
 * What the error doctor says: the cause, who can mend it, what to do, and the command to paste.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Stack, Text } from '@mantine/core'
import type { Diagnosis } from '../api/types.ts'
import { DIAGNOSIS_WORDS, WAIT, WHO_WORDS } from '../words/diagnoses.ts'
import { CopyField } from './CopyField.tsx'

/** `calm`: it is tried again by itself. */
type Props = { diagnosis: Diagnosis; calm?: boolean }

export function DiagnosisView({ diagnosis, calm = false }: Props): React.ReactNode {
  const { i18n, t } = useLingui()
  const words = DIAGNOSIS_WORDS[diagnosis.cause]
  const waits = calm && words.todo !== WAIT
  return (
    <Alert color={calm ? 'yellow' : 'red'} title={i18n._(words.what)}>
      <Stack gap={4}>
        <Text size="sm">
          {waits && <Trans>If trying again does not help:</Trans>} {i18n._(words.todo)}
        </Text>
        {diagnosis.who !== 'nobody' && (
          <Text size="sm">
            <Trans>Can be mended by: {i18n._(WHO_WORDS[diagnosis.who])}.</Trans>
          </Text>
        )}
        {diagnosis.code !== null && (
          <Text size="xs" c="dimmed">
            <Trans>
              The provider's code: <span translate="no">{diagnosis.code}</span>
            </Trans>
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
