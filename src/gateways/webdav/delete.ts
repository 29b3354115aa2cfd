/**
 * DELETE (RFC 4918 §9.6): a file or a collection with everything in it, whole or not at all.
 */
import type { Place } from '#drive/place.ts'
import { remove } from '#drive/remove.ts'
import { readDepth } from '#wire/webdav/headers.ts'
import { guard } from './guard.ts'
import { header, type DavRequest } from './request.ts'
import { reply, type Reply } from './reply.ts'

export async function del(request: DavRequest, place: Place): Promise<Reply | null> {
  if (place.names.length === 0) return reply(403)
  if (place.barred) return reply(403)
  const depth = readDepth(header(request, 'depth'))
  if (depth === null) return reply(400)
  if (place.entry?.kind === 'directory' && depth !== undefined && depth !== 'infinity')
    return reply(400)
  const refused = await remove(request.drive, place, async (now) => {
    if (!now.entry) return reply(404)
    const intent = {
      place: now,
      itself: true,
      membership: true,
      below: now.entry.kind === 'directory',
    }
    return await guard(request, [intent])
  })
  return refused ?? reply(204)
}
