/**
 * One try to sign in at a provider's server: connected, and led through the protocol's dialogue in
 * the time that there is for it.
 */
import type { Secret } from '#base/secret.ts'
import type { MailAnswer, MailServer } from '#mail/mail-server.ts'
import { patientTimeout } from '#vault/patient-timeout.ts'
import type { Conversation } from './conversation.ts'
import { UPSTREAM_LIMITS } from './limits.ts'
import type { UpstreamDialogue } from './mailbox.ts'
import type { UpstreamTls } from './upstream-tls.ts'
import { connectUpstream } from './upstream.ts'

export type SignedIn<Ready> = { readonly ready: Ready; readonly conversation: Conversation }

/** @param signal whoever waits for it has gone */
export async function signInAt<Ready>(
  dialogue: UpstreamDialogue<Ready>,
  as: { readonly server: MailServer; readonly user: string; readonly token: Secret },
  {
    tls,
    signal,
    timeoutMs = UPSTREAM_LIMITS.stepMs,
  }: {
    readonly tls: UpstreamTls
    readonly signal: AbortSignal
    readonly timeoutMs?: number
  },
): Promise<MailAnswer<SignedIn<Ready>>> {
  const connected = await connectUpstream(as.server, { tls, signal, timeoutMs })
  if (!connected.ok) return { ...connected, said: short(connected.said) }
  const { conversation } = connected.upstream
  using limit = patientTimeout(timeoutMs, signal)
  const ended = limit.signal
  const cut = (): void => conversation.destroy()
  ended.addEventListener('abort', cut)
  try {
    const answer = await dialogue(connected.upstream, as)
    if (answer.ok && !ended.aborted) return { ok: true, ready: answer.ready, conversation }
    conversation.destroy()
    if (limit.isOver) return { ok: false, stage: 'timeout', said: 'No answer in time.' }
    if (answer.ok) return { ok: false, stage: 'network', said: 'Nobody waits any more.' }
    const fault = answer.stage === 'tls' ? connected.upstream.tlsFault() : null
    return fault === null ? answer : { ...answer, said: short(fault) }
  } catch (thrown) {
    conversation.destroy()
    throw thrown
  } finally {
    ended.removeEventListener('abort', cut)
  }
}

const LONGEST = 500
/** A certificate can have names without end in it. */
const short = (said: string): string =>
  said.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST)
