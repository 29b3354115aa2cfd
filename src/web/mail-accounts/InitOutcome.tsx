/**
 * What became of an Init. Token: who signed in, who was expected, what is missing.
 */
import type { MessageDescriptor } from '@lingui/core'
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Stack, Text } from '@mantine/core'
import type { TokenInit } from '../api/types.ts'
import { Name } from '../parts/Name.tsx'

const COLOURS: Record<TokenInit['outcome'], string> = {
  pending: 'blue',
  done: 'green',
  confirm_delegate: 'yellow',
  wrong_person: 'red',
  missing_scopes: 'red',
  refused: 'red',
  expired: 'yellow',
}

type Props = {
  init: TokenInit
  words: Record<TokenInit['outcome'], MessageDescriptor>
  /** What can be done about it. */
  children?: React.ReactNode
}

export function InitOutcome({ init, words, children }: Props): React.ReactNode {
  const { i18n } = useLingui()
  const { outcome, signedInAs, expected, missingScopes } = init
  return (
    <Alert color={COLOURS[outcome]}>
      <Stack gap={4} align="flex-start">
        <Text size="sm" fw={600}>
          {i18n._(words[outcome])}
        </Text>
        {signedInAs !== null && (
          <Text size="sm">
            <Trans>
              Signed in: <Name of={signedInAs} />.
            </Trans>{' '}
            {signedInAs.toLowerCase() !== expected.toLowerCase() && (
              <Trans>
                Expected: <Name of={expected} />.
              </Trans>
            )}
          </Text>
        )}
        {missingScopes.length > 0 && (
          <Text size="sm">
            <Trans>
              Missing: <span translate="no">{missingScopes.join(' ')}</span>
            </Trans>
          </Text>
        )}
        {children}
      </Stack>
    </Alert>
  )
}
