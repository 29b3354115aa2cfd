/**
 * A certificate chain and its private key, read from two files and checked to belong together.
 */
import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls'

/** PEM files. */
export type KeyPairFiles = { readonly certFile: string; readonly keyFile: string }

/** One context for all connections: each of its own costs milliseconds and memory. */
export type KeyPair = {
  readonly leaf: X509Certificate
  readonly options: SecureContextOptions
  readonly context: SecureContext
}

/** A client that asks to renegotiate costs a handshake each time. */
const FIRM = { secureOptions: constants.SSL_OP_NO_RENEGOTIATION, honorCipherOrder: true } as const

/**
 * RFC 8996: nothing below 1.2. RFC 9325 §4.1: no key exchange with which the key opens what was
 * recorded before it was stolen.
 */
const TODAY = { ...FIRM, minVersion: 'TLSv1.2', ciphers: `${DEFAULT_CIPHERS}:!kRSA` } as const

/** What TLS 1.0 needs of OpenSSL: signatures with SHA-1. */
const OLD = { ...FIRM, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const

/** @throws Error with a sentence that names the files */
export function readKeyPair({ certFile, keyFile }: KeyPairFiles): KeyPair {
  const cert = read(certFile)
  const key = read(keyFile)
  const leaf = understood(certFile, 'certificate', () => new X509Certificate(cert))
  const own = understood(keyFile, 'private key', () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(own)) throw new Error(`${keyFile} is not the key of ${certFile}.`)
  const options = { ...TODAY, cert, key }
  const context = understood(certFile, 'certificate', () => createSecureContext(options))
  return { leaf, options, context }
}

/** The same pair for clients that know nothing newer than TLS 1.0 or 1.1. */
export const oldContext = ({ options: { cert, key } }: KeyPair): SecureContext =>
  createSecureContext({ ...OLD, cert: cert ?? '', key: key ?? '' })

/** What tells a file that was written, renamed over or pointed elsewhere from the one before. */
export function stampOf({ certFile, keyFile }: KeyPairFiles): string {
  return [certFile, keyFile].map((file) => stamp(file)).join(' ')
}

function stamp(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(':')
  } catch {
    return 'none'
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file} cannot be read.`, { cause })
  }
}

/** What OpenSSL says of a broken file names nothing that an operator knows. */
function understood<T>(file: string, what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new Error(`${file} has no ${what} (PEM) that can be used.`, { cause })
  }
}
