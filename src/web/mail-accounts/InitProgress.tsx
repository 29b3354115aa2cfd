/**
 * How far an Init. Token is: it looks by itself until it has ended.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { TokenInit } from '../api/types.ts'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Failure } from '../parts/Failure.tsx'
import { isolated } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { OUTCOME_WORDS } from '../words/mail-accounts.ts'

const LOOK_EVERY_MS = 2000

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
  accountId: string
  initId: string
  /** Scrolls there: whoever comes back from the provider looks for it. */
  seek: boolean
  /** Shown until it has ended. */
  children: React.ReactNode
}

export function InitProgress({ accountId, initId, seek, children }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const client = useQueryClient()
  const params = { id: accountId, initId }
  const progress = useQuery({
    ...reading('GET /mail-accounts/:id/init/:initId', { params }),
    refetchInterval: ({ state }) => (state.data?.outcome === 'pending' ? LOOK_EVERY_MS : false),
  })
  const confirm = useAction('POST /mail-accounts/:id/init/:initId/confirm')
  const outcome = progress.data?.outcome
  useEffect(() => {
    if (outcome === undefined || outcome === 'pending') return
    for (const name of ['GET /mail-accounts/:id', 'GET /mail-accounts/:id/timeline'])
      void client.invalidateQueries({ queryKey: [name] })
  }, [outcome, client])
  const shown = useRef<HTMLDivElement>(null)
  const known = outcome !== undefined
  useEffect(() => {
    if (seek && known) shown.current?.scrollIntoView({ block: 'center' })
  }, [seek, known])
  if (!progress.data) return <Failure problem={progress.error} />
  const { signedInAs, expected, missingScopes, diagnosis } = progress.data
  const color = COLOURS[progress.data.outcome]
  return (
    <Stack gap="sm" ref={shown}>
      {progress.data.outcome === 'pending' && children}
      <Alert color={color}>
        <Stack gap={4} align="flex-start">
          <Text size="sm" fw={600}>
            {i18n._(OUTCOME_WORDS[progress.data.outcome])}
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
          {progress.data.outcome === 'confirm_delegate' && (
            <Button
              size="xs"
              mt="xs"
              loading={confirm.isPending}
              onClick={() => confirm.mutate({ params })}
            >
              {t`Yes, ${isolated(signedInAs ?? '')} is the delegate`}
            </Button>
          )}
        </Stack>
      </Alert>
      {diagnosis && <DiagnosisView diagnosis={diagnosis} />}
      <Failure problem={confirm.error} />
    </Stack>
  )
}
