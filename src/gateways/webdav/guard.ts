/**
 * The guard: whether a change may happen now. HTTP conditions, the If header, access, then locks.
 *
 * It is asked twice of long uploads, before the body and again right before the rename.
 */
import { locksAround, type Holder, type LocksAround } from '#drive/locks.ts'
import { parentNames, placeAt, type Place } from '#drive/place.ts'
import { readPath } from '#drive/path.ts'
import { conditionsOf, evaluate, type Representation } from '#wire/http/conditional.ts'
import { readDestination } from '#wire/webdav/headers.ts'
import {
  holds,
  readIf,
  submittedTokens,
  type ConditionList,
  type IfHeader,
} from '#wire/webdav/if-header.ts'
import { MULTISTATUS_CLOSE, MULTISTATUS_OPEN, statusResponse } from '#wire/webdav/multistatus.ts'
import { header, href, MOUNT, type DavRequest } from './request.ts'
import { refusal, reply, xml, type Reply } from './reply.ts'

/** What a request is about to change at a place. */
export type Intent = {
  readonly place: Place
  /** Its content, its properties, or that it is there. */
  readonly itself: boolean
  /** The list of members of the collection that it is in. */
  readonly membership: boolean
  /** Everything below it. */
  readonly below: boolean
}

export const representation = ({ entry }: Pick<Place, 'entry'>): Representation =>
  entry && { etag: entry.kind === 'file' ? entry.etag : null, mtime: entry.mtime }

/** @returns why not, or null. The first intent is about the resource of the request. */
export async function guard(
  request: DavRequest,
  intents: readonly Intent[],
): Promise<Reply | null> {
  const target = intents[0]!.place
  const conditions = conditionsOf(request.req.headers)
  if (conditions && evaluate(conditions, representation(target), false) !== 'go_on')
    return reply(412)
  const sent = header(request, 'if')
  const lists = sent === undefined ? [] : readIf(sent)
  if (lists === null) return reply(400)
  const around = await Promise.all(
    intents.map(({ place, below }) => locksAround(request.drive, place, below)),
  )
  if (lists.length > 0 && !(await someListHolds(request, lists, target, around[0]!)))
    return reply(412)
  for (const { place } of intents) {
    if (place.space.access !== 'write') return reply(403)
    if (place.barred) return reply(403)
  }
  const holder = { userId: request.who.userId, tokens: submittedTokens(lists) }
  for (const [i, intent] of intents.entries()) {
    const refused = lockRefusal(intent, around[i]!, holder)
    if (refused) return refused
  }
  return null
}

function lockRefusal(
  { place, itself, membership, below }: Intent,
  locks: LocksAround,
  holder: Holder,
): Reply | null {
  const parent = Buffer.from(parentNames(place).join('/'))
  const against = [
    ...(itself ? locks.against(holder, place.path) : []),
    ...(membership && place.names.length > 0 ? locks.against(holder, parent) : []),
  ]
  if (against.length > 0)
    return refusal(423, 'lock-token-submitted', [
      ...new Set(against.map((lock) => hrefOfPath(place, lock.path))),
    ])
  const inner = below ? locks.againstBelow(holder, place.path) : []
  if (inner.length === 0) return null
  const responses = [...new Set(inner.map((lock) => hrefOfPath(place, lock.path)))]
    .map((one) => statusResponse(one, 423, 'lock-token-submitted'))
    .join('')
  return xml(207, MULTISTATUS_OPEN + responses + MULTISTATUS_CLOSE)
}

/** A path from the database in the same space, as clients know it. */
export function hrefOfPath({ space }: Pick<Place, 'space'>, path: Uint8Array): string {
  const text = Buffer.from(path).toString()
  return href(placeAt(space, text === '' ? [] : text.split('/')))
}

async function someListHolds(
  request: DavRequest,
  lists: IfHeader,
  target: Place,
  around: LocksAround,
): Promise<boolean> {
  for (const list of lists) if (await listHolds(request, list, target, around)) return true
  return false
}

async function listHolds(
  request: DavRequest,
  list: ConditionList,
  target: Place,
  around: LocksAround,
): Promise<boolean> {
  const place = list.resource === null ? target : await placeOf(request, list.resource)
  // Of another server, or of nobody's: it has no state that we know, so nothing holds for it.
  if (!place) return false
  const locks = place === target ? around : await locksAround(request.drive, place, false)
  const tokens = new Set(locks.on(place.path).map((lock) => lock.token))
  return holds(list, { etag: representation(place)?.etag ?? null, tokens })
}

async function placeOf(request: DavRequest, url: string): Promise<Place | null> {
  const named = readDestination(url, request.hosts)
  if (named.at !== 'here' || !named.path.startsWith(`${MOUNT}/`)) return null
  const read = readPath(named.path.slice(MOUNT.length))
  if (!read.ok) return null
  const found = await request.drive.find(request.who.userId, read.names)
  return found.at === 'place' ? found.place : null
}
