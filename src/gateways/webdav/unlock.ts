/**
 * UNLOCK (RFC 4918 §9.11): ends a lock, for the person who made it.
 */
import { LocksAround } from '#drive/locks.ts'
import type { Place } from '#drive/place.ts'
import { readLockToken } from '#wire/webdav/headers.ts'
import { header, type DavRequest } from './request.ts'
import { refusal, reply, type Reply } from './reply.ts'

export async function unlock(request: DavRequest, place: Place): Promise<Reply | null> {
  const { drive, who } = request
  const token = readLockToken(header(request, 'lock-token'))
  if (token === null) return reply(400)
  const found = await drive.tables.davLocks.find(token, drive.clock.now())
  const covers =
    found?.space === place.space.id && new LocksAround([found]).on(place.path).length > 0
  if (!covers) return refusal(409, 'lock-token-matches-request-uri')
  if (found.user_id !== who.userId) return reply(403)
  await drive.tables.davLocks.remove(token)
  return reply(204)
}
