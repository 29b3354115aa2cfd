/**
 * A client certificate as an administrator gives it: private key and certificate in one PEM text.
 */
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { invalid, type Fault, type Problem } from '#base/problem.ts'

const LEAST_RSA_BITS = 2048

export type ClientCertificate = {
  /** Private key and certificate, as they are sealed: PEM, nothing else. */
  readonly pem: string
  /** base64url of the SHA-256 of the certificate (RFC 7515 §4.1.8, `x5t#S256`). */
  readonly thumbprint: string
  readonly expiresAt: number
}

/**
 * Private key (PKCS #8 or PKCS #1, not encrypted) and certificate in one PEM text, in any order;
 * further certificates of a chain are left out.
 * @throws Problem `invalid`, field `certificate`: `key`, `certificate`, `key_size`, `mismatch`,
 *   `expired`
 */
export function clientCertificate(typed: string, now: number): ClientCertificate {
  const blocks = typed.match(/-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g) ?? []
  const key = privateKey(blocks.find((block) => block.includes('PRIVATE KEY-----')))
  const found = x509(blocks.find((block) => block.startsWith('-----BEGIN CERTIFICATE-----')))
  if (!found.checkPrivateKey(key))
    throw refused('mismatch', 'The private key does not belong to the certificate.')
  const expiresAt = Date.parse(found.validTo)
  if (expiresAt <= now) throw refused('expired', 'The certificate has ended.')
  const pkcs8 = key.export({ type: 'pkcs8', format: 'pem' })
  return {
    pem: `${pkcs8}${found.toString()}`,
    thumbprint: createHash('sha256').update(found.raw).digest('base64url'),
    expiresAt,
  }
}

function privateKey(block: string | undefined): KeyObject {
  if (block?.includes('ENCRYPTED'))
    throw refused('key', 'The private key is encrypted. Give it without a passphrase.')
  const key = block === undefined ? null : parsed(() => createPrivateKey(block))
  if (!key) throw refused('key', 'There is no private key in PEM.')
  if (key.asymmetricKeyType !== 'rsa')
    throw refused('key', 'The private key has to be an RSA key, because assertions are RS256.')
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS)
    throw refused('key_size', `The private key has fewer than ${LEAST_RSA_BITS} bits.`)
  return key
}

function x509(block: string | undefined): X509Certificate {
  const found = block === undefined ? null : parsed(() => new X509Certificate(block))
  if (!found) throw refused('certificate', 'There is no certificate in PEM.')
  return found
}

const refused = (fault: Fault, message: string): Problem => invalid('certificate', fault, message)

/** What cannot be read is null: the text of the error could show a part of the key. */
function parsed<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
