/**
 * What stands in the middle, in a process of its own: the product's splice, or the least that one
 * can write with Node. Asked over IPC for what it has used.
 */
import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, createServer } from 'node:tls'
import { Conversation } from '#gateways/mail/conversation.ts'
import { lentInlet } from '#gateways/mail/inlet.ts'
import { Splice } from '#gateways/mail/splice.ts'

export type Middle = {
  readonly kind: 'product' | 'pipe'
  readonly back: 'tls' | 'plain'
  readonly port: number
  readonly key: string
  readonly cert: string
}
/** CPU seconds since the start, and resident bytes. */
export type Used = { readonly cpu: number; readonly resident: number }

/** As the product has it: one for all, X25519. */
const secureContext = createSecureContext({ ecdhCurve: 'X25519' })

function dial({ back, port }: Middle, more: object): Socket {
  const wanted = { host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true, ...more }
  return back === 'tls'
    ? connectTls({ ...wanted, secureContext, rejectUnauthorized: false })
    : connect(wanted)
}

function join(middle: Middle, client: Socket): void {
  client.on('error', () => {})
  if (middle.kind === 'pipe') {
    const server = dial(middle, {})
    server.on('error', () => {})
    client.pipe(server).pipe(client)
    return
  }
  const { onread, ...inlet } = lentInlet()
  const server = dial(middle, { onread })
  const far = new Conversation(server, inlet)
  const near = new Conversation(client)
  server.once(middle.back === 'tls' ? 'secureConnect' : 'connect', () => {
    Object.assign(client, { splice: new Splice(near.handOver(), far.handOver()) })
  })
}

async function answer(message: Middle | 'used'): Promise<unknown> {
  if (message === 'used') {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    return { cpu: (user + system) / 1e6, resident: process.memoryUsage.rss() } satisfies Used
  }
  const { key, cert } = message
  const options = { key, cert, noDelay: true, allowHalfOpen: true, ecdhCurve: 'X25519' }
  const server = createServer(options, (client) => join(message, client))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

process.on('message', (message: Middle | 'used') => {
  answer(message).then(
    (said) => process.send?.(said),
    () => process.exit(1),
  )
})
