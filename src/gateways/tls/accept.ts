/**
 * The server's side of a TLS handshake, on a connection that is open.
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificates, TlsAge } from './certificates.ts'

export type TlsOffer = {
  readonly certificates: Certificates
  readonly age: TlsAge
  /**
   * Names of the protocol (RFC 7301 §6). A client that names others is refused by an alert: it was
   * led here by somebody who wants our answers to be taken for another server's (ALPACA).
   */
  readonly alpn: readonly string[]
  readonly handshakeMs: number
}

/** @returns null when it failed or took too long: the connection is closed then */
export async function acceptTls(
  socket: Socket,
  { certificates, age, alpn, handshakeMs }: TlsOffer,
): Promise<TLSSocket | null> {
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: certificates.standard(age),
    // Not `ALPNProtocols`: Node would keep a buffer of them for as long as the connection is open.
    ALPNCallback: ({ protocols }) => protocols.find((one) => alpn.includes(one)),
    ...(certificates.several
      ? { SNICallback: (name, answer) => answer(null, certificates.choose(name, age)) }
      : {}),
  })
  secure.on('error', nothing)
  // Node keeps errors of a socket without a server of its own to itself, and leaves it open.
  secure.on('_tlsError', () => secure.destroy())
  await new Promise<void>((resolve) => {
    const giveUp = (): void => void secure.destroy()
    const settle = (): void => {
      clearTimeout(timer)
      // Nothing of the handshake stays with a connection that may last for days.
      secure.off('end', giveUp).off('secure', settle).off('close', settle)
      resolve()
    }
    const timer = setTimeout(giveUp, handshakeMs)
    // Who ends its side in the middle of a handshake has nothing more to wait for.
    secure.on('end', giveUp).on('secure', settle).on('close', settle)
  })
  return secure.destroyed ? null : secure
}

/** Whoever waits for the connection is told by its end. */
const nothing = (): void => {}
