/**
 * PROPPATCH (RFC 4918 §9.2): all changes or none. Live properties belong to the server.
 */
import { MAX_PROPERTIES_OF_RESOURCE, MAX_PROPERTY_LENGTH } from '#drive/limits.ts'
import { placeAt, type Place } from '#drive/place.ts'
import {
  emptyProperty,
  MULTISTATUS_CLOSE,
  MULTISTATUS_OPEN,
  propertyResponse,
  propstat,
} from '#wire/webdav/multistatus.ts'
import { readProppatch, type PropertyChange } from '#wire/webdav/proppatch.ts'
import { DAV } from '#wire/webdav/xml-tree.ts'
import { guard } from './guard.ts'
import { LIVE_PROPERTIES } from './live-properties.ts'
import { href, readBody, type DavRequest } from './request.ts'
import { reply, xml, type Reply } from './reply.ts'

export async function proppatch(request: DavRequest, place: Place): Promise<Reply | null> {
  const changes = readProppatch(await readBody(request))
  return await request.drive.turns.take([place.space.id], async () => {
    const now = placeAt(place.space, place.names)
    if (!now.entry) return reply(404)
    const refused = await guard(request, [
      { place: now, itself: true, membership: false, below: false },
    ])
    if (refused) return refused
    const faults = changes.map(faultOf)
    if (faults.every((fault) => fault === null) && (await apply(request, now, changes)))
      return answer(now, [[200, '', changes]])
    if (faults.every((fault) => fault === null)) return answer(now, [[507, '', changes]])
    const of = (fault: Fault | null): PropertyChange[] =>
      changes.filter((_, i) => faults[i] === fault)
    return answer(now, [
      [403, 'cannot-modify-protected-property', of('protected')],
      [507, '', of('too_long')],
      [424, '', of(null)],
    ])
  })
}

type Fault = 'protected' | 'too_long'

function faultOf({ namespace, local, value }: PropertyChange): Fault | null {
  if (namespace === DAV && LIVE_PROPERTIES.has(local)) return 'protected'
  return (value?.length ?? 0) > MAX_PROPERTY_LENGTH ? 'too_long' : null
}

/** @returns false, with nothing changed, when the resource would have too many properties */
async function apply(
  { drive }: DavRequest,
  { space, path }: Place,
  changes: readonly PropertyChange[],
): Promise<boolean> {
  return await drive.transaction(async ({ davProperties }) => {
    const names = new Set(
      (await davProperties.of(space.id, path)).map((row) => `${row.namespace} ${row.name}`),
    )
    for (const { namespace, local, value } of changes)
      if (value === null) names.delete(`${namespace} ${local}`)
      else names.add(`${namespace} ${local}`)
    if (names.size > MAX_PROPERTIES_OF_RESOURCE) return false
    await davProperties.apply(space.id, path, changes)
    return true
  })
}

function answer(
  place: Place,
  parts: readonly [number, string, readonly PropertyChange[]][],
): Reply {
  const propstats = parts
    .filter(([, , changes]) => changes.length > 0)
    .map(([status, condition, changes]) => {
      const names = new Set(changes.map(emptyProperty))
      return propstat(status, [...names].join(''), condition)
    })
  return xml(
    207,
    MULTISTATUS_OPEN + propertyResponse(href(place), propstats.join('')) + MULTISTATUS_CLOSE,
  )
}
