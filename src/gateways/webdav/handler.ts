/**
 * The drive's door: admission, then the place, then one method.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { readPath } from '#drive/path.ts'
import type { Place } from '#drive/place.ts'
import type { Door, Routes } from '../http/door.ts'
import { admitted, clientOf } from './admitted.ts'
import { copy, move } from './copy-move.ts'
import { del } from './delete.ts'
import { get } from './get.ts'
import { spacesPage } from './listing-page.ts'
import { lock } from './lock.ts'
import { mkcol } from './mkcol.ts'
import { ALLOW, METHODS, options, type Method } from './options.ts'
import { propfind, propfindTop } from './propfind.ts'
import { proppatch } from './proppatch.ts'
import { put } from './put.ts'
import { MOUNT, type DavRequest, type WebdavNeeds, type Who } from './request.ts'
import { reply, replyFor, send, type Reply } from './reply.ts'
import { unlock } from './unlock.ts'

/** null: the method has sent its answer itself. */
type Act = (request: DavRequest, place: Place) => Promise<Reply | null>

const ACTS: Readonly<Record<Exclude<Method, 'OPTIONS'>, Act>> = {
  GET: get,
  HEAD: get,
  PUT: put,
  DELETE: del,
  MKCOL: mkcol,
  COPY: copy,
  MOVE: move,
  PROPFIND: propfind,
  PROPPATCH: proppatch,
  LOCK: lock,
  UNLOCK: unlock,
}

/**
 * Everything below the mount point, and what Windows asks of the root before it looks at a path.
 */
export function webdavRoutes(needs: WebdavNeeds): Routes {
  const handler = webdavHandler(needs)
  const route = { handler, holdsContinue: true } as const
  return { [MOUNT]: route, 'OPTIONS /': route, 'OPTIONS *': route, 'PROPFIND /': route }
}

export function webdavHandler(needs: WebdavNeeds) {
  return async (req: IncomingMessage, res: ServerResponse, door: Door): Promise<void> => {
    using opened = new DisposableStack()
    let answer: Reply | null
    try {
      answer = await handle(needs, req, res, door, opened)
    } catch (thrown) {
      answer = replyFor(thrown)
      if (!answer || answer.status >= 500)
        needs.log.error('drive.request_failed', { method: req.method, cause: thrown })
      answer ??= reply(500)
      if (res.headersSent) {
        res.destroy()
        return
      }
    }
    if (answer) send(req, res, answer)
  }
}

async function handle(
  needs: WebdavNeeds,
  req: IncomingMessage,
  res: ServerResponse,
  door: Door,
  opened: DisposableStack,
): Promise<Reply | null> {
  const method = METHODS.find((one) => one === req.method)
  if (!method) return reply(405, { Allow: ALLOW })
  // Windows asks the root without credentials, and gives up when it is asked for them there.
  if (method === 'OPTIONS' && !door.path.startsWith(MOUNT)) return options()
  const who = await admitted(needs, req, door)
  if ('status' in who) return who
  if (method === 'OPTIONS') return options()
  opened.use(
    needs.live.open({
      appPasswordId: who.appPasswordId,
      userId: who.userId,
      gateway: 'drive',
      ip: door.ip,
      client: clientOf(req),
      bytes: bytesOf(req.socket),
      close: () => req.socket.destroy(),
    }),
  )
  const { drive, publicHost } = needs
  const request = { req, res, door, who: person(who), drive, hosts: [door.host, publicHost] }
  return await act(method, request)
}

/** What has passed since now: a connection carries one request after the other. */
function bytesOf(socket: Socket): () => { bytesIn: number; bytesOut: number } {
  const [read, written] = [socket.bytesRead, socket.bytesWritten]
  return () => ({ bytesIn: socket.bytesRead - read, bytesOut: socket.bytesWritten - written })
}

const person = ({ userId, userName, appPasswordId }: Who): Who => ({
  userId,
  userName,
  appPasswordId,
})

async function act(method: Exclude<Method, 'OPTIONS'>, request: DavRequest): Promise<Reply | null> {
  const path = request.door.path
  if (path !== '/' && path !== MOUNT && !path.startsWith(`${MOUNT}/`)) return reply(404)
  const read = readPath(path === '/' ? '' : path.slice(MOUNT.length))
  if (!read.ok) return reply(read.why === 'too_long' ? 414 : 400)
  const found = await request.drive.find(request.who.userId, read.names)
  if (found.at === 'place') {
    const { place } = found
    // What must not be seen is not there for readers; writers are told by the guard.
    if (place.barred && (method === 'GET' || method === 'HEAD' || method === 'PROPFIND'))
      return reply(404)
    return await ACTS[method](request, place)
  }
  if (found.at === 'nowhere')
    return reply(['GET', 'HEAD', 'PROPFIND', 'DELETE'].includes(method) ? 404 : 403)
  if (method === 'PROPFIND') return await propfindTop(request, path === '/')
  if (method === 'GET' || method === 'HEAD')
    return spacesPage(await request.drive.spaces(request.who.userId))
  return method === 'PUT' || method === 'MKCOL' ? reply(405, { Allow: ALLOW }) : reply(403)
}
