/**
 * Which gateways for mail no living node has open, and the setting that opens each.
 */
import type { Dashboard, MailDoor } from '../api/types.ts'

type MailGateway = MailDoor['gateway']

/** The listener with TLS from the first byte (RFC 8314 §3.3). */
export const OPENED_BY: Record<MailGateway, string> = {
  imap: 'PASSERELLE_IMAPS_LISTEN',
  pop3: 'PASSERELLE_POP3S_LISTEN',
  smtp: 'PASSERELLE_SUBMISSIONS_LISTEN',
}
const MAIL_GATEWAYS = Object.keys(OPENED_BY) as MailGateway[]

export function closedGateways({ nodes }: Pick<Dashboard, 'nodes'>): MailGateway[] {
  const open = new Set(nodes.filter(({ alive }) => alive).flatMap(({ doors }) => doors))
  return MAIL_GATEWAYS.filter((gateway) => !open.has(gateway))
}
