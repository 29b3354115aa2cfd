/**
 * Refusals of the listener itself: short, alike, and the end of their connection.
 */
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** After a request that could be read in two ways, nothing more is read from that connection. */
export function refuse(res: ServerResponse, status: number, why: string): void {
  const body = `${status} ${STATUS_CODES[status] ?? ''} (${why})\n`
  res.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...(status === 405 ? { Allow: 'GET, HEAD, OPTIONS' } : {}),
  })
  res.end(body)
}

/** Time for the answer to arrive before the connection is gone. */
const LINGER_MS = 1000

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** What Node's parser refuses: answered once, and closed. */
export function answerBadRequest(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  lastWord(socket, STATUS_OF[cause.code ?? ''] ?? 400)
}

/** Answers without a request, and closes. A client that goes on sending is not waited for. */
export function lastWord(socket: Socket, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
