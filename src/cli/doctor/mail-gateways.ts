/**
 * Examines the mail gateways: which are open, and what an operator should not forget.
 */
import type { Config } from '#config.ts'
import { ok, warning, type Finding } from './finding.ts'

export function examineMailGateways({ mailGateways }: Pick<Config, 'mailGateways'>): Finding[] {
  const { host, listeners, oldSmtp } = mailGateways
  const part = 'mail gateways'
  const open = listeners.map(
    ({ name, host: address, port, publicPort }) =>
      `${name} at ${address}:${port}${publicPort === port ? '' : `, for people at ${publicPort}`}`,
  )
  const found = [
    open.length === 0 ? ok(part, 'Off.') : ok(part, `For ${host}: ${open.join('; ')}.`),
  ]
  if (!oldSmtp) return found
  const networks = oldSmtp.networks.join(', ')
  const how = oldSmtp.tls === 'off' ? 'without TLS' : 'with TLS 1.0'
  const says = `Old devices in ${networks} sign in ${how}: their passwords can be read on the way.`
  return [...found, warning(part, says)]
}
