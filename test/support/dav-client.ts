/**
 * A WebDAV client of few words: sends exactly the path and headers that it is given.
 */
import { once } from 'node:events'
import http from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Person } from './drive.ts'

export type DavAnswer = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}
export type DavSent = {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}
export type DavClient = (method: string, path: string, sent?: DavSent) => Promise<DavAnswer>

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })

/** Without a person: without credentials. */
export function davClient({ port }: { port: number }, person?: Pick<Person, 'basic'>): DavClient {
  return async (method, path, { headers = {}, body } = {}) => {
    const req = http.request({
      agent,
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: {
        ...(person ? { Authorization: person.basic } : {}),
        ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
    req.end(body)
    const [res] = (await once(req, 'response')) as [http.IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of res) chunks.push(chunk as Buffer)
    const whole = Buffer.concat(chunks)
    return {
      status: res.statusCode ?? 0,
      headers: res.headers,
      body: whole,
      text: whole.toString(),
    }
  }
}

/** Sends bytes as they are and gives back all that comes until the server closes. */
export async function exchange(
  port: number,
  ...parts: readonly (string | Uint8Array)[]
): Promise<string> {
  const socket = await dial(port)
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  for (const part of parts) socket.write(part)
  await once(socket, 'close').catch(() => {})
  return text
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** The hrefs of a multistatus, in order. */
export const hrefs = (text: string): string[] =>
  [...text.matchAll(/<D:response><D:href>([^<]*)<\/D:href>/g)].map((found) => found[1] ?? '')

/** The bodies that clients send. */
export const BODIES = {
  propfind: (...names: string[]): string =>
    `<?xml version="1.0"?><propfind xmlns="DAV:"><prop>${names.map((name) => `<${name}/>`).join('')}</prop></propfind>`,
  lock: (scope: 'exclusive' | 'shared' = 'exclusive', owner = '<owner>Ada</owner>'): string =>
    `<?xml version="1.0"?><lockinfo xmlns="DAV:"><lockscope><${scope}/></lockscope><locktype><write/></locktype>${owner}</lockinfo>`,
  set: (name: string, value: string): string =>
    `<?xml version="1.0"?><propertyupdate xmlns="DAV:"><set><prop><x:${name} xmlns:x="urn:test">${value}</x:${name}></prop></set></propertyupdate>`,
}
