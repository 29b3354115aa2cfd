/**
 * TLS for servers of the tests on localhost: one certificate a process, trusted by that process.
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { selfSigned, type SelfSigned } from './certificate.ts'

let made: SelfSigned | null = null

/** For `https.createServer`. Whoever is not this process trusts it by NODE_EXTRA_CA_CERTS. */
export function localhostTls(): { readonly key: string; readonly cert: string } {
  if (!made) {
    made = selfSigned()
    setDefaultCACertificates([...getCACertificates('default'), made.certificate])
  }
  return { key: made.key, cert: made.certificate }
}
