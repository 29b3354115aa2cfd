/**
 * A request to the drive, after admission: who asks what of which place.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import type { Admit } from '#domain/admission.ts'
import type { Drive } from '#drive/drive.ts'
import { hrefOf, type Place } from '#drive/place.ts'
import { MAX_XML_BYTES } from '#wire/webdav/limits.ts'
import type { Door } from '../http/door.ts'
import type { LiveConnections } from '../live.ts'

/** Where the drive is in the name space of the server. */
export const MOUNT = '/dav'

export type WebdavNeeds = {
  readonly admit: Admit
  readonly drive: Drive
  readonly live: LiveConnections
  readonly log: Log
  readonly clock: Clock
  /** The host (with port) of the public URL: a proxy in front may send us another Host header. */
  readonly publicHost: string
}

export type Who = {
  readonly userId: string
  readonly userName: string
  readonly appPasswordId: string
}

export type DavRequest = {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly door: Door
  readonly who: Who
  readonly drive: Drive
  readonly hosts: readonly string[]
}

export function header({ req }: Pick<DavRequest, 'req'>, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

export const href = (place: Pick<Place, 'space' | 'names' | 'entry'>): string =>
  hrefOf(MOUNT, place)

/** Whether anything comes after the headers; it may still be empty. */
export const hasBody = (req: IncomingMessage): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0

/** A small body, whole. @throws Problem `too_large`; `invalid` when it breaks off */
export async function readBody(
  { req, door }: Pick<DavRequest, 'req' | 'door'>,
  most = MAX_XML_BYTES,
): Promise<Buffer> {
  if (!hasBody(req)) return Buffer.alloc(0)
  if (Number(req.headers['content-length'] ?? 0) > most) throw tooLarge()
  door.goOn()
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  req.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > most) reject(tooLarge())
  })
  const brokeOff = (): void => reject(new Problem('invalid', 'The body broke off.'))
  req.once('close', brokeOff)
  req.once('end', () => {
    req.off('close', brokeOff)
    resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
  })
  try {
    return await promise
  } finally {
    req.removeAllListeners('data')
  }
}

const tooLarge = (): Problem => new Problem('too_large', 'The body is larger than is taken.')
