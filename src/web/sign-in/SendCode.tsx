/**
 * Sending a code, and another one when the first does not come: not before the server takes it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import type { ApiProblem } from '../api/problem.ts'
import type { CodeSent, OfferedFactor } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { justSent, useSecondsUntil } from '../parts/seconds-until.ts'
import { isolated } from '../parts/moments.ts'
import { NOT_SENT_WORDS } from './words.ts'

export function SendCode({ factor }: { factor: OfferedFactor }): React.ReactNode {
  const { t } = useLingui()
  const body = { factorId: factor.id }
  // Nothing that is shown changes by it, so nothing is read again.
  const send = useMutation<CodeSent, ApiProblem>({
    mutationFn: async () => justSent(await call('POST /session/codes', { body })),
  })
  const destination = isolated(factor.destination ?? '')
  return (
    <SendAgain
      sent={send.data ?? null}
      first={t`Send a code to ${destination}`}
      pending={send.isPending}
      problem={send.error}
      onSend={() => send.mutate()}
    />
  )
}

type Props = {
  /** The last code that was sent. */
  sent: Pick<CodeSent, 'destination' | 'againAt'> | null
  first: string
  pending: boolean
  problem: ApiProblem | null
  onSend: () => void
}

export function SendAgain({ sent, first, pending, problem, onSend }: Props): React.ReactNode {
  const left = useSecondsUntil(sent?.againAt ?? null)
  return (
    <Stack gap={6}>
      <Text size="sm" component="output" hidden={!sent}>
        {sent && (
          <Trans>
            A code is on its way to {isolated(sent.destination)}. It can take a minute; look into
            the junk mail, too.
          </Trans>
        )}
      </Text>
      <Button
        variant="default"
        loading={pending}
        disabled={left > 0}
        onClick={onSend}
        // A countdown that is read out each second would drown everything else.
        aria-live="off"
      >
        {sent ? (
          left > 0 ? (
            <Trans>Send another code (in {left} s)</Trans>
          ) : (
            <Trans>Send another code</Trans>
          )
        ) : (
          first
        )}
      </Button>
      <Failure problem={problem} words={NOT_SENT_WORDS} />
    </Stack>
  )
}
