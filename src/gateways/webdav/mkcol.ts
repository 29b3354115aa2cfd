/**
 * MKCOL (RFC 4918 §9.3): a new collection.
 */
import { makeCollection } from '#drive/make-collection.ts'
import type { Place } from '#drive/place.ts'
import { guard } from './guard.ts'
import { hasBody, type DavRequest } from './request.ts'
import { reply, type Reply } from './reply.ts'

export async function mkcol(request: DavRequest, place: Place): Promise<Reply | null> {
  if (hasBody(request.req)) return reply(415)
  const refused = await makeCollection(request.drive, place, async (now) => {
    if (now.barred) return reply(403)
    if (now.entry) return reply(405)
    if (!now.parent) return reply(409)
    return await guard(request, [{ place: now, itself: true, membership: true, below: false }])
  })
  return refused ?? reply(201)
}
