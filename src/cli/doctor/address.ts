/**
 * Examines how people reach the server: public URL, listener, certificate, proxies, a running server.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DAY } from '#base/clock.ts'
import type { Config } from '#config.ts'
import { fault, ok, reason, warning, type Finding } from './finding.ts'

const RENEW_BEFORE_DAYS = 14
const ASK_TIMEOUT_MS = 3000

export async function examineAddress(config: Config, now: number): Promise<Finding[]> {
  return [way(config), ...(config.tls ? [certificate(config, now)] : []), await running(config)]
}

function way({ origin, listen, tls, trustedProxies }: Config): Finding {
  const at = `${listen.host}:${listen.port}`
  if (tls) return ok('public URL', `${origin}, TLS ends here at ${at}.`)
  if (trustedProxies.length > 0)
    return ok('public URL', `${origin}, through a proxy in ${trustedProxies.join(', ')} to ${at}.`)
  return warning(
    'public URL',
    `${origin}: only this machine reaches it. For others set PASSERELLE_URL, and TLS here or a reverse proxy (docs/operate/reverse-proxy.md).`,
  )
}

/** @param now milliseconds */
function certificate({ tls, origin }: Config, now: number): Finding {
  const part = 'certificate'
  if (!tls) return ok(part, 'none')
  try {
    const leaf = new X509Certificate(readFileSync(tls.certFile))
    const days = Math.floor((leaf.validToDate.getTime() - now) / DAY)
    const host = new URL(origin).hostname
    if (!leaf.checkPrivateKey(createPrivateKey(readFileSync(tls.keyFile))))
      return fault(part, `${tls.keyFile} is not the key of ${tls.certFile}.`)
    if (days < 0) return fault(part, `${tls.certFile} ended on ${leaf.validTo}. Renew it, restart.`)
    if (leaf.checkHost(host) === undefined)
      return fault(part, `${tls.certFile} is not for ${host}, so clients will refuse it.`)
    const says = `${tls.certFile} is for ${host} and ends in ${days} days.`
    return days < RENEW_BEFORE_DAYS ? warning(part, says) : ok(part, says)
  } catch (cause) {
    return fault(part, `The certificate or its key cannot be read: ${reason(cause)}`)
  }
}

/** Asks the listener itself. A certificate for the public name does not fit the address, so TLS is not asked. */
async function running({ listen, tls }: Config): Promise<Finding> {
  const part = 'server'
  if (tls) return ok(part, 'Not asked: it speaks TLS under its public name.')
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listen.host] ?? listen.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}/readyz`
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) })
    return answer.ok
      ? ok(part, 'Running and ready.')
      : fault(part, `Running, but not ready (${answer.status}): see its log.`)
  } catch {
    return warning(part, `Not running, or not at ${listen.host}:${listen.port}.`)
  }
}
