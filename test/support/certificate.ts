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

type Wanted = {
  /** Of an RSA key; `P-256`: an elliptic one instead. */
  bits?: number | 'P-256'
  /** 0: it has ended already. */
  days?: number
  names?: readonly string[]
}

/** For these names and 127.0.0.1. */
export function selfSigned({
  bits = 2048,
  days = 3650,
  names = ['localhost'],
}: Wanted = {}): SelfSigned {
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-certificate-'))
  try {
    const [keyFile, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = [
      '-subj',
      `/CN=${names[0]}`,
      '-addext',
      `subjectAltName=${[...names.map((name) => `DNS:${name}`), 'IP:127.0.0.1'].join(',')}`,
    ]
    const key = bits === 'P-256' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : [`rsa:${bits}`]
    const made = ['-newkey', ...key, '-nodes', '-keyout', keyFile, '-out', file]
    execFileSync('openssl', ['req', '-x509', '-days', String(days || 1), ...made, ...subject], {
      stdio: 'ignore',
    })
    if (days === 0) {
      const again = ['-in', file, '-signkey', keyFile, '-days', '0', '-out', file]
      execFileSync('openssl', ['x509', ...again], { stdio: 'ignore' })
    }
    const certificate = readFileSync(file, 'utf8')
    const { raw } = new X509Certificate(certificate)
    const thumbprint = createHash('sha256').update(raw).digest('base64url')
    return { key: readFileSync(keyFile, 'utf8'), certificate, thumbprint }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
