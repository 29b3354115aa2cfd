/**
 * The limit: the product's splice with nothing before it, TLS on both sides. The client's own login
 * passes.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { Conversation } from '#gateways/mail/conversation.ts'
import { lentInlet } from '#gateways/mail/inlet.ts'
import { Splice } from '#gateways/mail/splice.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'

const [port, upstream, certFile = '', keyFile = ''] = process.argv.slice(2)
const where = { host: 'localhost', port: Number(upstream) }
const tls = new UpstreamTls()

async function join(client: TLSSocket): Promise<void> {
  const { onread, ...inlet } = lentInlet()
  const wanted = { ...where, noDelay: true, allowHalfOpen: true, onread }
  const options = { ...tls.options(where), ...wanted }
  const server = connect(options)
  server.on('session', (it: Buffer) => tls.keep(where, it, server.isSessionReused()))
  server.on('error', () => client.destroy())
  const far = new Conversation(server, inlet)
  const near = new Conversation(client)
  await once(server, 'secureConnect')
  Object.assign(client, { splice: new Splice(near.handOver(), far.handOver()) })
}

createServer(
  {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    ecdhCurve: 'X25519',
    noDelay: true,
    allowHalfOpen: true,
  },
  (client) => {
    client.on('error', () => {})
    join(client).catch(() => client.destroy())
  },
).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 })
