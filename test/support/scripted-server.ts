/**
 * A mail server that says what a test wrote down: over TLS, or in the clear, where a line of the client
 * may begin TLS.
 */
import { once } from 'node:events'
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls'
import { localhostTls } from './tls.ts'

export type ScriptedServer = AsyncDisposable & {
  readonly port: number
  /** Every line that clients sent. */
  readonly heard: string[]
  /** Connections that are open. */
  readonly open: number
  /** Unasked, to every client; ends the connections where that is said. */
  say(text: string, then?: 'end'): void
}
/** @returns what is said to a line; nothing: no answer; null: the connection ends */
export type Script = (
  line: string,
  n: number,
  /** What the script keeps about one connection. */
  kept: Record<string, string>,
) => string | undefined | null

export type ScriptedTls = {
  /** From the first byte. */
  readonly tls?: boolean
  /** A line after whose answer the server goes on under TLS. */
  readonly startTlsOn?: RegExp
  /** Instead of the one for localhost that this process trusts. */
  readonly certificate?: TlsOptions
}

export async function openScriptedServer(
  greeting: string,
  script: Script,
  { tls = true, startTlsOn, certificate = localhostTls() }: ScriptedTls = {},
): Promise<ScriptedServer> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const talk = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.write(`${greeting}\r\n`)
    listen(socket, 0, {})
  }
  const listen = (socket: Socket, n: number, kept: Record<string, string>): void => {
    socket.on('error', () => {})
    const lines = createInterface({ input: socket, crlfDelay: Infinity })
    lines.on('error', () => {})
    lines.on('line', (line) => {
      heard.push(line)
      const answer = script(line, n++, kept)
      if (answer === null) return void socket.destroy()
      if (answer !== undefined) socket.write(`${answer.replaceAll('\n', '\r\n')}\r\n`)
      if (startTlsOn?.test(line) !== true) return
      lines.close()
      const options = { isServer: true, ...certificate }
      listen(
        new TLSSocket(socket, options).on('error', () => {}),
        n,
        kept,
      )
    })
  }
  const server = tls ? createTlsServer(certificate, talk) : createPlainServer(talk)
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    get open() {
      return sockets.size
    },
    say: (text, then) => {
      for (const socket of sockets) {
        socket.write(`${text.replaceAll('\n', '\r\n')}\r\n`)
        if (then === 'end') socket.end()
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
