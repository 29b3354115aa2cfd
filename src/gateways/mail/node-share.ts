/**
 * The part of a provider's limits that one node may use: a mailbox has them once, however many
 * nodes there are. No node has less than one; what that is too much, the provider refuses as busy.
 */
import type { Provider } from '#vault/providers.ts'

type Limits = Provider['limits']

/** @param nodes that are alive, this one among them */
export function nodeShare(limits: Limits, nodes: number): Limits {
  const share = (most: number | null): number | null =>
    most === null ? null : Math.max(1, Math.floor(most / nodes))
  return {
    ...limits,
    imapConnections: share(limits.imapConnections),
    smtpConnections: share(limits.smtpConnections),
    messagesPerMinute: share(limits.messagesPerMinute),
  }
}
