/**
 * The part of the object graph between the mail listeners and the providers: each protocol up to its
 * splice, all behind the one admission.
 */
import { HOUR } from '#base/clock.ts'
import type { Round } from '#changes/rounds.ts'
import { imap } from '#gateways/imap/serve.ts'
import { signInAtImap } from '#gateways/imap/upstream.ts'
import { QUEUE_LIMITS } from '#gateways/mail/limits.ts'
import { openMailbox, type OpenMailboxNeeds } from '#gateways/mail/open-mailbox.ts'
import { Places } from '#gateways/mail/places.ts'
import { RefreshedInVain } from '#gateways/mail/refreshed-in-vain.ts'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import { MailboxSlots } from '#gateways/mail/slots.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { UpstreamTrouble } from '#gateways/mail/upstream-trouble.ts'
import { pop3 } from '#gateways/pop3/serve.ts'
import { signInAtPop3 } from '#gateways/pop3/upstream.ts'
import { askServers, CarriedByServers } from '#gateways/smtp/carried.ts'
import { MessageRate } from '#gateways/smtp/message-rate.ts'
import { submission } from '#gateways/smtp/submission.ts'
import { signInAtSmtp } from '#gateways/smtp/upstream.ts'
import type { MailServer } from '#mail/mail-server.ts'
import { mailboxOf } from '#vault/mailbox.ts'
import type { Config } from '../config.ts'
import type { Ground } from '../ground.ts'
import type { OAuth } from '../oauth.ts'

export type MailProtocols = {
  readonly serve: Readonly<Record<MailProtocol, Serve>>
  readonly rounds: readonly Round[]
}

type Around = Pick<OpenMailboxNeeds, 'admit' | 'live' | 'nodes'> & {
  /** The server stops: nobody is asked any more. */
  readonly stopping: AbortSignal
}

export function mailProtocols(
  ground: Ground,
  oauth: OAuth,
  { admit, live, nodes, stopping }: Around,
): MailProtocols {
  const { config, clock, log, store } = ground
  const name = config.mailGateways.host
  const tls = new UpstreamTls({ clock })
  const needs: OpenMailboxNeeds = {
    admit,
    account: (id) => store.credentials.account(id),
    mailboxOf: (account) => mailboxOf(oauth, account, account),
    tables: store.tables,
    tokens: oauth.tokens,
    tls,
    places: new Places(),
    slots: new MailboxSlots(QUEUE_LIMITS),
    live,
    trouble: new UpstreamTrouble({ store, clock, log }),
    inVain: new RefreshedInVain(clock),
    nodes,
    log,
  }
  const carried = new CarriedByServers()
  const { tap } = new MessageRate({ clock })
  const atSmtp = signInAtSmtp({ name, learn: carried.learn })
  return {
    serve: {
      imap: imap({ open: openMailbox(needs, signInAtImap) }),
      pop3: pop3(openMailbox(needs, signInAtPop3)),
      smtp: submission({
        name,
        carried: carried.offered,
        openMailbox: openMailbox(needs, atSmtp),
        tap,
      }),
    },
    rounds: sends(config.mailGateways)
      ? [
          {
            name: 'smtp-servers',
            everyMs: HOUR,
            run: () =>
              askServers(carried, {
                servers: () => submissionServers(store.tables, oauth),
                tls,
                name,
                signal: stopping,
              }),
          },
        ]
      : [],
  }
}

const sends = ({ listeners, oldSmtp }: Config['mailGateways']): boolean =>
  oldSmtp !== null || listeners.some(({ protocol }) => protocol === 'smtp')

/** Those of every application that is declared; one whose servers are not known now has none. */
async function submissionServers(
  { oauthApplications }: Pick<Ground['store']['tables'], 'oauthApplications'>,
  { clientOf, addressOf }: Pick<OAuth, 'clientOf' | 'addressOf'>,
): Promise<Pick<MailServer, 'host' | 'port' | 'security' | 'addressOf'>[]> {
  const clients = (await oauthApplications.list()).map(async (row) => await clientOf(row))
  return (await Promise.allSettled(clients)).flatMap((found) =>
    found.status === 'fulfilled' && found.value.hosts
      ? [{ ...found.value.hosts.smtp, addressOf }]
      : [],
  )
}
