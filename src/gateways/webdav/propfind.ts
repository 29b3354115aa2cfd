/**
 * PROPFIND (RFC 4918 §9.1): one readdir, one stat each, one query for all dead properties; written
 * as it is read, so that a large collection costs no more memory than a small one.
 */
import { readdirSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { setImmediate as breathe } from 'node:timers/promises'
import { SECOND } from '#base/clock.ts'
import { entryAt } from '#drive/entry.ts'
import { locksAround, type LocksAround } from '#drive/locks.ts'
import { encoded, isName } from '#drive/path.ts'
import { placeAt, type Place } from '#drive/place.ts'
import { readDepth } from '#wire/webdav/headers.ts'
import { MULTISTATUS_CLOSE, MULTISTATUS_OPEN, XML_TYPE } from '#wire/webdav/multistatus.ts'
import { readPropfind, type Propfind } from '#wire/webdav/propfind.ts'
import { hrefOfPath } from './guard.ts'
import type { Described } from './live-properties.ts'
import {
  asksForQuota,
  propertyWriter,
  type DeadProperty,
  type PropertyWriter,
} from './property-writer.ts'
import { header, href, MOUNT, readBody, type DavRequest } from './request.ts'
import { refusal, reply, xml, type Reply } from './reply.ts'

/** Members that are looked at before other requests get their turn: about two milliseconds. */
const SLICE = 200
/** Characters that are collected before they are sent. */
const CHUNK = 64 * 1024

type Asked = { readonly propfind: Propfind; readonly deep: boolean }

/**
 * A missing Depth means infinity (RFC 4918 §10.2), which is refused for collections; older Windows
 * and Finder leave it out when they mean the members, so without one they get those.
 */
async function asked(request: DavRequest, collection: boolean): Promise<Asked | Reply> {
  const depth = readDepth(header(request, 'depth'))
  if (depth === null) return reply(400)
  const propfind = readPropfind(await readBody(request))
  if (depth === 'infinity' && collection) return refusal(403, 'propfind-finite-depth')
  return { propfind, deep: collection && depth !== '0' }
}

export async function propfind(request: DavRequest, place: Place): Promise<Reply | null> {
  if (!place.entry) return reply(404)
  const wish = await asked(request, place.entry.kind === 'directory')
  if ('status' in wish) return wish
  const { drive } = request
  const writer = propertyWriter(wish.propfind)
  const quota = asksForQuota(wish.propfind) ? await drive.quota.figures(place.space) : null
  const around = await locksAround(drive, place, wish.deep)
  const own = await drive.tables.davProperties.of(place.space.id, place.path)
  const name = place.names.at(-1) ?? place.space.name
  const describe = describer(request, place, around, quota)
  const first = writer(href(place), describe(place.names.join('/'), name, place.entry), own)
  if (!wish.deep) return xml(207, MULTISTATUS_OPEN + first + MULTISTATUS_CLOSE)
  const rows = await drive.tables.davProperties.ofMembers(place.space.id, place.path)
  await members(request.res, place, { first, writer, describe, dead: byPath(rows) })
  return null
}

type Describe = (path: string, name: string, entry: Described['entry']) => Described

const NO_LOCKS: Described['locks'] = []

/** Says of each resource what its properties are made of; where nothing is locked, it is quick. */
function describer(
  request: DavRequest,
  place: Place,
  around: LocksAround,
  quota: Described['quota'],
): Describe {
  const now = request.drive.clock.now()
  if (around.isEmpty)
    return (_path, name, entry) => {
      return { entry, name, quota: entry.kind === 'directory' ? quota : null, locks: NO_LOCKS }
    }
  return (path, name, entry) => {
    const locks = around.on(Buffer.from(path))
    return {
      entry,
      name,
      quota: entry.kind === 'directory' ? quota : null,
      locks: locks.map((lock) => ({
        lock,
        seconds: Math.max(0, Math.ceil((lock.expires_at - now) / SECOND)),
        root: hrefOfPath(place, lock.path),
      })),
    }
  }
}

function byPath(
  rows: readonly (DeadProperty & { readonly path: Uint8Array })[],
): ReadonlyMap<string, DeadProperty[]> {
  const found = new Map<string, DeadProperty[]>()
  for (const row of rows)
    found.getOrInsertComputed(Buffer.from(row.path).toString(), () => []).push(row)
  return found
}

/** Names that need no closer look; a directory never lists itself. */
const PLAIN = /^[\w. -]+$/
const NONE: readonly DeadProperty[] = []

async function members(
  res: ServerResponse,
  place: Place,
  {
    first,
    writer,
    describe,
    dead,
  }: {
    first: string
    writer: PropertyWriter
    describe: Describe
    dead: ReadonlyMap<string, DeadProperty[]>
  },
): Promise<void> {
  const above = place.names.length === 0 ? '' : `${place.names.join('/')}/`
  const base = href(place)
  let out = MULTISTATUS_OPEN + first
  const open = (): void =>
    void res.writeHead(207, { 'Content-Type': XML_TYPE, 'Cache-Control': 'no-store' })
  const names = readdirSync(place.file)
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    // What no request can name is not listed; nor are links, devices and what has just gone.
    const entry = PLAIN.test(name) || isName(name) ? entryAt(`${place.file}/${name}`) : null
    if (!entry) continue
    const inner = above + name
    const described = describe(inner, name, entry)
    out += writer(
      entry.kind === 'directory' ? `${base}${encoded(name)}/` : base + encoded(name),
      described,
      dead.size === 0 ? NONE : (dead.get(inner) ?? NONE),
    )
    if (out.length >= CHUNK) {
      if (!res.headersSent) open()
      if (!res.write(out)) await drained(res)
      out = ''
      if (res.destroyed) return
    }
    if (i % SLICE === SLICE - 1) await breathe()
  }
  out += MULTISTATUS_CLOSE
  if (!res.headersSent) {
    res.setHeader('Content-Length', Buffer.byteLength(out))
    open()
  }
  res.end(out)
}

async function drained(res: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  res.once('drain', resolve).once('close', resolve)
  await promise
  res.off('drain', resolve).off('close', resolve)
}

/** The top: the person's spaces as members. `root`: one level further up, where only the drive is. */
export async function propfindTop(request: DavRequest, root: boolean): Promise<Reply> {
  const wish = await asked(request, true)
  if ('status' in wish) return wish
  const spaces = await request.drive.spaces(request.who.userId)
  const top = placeAt(spaces[0]!, []).entry!
  const writer = propertyWriter(wish.propfind)
  const needsQuota = asksForQuota(wish.propfind)
  const none = { locks: [], quota: null }
  const drive = writer(`${MOUNT}/`, { ...none, entry: top, name: MOUNT.slice(1) }, NONE)
  let out = root
    ? writer('/', { ...none, entry: top, name: '/' }, NONE) + (wish.deep ? drive : '')
    : drive
  for (const space of wish.deep && !root ? spaces : []) {
    const place = placeAt(space, [])
    if (!place.entry) continue
    const quota = needsQuota ? await request.drive.quota.figures(space) : null
    out += writer(href(place), { ...none, quota, entry: place.entry, name: space.name }, NONE)
  }
  return xml(207, MULTISTATUS_OPEN + out + MULTISTATUS_CLOSE)
}
