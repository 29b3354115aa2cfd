/**
 * A mail server that says what a test wrote down: over TLS, or in the clear where STARTTLS is asked.
 */
import { once } from 'node:events'
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer } from 'node:tls'
import { localhostTls } from './tls.ts'

export type ScriptedServer = AsyncDisposable & {
  readonly port: number
  /** Every line that clients sent. */
  readonly heard: string[]
}
/** @returns what is said to a line; nothing: no answer; null: the connection ends */
export type Script = (line: string, n: number) => string | undefined | null

export async function openScriptedServer(
  greeting: string,
  script: Script,
  { tls = true }: { tls?: boolean } = {},
): Promise<ScriptedServer> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const talk = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write(`${greeting}\r\n`)
    let n = 0
    createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
      heard.push(line)
      const answer = script(line, n++)
      if (answer === null) socket.destroy()
      else if (answer !== undefined) socket.write(`${answer.replaceAll('\n', '\r\n')}\r\n`)
    })
  }
  const server = tls ? createTlsServer(localhostTls(), talk) : createPlainServer(talk)
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
