/**
 * GET and HEAD (RFC 9110 §9.3.1): a file, or parts of it; of a collection a page for people.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { entryOf, type Entry } from '#drive/entry.ts'
import type { Place } from '#drive/place.ts'
import { conditionsOf, evaluate, ifRangeHolds } from '#wire/http/conditional.ts'
import { httpDate } from '#wire/http/date.ts'
import { readRange, type ByteRange } from '#wire/http/range.ts'
import { readSmall, sendPart, SMALL_FILE } from './file-body.ts'
import { listingPage } from './listing-page.ts'
import { mediaType } from './media-type.ts'
import { header, type DavRequest } from './request.ts'
import { reply, type Reply } from './reply.ts'

/**
 * A file of one member, opened by another in a browser, must not act as a page of this server:
 * sandbox takes its scripts and its origin, nosniff keeps it what it is.
 */
const INERT = {
  'Content-Security-Policy':
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, no-cache',
}

export async function get(request: DavRequest, place: Place): Promise<Reply | null> {
  if (!place.entry) return reply(404)
  if (place.entry.kind === 'directory') return listingPage(request, place)
  const fd = opened(place.file)
  if (fd === null) return reply(404)
  try {
    // What is described is what was opened, even if another file has taken its place since.
    const entry = entryOf(fstatSync(fd))
    return entry?.kind === 'file'
      ? await answer(request, fd, entry, place.names.at(-1)!)
      : reply(404)
  } finally {
    closeSync(fd)
  }
}

/** null when it has gone, or become a link, since it was looked up. */
function opened(file: string): number | null {
  try {
    return openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (cause) {
    if (['ENOENT', 'ELOOP'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null
    throw cause
  }
}

async function answer(
  request: DavRequest,
  fd: number,
  entry: Entry,
  name: string,
): Promise<Reply | null> {
  const { req, res } = request
  const validators = { ETag: entry.etag, 'Last-Modified': httpDate(entry.mtime) }
  const outcome = evaluate(conditionsOf(req.headers), entry, true)
  if (outcome === 412) return reply(412)
  if (outcome === 304) return reply(304, { ...validators, 'Cache-Control': INERT['Cache-Control'] })
  const headers = { ...validators, ...INERT, 'Accept-Ranges': 'bytes' }
  const type = mediaType(name)
  const asked = ifRangeHolds(header(request, 'if-range'), entry)
    ? header(request, 'range')
    : undefined
  // A range means something for GET only (RFC 9110 §14.2).
  const read = readRange(req.method === 'GET' ? asked : undefined, entry.size)
  if (read.want === 'nothing')
    return reply(416, { ...headers, 'Content-Range': `bytes */${entry.size}` })
  if (read.want === 'ranges' && read.ranges.length > 1)
    return await sendSeveral(request, fd, entry, { ranges: read.ranges, type, headers })
  const range = read.want === 'ranges' ? read.ranges[0]! : { first: 0, last: entry.size - 1 }
  const length = range.last - range.first + 1
  res.writeHead(read.want === 'ranges' ? 206 : 200, {
    ...headers,
    'Content-Type': type,
    'Content-Length': length,
    ...(read.want === 'ranges' ? { 'Content-Range': contentRange(range, entry.size) } : {}),
  })
  if (req.method === 'HEAD' || length === 0) res.end()
  else if (length <= SMALL_FILE) {
    const bytes = readSmall(fd, range.first, length)
    if (bytes.length < length) res.destroy()
    else res.end(bytes)
  } else await sendOrBreakOff(request, [async () => await part(request, fd, range)])
  return null
}

const contentRange = ({ first, last }: ByteRange, size: number): string =>
  `bytes ${first}-${last}/${size}`

const part = async (
  { req, res }: DavRequest,
  fd: number,
  { first, last }: ByteRange,
): Promise<void> =>
  await sendPart(res, fd, {
    start: first,
    length: last - first + 1,
    tls: 'encrypted' in req.socket,
  })

/** multipart/byteranges (RFC 9110 §14.6). */
async function sendSeveral(
  request: DavRequest,
  fd: number,
  entry: Entry,
  { ranges, type, headers }: { ranges: readonly ByteRange[]; type: string; headers: object },
): Promise<null> {
  const boundary = `part-${request.drive.entropy(12).toString('hex')}`
  const heads = ranges.map((range) =>
    Buffer.from(
      `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, entry.size)}\r\n\r\n`,
    ),
  )
  const tail = `\r\n--${boundary}--\r\n`
  const length =
    ranges.reduce((sum, { first, last }, i) => sum + heads[i]!.length + last - first + 1, 0) +
    tail.length
  request.res.writeHead(206, {
    ...headers,
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
    'Content-Length': length,
  })
  await sendOrBreakOff(
    request,
    ranges.map((range, i) => async () => {
      request.res.write(heads[i]!)
      await part(request, fd, range)
    }),
    tail,
  )
  return null
}

/**
 * The length is promised already: what cannot be sent whole is broken off, never made up.
 * @throws what went wrong on our side; the handler logs it and ends the connection
 */
async function sendOrBreakOff(
  { res }: DavRequest,
  parts: readonly (() => Promise<void>)[],
  tail?: string,
): Promise<void> {
  try {
    for (const one of parts) await one()
    res.end(tail)
  } catch (cause) {
    // The client went away, or was cut off: nobody is left to be told.
    if (res.destroyed || res.socket?.destroyed !== false) return
    throw cause
  }
}
