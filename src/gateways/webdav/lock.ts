/**
 * LOCK (RFC 4918 §9.10): a new lock, on what is not there yet a new empty file, or a lock refreshed.
 */
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'
import { SECOND } from '#base/clock.ts'
import { lock as take, locksAround, refreshLock, type DavLock, type Locked } from '#drive/locks.ts'
import { placeAt, type Place } from '#drive/place.ts'
import { readDepth, readTimeout } from '#wire/webdav/headers.ts'
import { readIf, submittedTokens } from '#wire/webdav/if-header.ts'
import { readLockInfo, type LockInfo } from '#wire/webdav/lockinfo.ts'
import {
  MULTISTATUS_CLOSE,
  MULTISTATUS_OPEN,
  statusResponse,
  XML_HEAD,
} from '#wire/webdav/multistatus.ts'
import { guard, hrefOfPath } from './guard.ts'
import { lockDiscovery } from './live-properties.ts'
import { header, href, readBody, type DavRequest } from './request.ts'
import { refusal, reply, xml, type Reply } from './reply.ts'

export async function lock(request: DavRequest, place: Place): Promise<Reply | null> {
  const info = readLockInfo(await readBody(request))
  if (info === null) return await refresh(request, place)
  const depth = readDepth(header(request, 'depth')) ?? 'infinity'
  if (depth === '1' || readDepth(header(request, 'depth')) === null) return reply(400)
  return await request.drive.turns.take([place.space.id], async () => {
    const now = placeAt(place.space, place.names)
    if (!now.entry && !now.barred && !now.parent) return reply(409)
    // Other locks on it are judged by whether the new one agrees with them, not by their tokens.
    const refused = await guard(request, [
      { place: now, itself: false, membership: !now.entry, below: false },
    ])
    return refused ?? (await make(request, now, info, depth))
  })
}

async function make(
  request: DavRequest,
  place: Place,
  info: LockInfo,
  depth: '0' | 'infinity',
): Promise<Reply> {
  const { drive, who } = request
  const seconds = readTimeout(header(request, 'timeout'))
  const locked = await take(drive, place, who.userId, { ...info, depth, seconds })
  if (!locked.ok) return notLocked(place, locked)
  if (!place.entry)
    try {
      closeSync(openSync(place.file, 'wx', 0o640))
      await drive.directories.sync(path.dirname(place.file))
    } catch (cause) {
      await drive.tables.davLocks.remove(locked.lock.token)
      throw cause
    }
  return answer(request, placeAt(place.space, place.names), locked.lock, place.entry ? 200 : 201)
}

function notLocked(place: Place, locked: Locked & { ok: false }): Reply {
  if (locked.why === 'too_many') return reply(429, { 'Retry-After': '600' })
  const hrefs = [...new Set(locked.conflicts.map((one) => hrefOfPath(place, one.path)))]
  const own = locked.conflicts.some((one) => one.path.length <= place.path.length)
  if (own) return refusal(423, 'no-conflicting-lock', hrefs)
  const responses = hrefs.map((one) => statusResponse(one, 423, 'no-conflicting-lock')).join('')
  return xml(
    207,
    MULTISTATUS_OPEN + responses + statusResponse(href(place), 424) + MULTISTATUS_CLOSE,
  )
}

async function refresh(request: DavRequest, place: Place): Promise<Reply> {
  const lists = readIf(header(request, 'if') ?? '')
  if (lists === null) return reply(400)
  if (!place.entry) return reply(404)
  const refused = await guard(request, [{ place, itself: false, membership: false, below: false }])
  if (refused) return refused
  const tokens = submittedTokens(lists)
  const around = await locksAround(request.drive, place, false)
  const held = around.on(place.path).find((one) => tokens.has(one.token))
  if (!held) return refusal(412, 'lock-token-matches-request-uri')
  if (held.user_id !== request.who.userId) return reply(403)
  const renewed = await refreshLock(request.drive, held, readTimeout(header(request, 'timeout')))
  return answer(request, place, renewed, 200, false)
}

function answer(
  request: DavRequest,
  place: Place,
  made: DavLock,
  status: 200 | 201,
  isNew = true,
): Reply {
  const seconds = Math.ceil((made.expires_at - request.drive.clock.now()) / SECOND)
  const discovery = lockDiscovery([{ lock: made, seconds, root: hrefOfPath(place, made.path) }])
  const body = `${XML_HEAD}<D:prop xmlns:D="DAV:">${discovery}</D:prop>`
  return xml(status, body, isNew ? { 'Lock-Token': `<${made.token}>` } : {})
}
