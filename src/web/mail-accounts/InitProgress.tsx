/**
 * How far an Init. Token is: it looks by itself until it has ended.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { reading, useAction } from '../api/query.ts'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Failure } from '../parts/Failure.tsx'
import { isolated } from '../parts/moments.ts'
import { OUTCOME_WORDS } from '../words/mail-accounts.ts'
import { InitOutcome } from './InitOutcome.tsx'

const LOOK_EVERY_MS = 2000

type Props = {
  accountId: string
  initId: string
  /** Scrolls there: whoever comes back from the provider looks for it. */
  seek: boolean
  /** Shown until it has ended. */
  children?: React.ReactNode
}

export function InitProgress({ accountId, initId, seek, children }: Props): React.ReactNode {
  const { t } = useLingui()
  const client = useQueryClient()
  const params = { id: accountId, initId }
  const progress = useQuery({
    ...reading('GET /mail-accounts/:id/init/:initId', { params }),
    refetchInterval: ({ state }) => (state.data?.outcome === 'pending' ? LOOK_EVERY_MS : false),
  })
  const confirm = useAction('POST /mail-accounts/:id/init/:initId/confirm')
  const decline = useAction('POST /mail-accounts/:id/init/:initId/decline')
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
  const { signedInAs, diagnosis } = progress.data
  return (
    <Stack gap="sm" ref={shown}>
      {outcome === 'pending' && children}
      <InitOutcome init={progress.data} words={OUTCOME_WORDS}>
        {outcome === 'confirm_delegate' && (
          <Group gap="xs" mt="xs">
            <Button
              size="xs"
              loading={confirm.isPending}
              disabled={decline.isPending}
              onClick={() => confirm.mutate({ params })}
            >
              {signedInAs === null
                ? t`Yes, it was the right person`
                : t`Yes, ${isolated(signedInAs)} may open it`}
            </Button>
            <Button
              size="xs"
              variant="default"
              loading={decline.isPending}
              disabled={confirm.isPending}
              onClick={() => decline.mutate({ params })}
            >
              <Trans>No, it was somebody else</Trans>
            </Button>
          </Group>
        )}
      </InitOutcome>
      {diagnosis && <DiagnosisView diagnosis={diagnosis} />}
      <Failure problem={confirm.error ?? decline.error} />
    </Stack>
  )
}
