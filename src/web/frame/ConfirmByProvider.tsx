/**
 * Confirming at the provider that one comes from: in a tab of its own, so that nothing that was typed
 * here is lost. This page looks until it is done.
 */
import { Trans } from '@lingui/react/macro'
import { Button, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import { sessionReading } from '../api/session.ts'
import { Failure } from '../parts/Failure.tsx'
import { PROVIDER_WORDS } from '../sign-in/words.ts'

const LOOK_EVERY_MS = 1500

export function ConfirmByProvider({ onConfirmed }: { onConfirmed: () => void }): React.ReactNode {
  const [left, setLeft] = useState(false)
  // Asked for when the window opens, so that the button is a link, which no browser holds back.
  const there = useQuery<{ url: string }, ApiProblem>({
    queryKey: ['POST /session/confirm/provider'],
    queryFn: () => call('POST /session/confirm/provider', { body: { next: '/confirmed' } }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  const { data: session } = useQuery({
    ...sessionReading(),
    refetchInterval: left ? LOOK_EVERY_MS : false,
    refetchIntervalInBackground: true,
  })
  const until = session?.recentUntil ?? null
  // It may be a moment from its end still; confirmed is who has a later one.
  const [before] = useState(until)
  // The person's own second factor may still be asked for in the other tab.
  const confirmed = left && session?.stage === 'full' && until !== null && until !== before
  useEffect(() => {
    if (confirmed) onConfirmed()
  }, [confirmed, onConfirmed])
  return (
    <Stack gap="xs">
      <Text size="sm">
        <Trans>
          Sign in once more where your account comes from. It opens in a new tab; this page waits.
        </Trans>
      </Text>
      <Button
        component="a"
        href={there.data?.url ?? ''}
        target="_blank"
        rel="noreferrer"
        fullWidth
        data-autofocus
        disabled={!there.data}
        onClick={() => setLeft(true)}
      >
        <Trans>Confirm at the provider</Trans>
      </Button>
      {left && (
        <Text size="sm" c="dimmed" component="output">
          <Loader size={12} aria-hidden /> <Trans>Waiting for the other tab …</Trans>
        </Text>
      )}
      <Failure problem={there.error} words={PROVIDER_WORDS} />
    </Stack>
  )
}
