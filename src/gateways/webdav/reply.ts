/**
 * Replies: what a method answers, as a value; and how it is sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem, type ProblemCode } from '#base/problem.ts'
import { errorBody, XML_TYPE } from '#wire/webdav/multistatus.ts'

export type Reply = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly type?: string
}

export const reply = (status: number, headers?: Reply['headers']): Reply =>
  headers ? { status, headers } : { status }

/** A refusal that names the condition which was not met (RFC 4918 §16). */
export const refusal = (
  status: number,
  condition: string,
  hrefs: readonly string[] = [],
): Reply => ({
  status,
  body: errorBody(condition, hrefs),
  type: XML_TYPE,
})

export const xml = (status: number, body: string, headers?: Reply['headers']): Reply => ({
  status,
  body,
  type: XML_TYPE,
  ...(headers ? { headers } : {}),
})

const text = (status: number, message: string, headers?: Reply['headers']): Reply => ({
  status,
  body: `${message}\n`,
  type: 'text/plain; charset=utf-8',
  ...(headers ? { headers } : {}),
})

/** Seconds after which it makes sense to ask again. */
const RETRY = { 'Retry-After': '30' }

const STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  step_up_required: 403,
  second_factor_required: 403,
  forbidden: 403,
  cross_origin: 403,
  not_found: 404,
  conflict: 409,
  link_dead: 404,
  too_large: 413,
  busy: 429,
  unavailable: 503,
  broken: 500,
}

/** What file system and database say, as far as it is not a mistake of ours. */
const OF_SYSTEM: Readonly<Record<string, number>> = {
  ENOSPC: 507,
  EDQUOT: 507,
  EFBIG: 507,
  ENAMETOOLONG: 400,
  ENOENT: 409,
  ENOTDIR: 409,
  EEXIST: 409,
  ENOTEMPTY: 409,
  EISDIR: 409,
  EMFILE: 503,
  ENFILE: 503,
  EIO: 503,
  EROFS: 503,
  EACCES: 403,
  EPERM: 403,
  ECONNREFUSED: 503,
  ECONNRESET: 503,
  ETIMEDOUT: 503,
  EPIPE: 503,
  ERR_SQLITE_ERROR: 503,
}

/** PostgreSQL's classes of "no connection", "no resources" and "operator's intervention". */
const DATABASE_AWAY = /^(08|53|57)[0-9A-Z]{3}$/

/** null: nobody foresaw it, and the log has to have it. */
export function replyFor(thrown: unknown): Reply | null {
  if (thrown instanceof Problem) {
    const status = STATUS[thrown.code]
    const condition = thrown.fields.find((one) => one.field === 'body')?.fault
    if (condition !== undefined) return refusal(status, condition)
    return text(status, thrown.message, status === 429 || status === 503 ? RETRY : undefined)
  }
  const code = (thrown as NodeJS.ErrnoException | null)?.code ?? ''
  const status = DATABASE_AWAY.test(code) ? 503 : OF_SYSTEM[code]
  return status === undefined ? null : reply(status, status === 503 ? RETRY : undefined)
}

/** The rest of a small body is read and thrown away, so that the connection can be used again. */
const MAX_SKIPPED = 64 * 1024
/** Of a larger one so much is read while the client takes the answer; then the connection ends. */
const MAX_DISCARDED = 1024 * 1024
const DISCARD_MS = 10_000

export function send(req: IncomingMessage, res: ServerResponse, answer: Reply): void {
  const { status, headers, body, type } = answer
  const length = body === undefined ? 0 : Buffer.byteLength(body)
  const unread = !req.complete && !req.destroyed
  const lingers = unread && !(Number(req.headers['content-length']) <= MAX_SKIPPED)
  res.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { 'Content-Type': type }),
    ...(status === 204 || status === 304 ? {} : { 'Content-Length': length }),
    'Cache-Control': headers?.['Cache-Control'] ?? 'no-store',
    ...(lingers ? { Connection: 'close' } : {}),
  })
  const shown = body === undefined || req.method === 'HEAD' ? null : body
  if (lingers) linger(req, res, shown)
  else if (shown === null) res.end()
  else res.end(shown)
  if (unread) req.resume()
}

/**
 * Closing while the client still sends would take the answer from it (a reset overtakes what it has
 * not read). So the answer goes out, a part of the rest is read, and only then the connection ends.
 */
function linger(req: IncomingMessage, res: ServerResponse, body: string | null): void {
  if (body === null) res.flushHeaders()
  else res.write(body)
  let bytes = 0
  const end = (): void => {
    clearTimeout(cut)
    res.end()
  }
  const cut = setTimeout(end, DISCARD_MS).unref()
  req.once('end', end).once('close', end)
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_DISCARDED) end()
  })
}
