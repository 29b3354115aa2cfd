/**
 * The end of a sign-in: both sides are spliced, and the connection is listed as live until it ends.
 */
import type { Gateway } from '#domain/app-password.ts'
import type { LiveConnections } from '../live.ts'
import type { Conversation } from './conversation.ts'
import type { Opened, SplicedMailbox } from './mailbox.ts'
import { Splice } from './splice.ts'

type Connection = {
  readonly appPasswordId: string
  readonly userId: string
  readonly accountId: string
  readonly protocol: Gateway
  readonly ip: string
  readonly client: string
  /** Given back at the end: slot and place. */
  readonly held: Disposable
}

export function spliced(
  live: Pick<LiveConnections, 'open'>,
  { conversation }: { readonly conversation: Conversation },
  { appPasswordId, userId, accountId, protocol, ip, client, held }: Connection,
  at: SplicedMailbox,
): Pick<Extract<Opened<unknown>, { ok: true }>, 'splice' | 'close'> {
  return {
    splice: (handed, { farewell, tap }) => {
      const splice = new Splice(handed, conversation.handOver(), {
        farewell,
        tap: tap?.(at),
        ended: () => {
          listed[Symbol.dispose]()
          held[Symbol.dispose]()
        },
      })
      const listed = live.open({
        appPasswordId,
        userId,
        accountId,
        gateway: protocol,
        ip,
        client,
        bytes: () => ({ bytesIn: splice.fromClient, bytesOut: splice.fromServer }),
        close: () => splice.close(),
      })
    },
    close: () => {
      conversation.destroy()
      held[Symbol.dispose]()
    },
  }
}
