/**
 * What became of connecting a mailbox, for who has come back from the provider.
 */
import { useLingui } from '@lingui/react/macro'
import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { reading } from '../api/query.ts'
import { InitOutcome } from '../mail-accounts/InitOutcome.tsx'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { OWN_OUTCOME_WORDS } from '../words/mailboxes.ts'

const LOOK_EVERY_MS = 2000

type Props = { mailboxId: string; initId: string; onClose: () => void }

export function MailboxInit({ mailboxId, initId, onClose }: Props): React.ReactNode {
  const { t } = useLingui()
  const params = { id: mailboxId, initId }
  const { data } = useQuery({
    ...reading('GET /me/mailboxes/:id/init/:initId', { params }),
    refetchInterval: ({ state }) => (state.data?.outcome === 'pending' ? LOOK_EVERY_MS : false),
  })
  const shown = useRef<HTMLDivElement>(null)
  const known = data !== undefined
  useEffect(() => {
    if (known) shown.current?.scrollIntoView({ block: 'center' })
  }, [known])
  // An old address, or one of another browser session: the table says how the mailbox is.
  if (!data) return null
  return (
    <Stack gap="sm" ref={shown}>
      <InitOutcome init={data} words={OWN_OUTCOME_WORDS}>
        <Button size="compact-xs" variant="default" mt="xs" onClick={onClose}>
          {t`Put this away`}
        </Button>
      </InitOutcome>
      {data.diagnosis && <DiagnosisView diagnosis={data.diagnosis} />}
    </Stack>
  )
}
