/**
 * Mail gateways as mail programs reach them: server, port, security.
 */
import type { MailDoor } from '#api/app-passwords.ts'
import { OLD_SCANNERS } from '#api/dashboard.ts'
import { MAIL_GATEWAYS } from '#domain/app-password.ts'
import type { Config } from '../config.ts'

type Gateways = Config['mailGateways']

/** One of each that is open; TLS from the first byte where there is a choice (RFC 8314 §3.3). */
export function mailDoors({ host, listeners }: Pick<Gateways, 'host' | 'listeners'>): MailDoor[] {
  return MAIL_GATEWAYS.flatMap((gateway) => {
    const open = listeners.filter(({ protocol }) => protocol === gateway)
    const best = open.find(({ security }) => security === 'tls') ?? open[0]
    return best ? [{ gateway, host, port: best.publicPort, security: best.security }] : []
  })
}

/** Words for the mail gateways that are open here, for the dashboard of every node. */
export const doorWords = ({
  listeners,
  oldSmtp,
}: Pick<Gateways, 'listeners' | 'oldSmtp'>): string[] => [
  ...new Set(listeners.map(({ protocol }) => protocol)),
  ...(oldSmtp ? [OLD_SCANNERS] : []),
]
