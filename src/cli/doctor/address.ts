/**
 * Examines how people reach the server: public URL, listener, certificate, proxies, a running server.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DAY } from '#base/clock.ts'
import type { Config, KeyPairFiles } from '#config.ts'
import { fault, ok, reason, warning, type Finding } from './finding.ts'

const RENEW_BEFORE_DAYS = 14
const ASK_TIMEOUT_MS = 3000

export async function examineAddress(config: Config, now: number): Promise<Finding[]> {
  const { tls, listenTls, origin, mailGateways } = config
  // What clients ask for by name: pages where TLS ends here, and the mail gateways.
  const hosts = [
    ...(listenTls ? [new URL(origin).hostname] : []),
    ...(tls.length > 0 && mailGateways.listeners.length > 0 ? [mailGateways.host] : []),
  ]
  const found = tls.map((files) => ({ files, ...certificate(files, now) }))
  const leaves = found.flatMap(({ leaf }) => (leaf ? [leaf] : []))
  return [
    way(config),
    ...found.map(({ finding }) => finding),
    ...(leaves.length === found.length
      ? [...new Set(hosts)].map((host) => named(host, leaves))
      : []),
    await running(config),
  ]
}

function way({ origin, listen, listenTls, trustedProxies }: Config): Finding {
  const at = `${listen.host}:${listen.port}`
  if (listenTls) return ok('public URL', `${origin}, TLS ends here at ${at}.`)
  if (trustedProxies.length > 0)
    return ok('public URL', `${origin}, through a proxy in ${trustedProxies.join(', ')} to ${at}.`)
  return warning(
    'public URL',
    `${origin}: only this machine reaches it. For others set PASSERELLE_URL, and TLS here or a reverse proxy (docs/operate/reverse-proxy.md).`,
  )
}

/**
 * The files as they are now: a server that runs keeps the pair before when they cannot be used.
 * @param now milliseconds
 */
function certificate(
  { certFile, keyFile }: KeyPairFiles,
  now: number,
): { readonly finding: Finding; readonly leaf?: X509Certificate } {
  const part = 'certificate'
  try {
    const leaf = new X509Certificate(readFileSync(certFile))
    const days = Math.floor((leaf.validToDate.getTime() - now) / DAY)
    if (!leaf.checkPrivateKey(createPrivateKey(readFileSync(keyFile))))
      return { finding: fault(part, `${keyFile} is not the key of ${certFile}.`) }
    if (days < 0)
      return { finding: fault(part, `${certFile} ended on ${leaf.validTo}. Renew it.`), leaf }
    const says = `${certFile} ends in ${days} days.`
    return { finding: days < RENEW_BEFORE_DAYS ? warning(part, says) : ok(part, says), leaf }
  } catch (cause) {
    return {
      finding: fault(part, `The certificate or its key cannot be read: ${reason(cause)}`),
    }
  }
}

function named(host: string, leaves: readonly X509Certificate[]): Finding {
  return leaves.some((leaf) => leaf.checkHost(host) !== undefined)
    ? ok('certificate', `There is one for ${host}.`)
    : fault('certificate', `None is for ${host}, so clients will refuse it.`)
}

/** Asks the listener itself. A certificate for the public name does not fit the address, so TLS is not asked. */
async function running({ listen, listenTls }: Config): Promise<Finding> {
  const part = 'server'
  if (listenTls) return ok(part, 'Not asked: it speaks TLS under its public name.')
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
