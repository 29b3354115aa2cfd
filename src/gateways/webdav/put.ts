/**
 * PUT (RFC 4918 §9.7): a body into a file of Incoming, and from there into its place by one rename.
 */
import { rmSync } from 'node:fs'
import { SMALL_BODY } from '#drive/limits.ts'
import type { Place } from '#drive/place.ts'
import { putFile } from '#drive/put-file.ts'
import { receive, store, type Received } from '#drive/receive.ts'
import { readModified } from '#wire/webdav/headers.ts'
import { guard } from './guard.ts'
import { hasBody, header, readBody, type DavRequest } from './request.ts'
import { reply, type Reply } from './reply.ts'

export async function put(request: DavRequest, place: Place): Promise<Reply | null> {
  // A part of a file cannot be put (RFC 9110 §14.5): it would replace the whole.
  if (header(request, 'content-range') !== undefined) return reply(400)
  const refused = impossible(place)
  if (refused) return refused
  const length = hasBody(request.req) ? Number(header(request, 'content-length') ?? Number.NaN) : 0
  return length <= SMALL_BODY
    ? await putSmall(request, place, length)
    : await putLarge(request, place, length)
}

function impossible({ names, entry, parent, barred }: Place): Reply | null {
  if (barred) return reply(403)
  if (names.length === 0 || entry?.kind === 'directory') return reply(405)
  return parent ? null : reply(409)
}

const modified = (request: DavRequest): number | null => readModified(header(request, 'x-oc-mtime'))

const check = async (request: DavRequest, now: Place): Promise<Reply | null> =>
  (await guard(request, [{ place: now, itself: true, membership: !now.entry, below: false }])) ??
  impossible(now)

/** The body is here before anything is looked up, so everything is checked once. */
async function putSmall(request: DavRequest, place: Place, length: number): Promise<Reply> {
  if (header(request, 'expect') !== undefined) {
    const refused = await check(request, place)
    if (refused) return refused
  }
  const body = await readBody(request, SMALL_BODY)
  return await within(request, place, body.length, async (file) => {
    await store(length === 0 ? [] : [body], file, request.drive.nextTime(modified(request)))
    return { ok: true, bytes: body.length }
  })
}

/** @param length NaN when the client does not say */
async function putLarge(request: DavRequest, place: Place, length: number): Promise<Reply> {
  const refused = await check(request, place)
  if (refused) return refused
  const { drive, req, door } = request
  return await within(request, place, length, async (file, room) => {
    door.goOn()
    return await receive(req, file, { room, time: drive.nextTime(modified(request)) })
  })
}

/** Reserves room, lets the file be written, and puts it in its place; or leaves nothing. */
async function within(
  request: DavRequest,
  place: Place,
  length: number,
  write: (file: string, room: (bytes: number) => Promise<boolean>) => Promise<Received>,
): Promise<Reply> {
  const { drive } = request
  const file = drive.incoming.newPath()
  // What is replaced frees its room in the end, so only what comes on top is asked for.
  let free = place.entry?.size ?? 0
  let reserved = 0
  let settled = false
  const room = async (bytes: number): Promise<boolean> => {
    const more = Math.max(0, bytes - free)
    free -= Math.min(free, bytes)
    if (more === 0) return true
    if (!(await drive.quota.take(place.space, more))) return false
    reserved += more
    return true
  }
  const known = Number.isSafeInteger(length)
  try {
    if (known && !(await room(length))) return reply(507)
    const received = await write(file, known ? () => Promise.resolve(true) : room)
    if (!received.ok) return reply(received.why === 'no_room' ? 507 : 400)
    const done = await putFile(drive, place, { file, bytes: received.bytes, reserved }, (now) =>
      check(request, now),
    )
    if (!done.ok) return done.refusal
    settled = true
    const accepted = modified(request) === null ? {} : { 'X-OC-Mtime': 'accepted' }
    return reply(done.created ? 201 : 204, { ETag: done.entry.etag, ...accepted })
  } finally {
    if (!settled) {
      drive.quota.give(place.space.id, reserved)
      rmSync(file, { force: true })
    }
  }
}
