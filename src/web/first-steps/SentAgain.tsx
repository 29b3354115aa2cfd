/**
 * Where the first code went, and another one when it does not come.
 */
import { useMutation } from '@tanstack/react-query'
import type { ApiProblem } from '../api/problem.ts'
import type { CodeSetUp } from '../api/types.ts'
import { SendAgain } from '../sign-in/SendCode.tsx'
import type { Begun } from './begun.ts'

type Props = {
  begun: Extract<Begun, { kind: 'email' | 'sms' }>
  onSent: (setUp: CodeSetUp) => void
}

export function SentAgain({ begun, onSent }: Props): React.ReactNode {
  const send = useMutation<CodeSetUp, ApiProblem>({ mutationFn: begun.again, onSuccess: onSent })
  return (
    <SendAgain
      sent={begun.setUp}
      first=""
      pending={send.isPending}
      problem={send.error}
      onSend={() => send.mutate()}
    />
  )
}
