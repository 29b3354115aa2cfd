/**
 * Certificates that sign themselves, made by openssl.
 */
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type SelfSigned = {
  readonly key: string
  readonly certificate: string
  /** base64url of the SHA-256 (`x5t#S256`). */
  readonly thumbprint: string
}

/** For localhost and 127.0.0.1. */
export function selfSigned({ bits = 2048, days = 3650 } = {}): SelfSigned {
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-certificate-'))
  try {
    const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = [
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ]
    const made = ['-newkey', `rsa:${bits}`, '-nodes', '-keyout', keyFile, '-out', file]
    execFileSync('openssl', ['req', '-x509', '-days', String(days), ...made, ...subject], {
      stdio: 'ignore',
    })
    const certificate = readFileSync(file, 'utf8')
    const { raw } = new X509Certificate(certificate)
    const thumbprint = createHash('sha256').update(raw).digest('base64url')
    return { key: readFileSync(keyFile, 'utf8'), certificate, thumbprint }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
