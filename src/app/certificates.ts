/**
 * The part of the object graph for TLS: certificates that are read again while the server runs.
 */
import { SECOND } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Round } from '#changes/rounds.ts'
import { Certificates } from '#gateways/tls/certificates.ts'
import type { Config } from '../config.ts'

/**
 * @returns null: nothing here ends TLS
 * @throws Error with a sentence for the operator
 */
export function openCertificates({ tls }: Pick<Config, 'tls'>, log: Log): Certificates | null {
  const [first, ...others] = tls
  return first ? Certificates.open([first, ...others], log) : null
}

export const certificateRounds = (certificates: Certificates | null): readonly Round[] =>
  certificates
    ? [{ name: 'certificates', everyMs: 5 * SECOND, run: async () => certificates.check() }]
    : []
