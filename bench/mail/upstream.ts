/**
 * The server behind everything that is measured, in a process of its own: enough IMAP for whoever
 * signs in, whatever with, and two commands that move bytes. It also answers what peers ask besides:
 * nginx for the server of a login, email-oauth2-proxy for a token.
 */
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { answering } from './child.ts'

export type AskUpstream = { readonly key: string; readonly cert: string }
export type Upstream = { readonly tls: number; readonly plain: number; readonly http: number }

const CHUNK = Buffer.alloc(64 * 1024, 'x')
const CAPABILITIES = 'IMAP4rev1 SASL-IR LITERAL+ ID AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER'

async function send(socket: Socket, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= CHUNK.length)
    if (!socket.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)))) await once(socket, 'drain')
}

function attend(socket: Socket): void {
  let line = ''
  let expected = 0
  let then = ''
  let waits: string | null = null
  const say = (text: string): void => void socket.write(`${text}\r\n`)

  async function heard(command: string): Promise<void> {
    if (waits !== null) {
      const tag = waits
      waits = null
      return say(`${tag} OK [CAPABILITY ${CAPABILITIES}] done`)
    }
    const [tag = '', verb = '', first = '', second] = command.split(' ')
    switch (verb.toUpperCase()) {
      case 'CAPABILITY':
        say(`* CAPABILITY ${CAPABILITIES}`)
        return say(`${tag} OK done`)
      case 'ID':
        say('* ID NIL')
        return say(`${tag} OK done`)
      case 'AUTHENTICATE':
        if (second !== undefined) return say(`${tag} OK [CAPABILITY ${CAPABILITIES}] done`)
        waits = tag
        return say('+ ')
      case 'LOGIN':
        return say(`${tag} OK [CAPABILITY ${CAPABILITIES}] done`)
      case 'XDOWN':
        say(`* ${first} BYTES`)
        await send(socket, Number(first))
        return say(`\r\n${tag} OK done`)
      case 'XUP':
        expected = Number(first)
        then = `${tag} OK done`
        return
      case 'LOGOUT':
        say('* BYE')
        say(`${tag} OK done`)
        return void socket.end()
      default:
        return say(`${tag} OK done`)
    }
  }

  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    let rest = bytes
    while (rest.length > 0) {
      if (expected > 0) {
        const taken = Math.min(expected, rest.length)
        expected -= taken
        rest = rest.subarray(taken)
        if (expected === 0) say(then)
        continue
      }
      const end = rest.indexOf('\n')
      line += rest.toString('latin1', 0, end === -1 ? rest.length : end)
      rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1)
      if (end === -1) continue
      const whole = line.replace(/\r$/, '')
      line = ''
      // What follows a literal of a name or a password stands on the next line, and never has a CR.
      const literal = /^(.*)\{\d+(\+?)\}$/.exec(whole)
      if (!literal) void heard(whole)
      else {
        line = literal[1] ?? ''
        if (literal[2] === '') say('+ ')
      }
    }
  })
  say(`* OK [CAPABILITY ${CAPABILITIES}] ready`)
}

let open: Upstream | null = null

async function listening(server: Server): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

answering(async ({ key, cert }: AskUpstream): Promise<Upstream> => {
  if (open) return open
  const ecdhCurve = 'X25519'
  const tls = await listening(createTlsServer({ key, cert, ecdhCurve, noDelay: true }, attend))
  const plain = await listening(createServer({ noDelay: true }, attend))
  const http = await listening(
    createHttpServer((request, response) => {
      if (request.url?.startsWith('/token') === true) {
        const body = { access_token: 'x'.repeat(1500), expires_in: 86_400, token_type: 'Bearer' }
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      } else
        response
          .writeHead(200, { 'Auth-Status': 'OK', 'Auth-Server': '127.0.0.1', 'Auth-Port': plain })
          .end()
    }),
  )
  return (open = { tls, plain, http })
})
