/**
 * A protected connection to a directory: an address that the operator has opened, TLS by StartTLS or
 * from the first byte, and a certificate that is always verified.
 */
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { guardedLookup, NotAllowed } from '#vault/guarded-lookup.ts'
import { failureOf } from '#vault/outbound.ts'
import { patientTimeout } from '#vault/patient-timeout.ts'
import type { MayReach } from '#vault/reachable.ts'
import { whereOf, type DirectoryAddress } from './address.ts'
import { DirectoryError } from './failure.ts'
import { askForTls } from './start-tls.ts'

export type Way = {
  readonly mayReach: MayReach
  /** Where names are looked up; the system unless a test says otherwise. */
  readonly lookup?: LookupFunction | undefined
  /** PEM of the authorities that are trusted; empty: those that the system trusts. */
  readonly ca: string
  /** From the first lookup to the end of the handshake, in milliseconds. */
  readonly connectMs: number
}

/** @throws DirectoryError */
export async function dial(address: DirectoryAddress, way: Way): Promise<TLSSocket> {
  const where = whereOf(address)
  using limit = patientTimeout(way.connectMs)
  const socket = plainSocket(address, way)
  const stop = (): void => void socket.destroy(new DirectoryError('timeout', where))
  limit.signal.addEventListener('abort', stop)
  try {
    await ready(socket, 'connect')
    if (!way.mayReach(socket.remoteAddress ?? '')) throw new NotAllowed(address.host)
    if (address.startTls) await askForTls(socket, where)
    return await secured(socket, address, way)
  } catch (thrown) {
    socket.destroy()
    if (limit.isOver) throw new DirectoryError('timeout', where, thrown)
    throw thrown instanceof DirectoryError
      ? thrown
      : new DirectoryError(thrown instanceof TlsFailed ? 'tls' : failureOf(thrown), where, thrown)
  } finally {
    limit.signal.removeEventListener('abort', stop)
  }
}

function plainSocket({ host, port }: DirectoryAddress, { mayReach, lookup }: Way): Socket {
  if (isIP(host) !== 0 && !mayReach(host))
    throw new DirectoryError('not_allowed', `${host}:${port}`)
  const socket = connect({ host, port, lookup: guardedLookup(mayReach, lookup) })
  // Whoever waits for something hears of an error; nobody else has to.
  return socket.on('error', () => {}).setNoDelay(true)
}

async function secured(
  socket: Socket,
  { host }: DirectoryAddress,
  { ca }: Way,
): Promise<TLSSocket> {
  const secure = connectTls({
    socket,
    host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== '' && { ca }),
  })
  secure.on('error', () => {})
  try {
    await ready(secure, 'secureConnect')
    return secure
  } catch (thrown) {
    secure.destroy()
    throw new TlsFailed(thrown)
  }
}

class TlsFailed extends Error {
  constructor(cause: unknown) {
    super('TLS failed.', { cause })
  }
}

/** `events.once` would leave a listener behind when the socket closes without an error. */
async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The connection was closed.')))
  })
}
