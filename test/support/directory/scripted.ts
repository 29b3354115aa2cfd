/**
 * A directory that answers what a test wrote down, byte by byte where that matters; over TLS, or in
 * the clear until StartTLS.
 */
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { elementAt, elementsIn } from '#wire/ldap/ber.ts'
import { directoryAuthority } from './authority.ts'

export const BIND = 0x60
export const SEARCH = 0x63
export const STARTTLS = 0x77

/** @param tag what is asked: BIND, SEARCH, STARTTLS; @param id its number, @param nth which of its kind */
export type LdapScript = (
  socket: Socket,
  asked: {
    readonly tag: number
    readonly id: number
    readonly nth: number
    /** Ends all connections with RST. */
    reset(): void
  },
) => void

export type ScriptedDirectory = AsyncDisposable & {
  readonly port: number
  readonly ca: string
  /** So many connections came. */
  readonly connections: number
  /** Every byte that came, under TLS or in the clear. */
  readonly heard: Buffer
}

export type ScriptedOptions = {
  /** In the clear first. */
  readonly startTls?: boolean
  /** What its certificate is for; `days` 0: it has ended. */
  readonly names?: readonly string[]
  readonly days?: number
  /** Instead of talking: what is done with a connection. */
  readonly accept?: (socket: Socket) => void
}

export async function openScriptedDirectory(
  script: LdapScript,
  { startTls = false, names = ['127.0.0.1'], days = 1, accept }: ScriptedOptions = {},
): Promise<ScriptedDirectory> {
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-scripted-'))
  const authority = directoryAuthority(folder)
  const { keyFile, certFile } = authority.issue(names, days)
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) }
  const sockets = new Set<Socket>()
  const raw = new Set<Socket>()
  const reset = (): void => {
    for (const socket of raw) socket.resetAndDestroy()
  }
  const heard: Buffer[] = []
  let connections = 0
  const talk = (socket: Socket): void => {
    const counts = new Map<number, number>()
    let pending: Buffer = Buffer.alloc(0)
    const read = (chunk: Buffer): void => {
      heard.push(chunk)
      pending = Buffer.concat([pending, chunk])
      for (let request = whole(pending); request !== null; request = whole(pending)) {
        pending = pending.subarray(request.length)
        const { id, tag } = askedIn(request)
        const nth = (counts.get(tag) ?? 0) + 1
        counts.set(tag, nth)
        script(socket, { id, tag, nth, reset })
        if (tag !== STARTTLS) continue
        socket.off('data', read)
        const secure = new TLSSocket(socket, { isServer: true, ...tls })
        talk(secure.on('error', () => {}))
      }
    }
    socket.on('data', read).on('error', () => {})
  }
  const take = (socket: Socket): void => {
    connections++
    sockets.add(socket.on('error', () => {}))
    if (accept) accept(socket)
    else talk(socket)
  }
  const server = startTls ? createPlainServer(take) : createTlsServer(tls, take)
  server.on('connection', (socket: Socket) => raw.add(socket))
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    ca: authority.ca,
    get connections() {
      return connections
    },
    get heard() {
      return Buffer.concat(heard)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of [...sockets, ...raw]) socket.destroy()
      server.close()
      await once(server, 'close')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function whole(bytes: Buffer): Buffer | null {
  const element = elementAt(bytes, 0, bytes.length)
  if (element === null || element === 'malformed' || element.to > bytes.length) return null
  return bytes.subarray(0, element.to)
}

function askedIn(request: Buffer): { id: number; tag: number } {
  const [message] = elementsIn(request, { from: 0, to: request.length }) ?? []
  const [id, operation] = (message && elementsIn(request, message)) ?? []
  return { id: request[(id?.to ?? 1) - 1] ?? 0, tag: operation?.tag ?? 0 }
}

/** One element of BER. */
export function tlv(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const bytes = value.length < 128 ? 0 : value.length < 65_536 ? 2 : 4
  const length = Buffer.alloc(1 + bytes, bytes === 0 ? value.length : 0x80 + bytes)
  if (bytes > 0) length.writeUIntBE(value.length, 1, bytes)
  return Buffer.concat([Buffer.of(tag), length, value])
}
export const octets = (text: string): Buffer => tlv(4, text)
export const message = (id: number, ...parts: readonly Buffer[]): Buffer =>
  tlv(0x30, tlv(2, Buffer.of(id)), ...parts)
const result = (tag: number, code: number, ...more: readonly Buffer[]): Buffer =>
  tlv(tag, tlv(0x0a, Buffer.of(code)), octets(''), octets(''), ...more)

/** Answers, by the number of the request. */
export const bound = (id: number, code = 0): Buffer => message(id, result(0x61, code))
export const done = (id: number, code = 0, ...controls: readonly Buffer[]): Buffer =>
  message(id, result(0x65, code), ...controls)
export const extended = (id: number, code = 0): Buffer => message(id, result(0x78, code))
export const entry = (id: number, dn: string, attributes: Record<string, string>): Buffer =>
  message(
    id,
    tlv(
      0x64,
      octets(dn),
      tlv(
        0x30,
        ...Object.entries(attributes).map(([type, value]) =>
          tlv(0x30, octets(type), tlv(0x31, octets(value))),
        ),
      ),
    ),
  )
