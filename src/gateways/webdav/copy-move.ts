/**
 * COPY and MOVE (RFC 4918 §9.8, §9.9).
 */
import { isWithin, placeAt, type Place } from '#drive/place.ts'
import { readPath } from '#drive/path.ts'
import { copy as copyTo, move as moveTo, type Transferred } from '#drive/transfer.ts'
import { readDepth, readDestination, readModified, readOverwrite } from '#wire/webdav/headers.ts'
import { guard, type Intent } from './guard.ts'
import { header, href, MOUNT, type DavRequest } from './request.ts'
import { reply, type Reply } from './reply.ts'

type Wish = { readonly to: Place; readonly overwrite: boolean; readonly deep: boolean }

export async function copy(request: DavRequest, from: Place): Promise<Reply | null> {
  const wish = await read(request, from)
  if ('status' in wish) return wish
  const { to, overwrite, deep } = wish
  const changed = readModified(header(request, 'x-oc-mtime'))
  const how = { deep, changed }
  const done = await copyTo(
    request.drive,
    from,
    to,
    how,
    async (source, target) =>
      check(source, target, overwrite) ?? (await guardCopy(request, source, target)),
  )
  return answer(done)
}

export async function move(request: DavRequest, from: Place): Promise<Reply | null> {
  const wish = await read(request, from)
  if ('status' in wish) return wish
  const { to, overwrite, deep } = wish
  if (!deep && from.entry?.kind === 'directory') return reply(400)
  const done = await moveTo(
    request.drive,
    from,
    to,
    async (source, target) =>
      check(source, target, overwrite) ??
      (await guard(request, [
        {
          place: source,
          itself: true,
          membership: true,
          below: source.entry?.kind === 'directory',
        },
        replacing(target),
      ])),
  )
  return answer(done)
}

/** What is copied is only read: its conditions count, its locks and access do not. */
async function guardCopy(request: DavRequest, source: Place, target: Place): Promise<Reply | null> {
  const reading: Place = { ...source, space: { ...source.space, access: 'write' } }
  return await guard(request, [
    { place: reading, itself: false, membership: false, below: false },
    replacing(target),
  ])
}

const replacing = (target: Place): Intent => ({
  place: target,
  itself: true,
  membership: !target.entry,
  below: target.entry?.kind === 'directory',
})

function check(source: Place, target: Place, overwrite: boolean): Reply | null {
  if (!source.entry) return reply(404)
  if (target.barred) return reply(403)
  if (!target.parent) return reply(409)
  return target.entry && !overwrite ? reply(412) : null
}

async function read(request: DavRequest, from: Place): Promise<Wish | Reply> {
  if (!from.entry) return reply(404)
  const overwrite = readOverwrite(header(request, 'overwrite'))
  const depth = readDepth(header(request, 'depth')) ?? 'infinity'
  if (overwrite === null || readDepth(header(request, 'depth')) === null || depth === '1')
    return reply(400)
  const to = await destination(request)
  if ('status' in to) return to
  // The top of a space stays where it is, and nothing becomes a part of itself.
  const moves = request.req.method === 'MOVE'
  if (to.names.length === 0 || (moves && from.names.length === 0)) return reply(403)
  if (
    isWithin(from, to) ||
    (isWithin(to, from) && (moves || depth === 'infinity' || href(to) === href(from)))
  )
    return reply(403)
  const refused = check(from, to, overwrite)
  if (refused) return refused
  if (to.space.access !== 'write' || (moves && from.space.access !== 'write')) return reply(403)
  return { to, overwrite, deep: depth === 'infinity' }
}

async function destination(request: DavRequest): Promise<Place | Reply> {
  const named = readDestination(header(request, 'destination'), request.hosts)
  if (named.at === 'nowhere') return reply(400)
  if (named.at === 'elsewhere') return reply(502)
  if (!named.path.startsWith(`${MOUNT}/`)) return reply(403)
  const path = readPath(named.path.slice(MOUNT.length))
  if (!path.ok) return reply(400)
  const found = await request.drive.find(request.who.userId, path.names)
  return found.at === 'place' ? placeAt(found.place.space, found.place.names) : reply(403)
}

function answer(done: Transferred<Reply>): Reply {
  if (!done.ok) return done.refusal === 'no_room' ? reply(507) : done.refusal
  return done.created ? reply(201, { Location: href(done.to) }) : reply(204)
}
