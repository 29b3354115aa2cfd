/**
 * The ends of the bench of the splice, in a process of their own: a server that sends or takes bytes,
 * and clients. Asked over IPC; what they cost is nobody's figure.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

export type Ask =
  | { ask: 'serve'; tls: boolean; key: string; cert: string }
  /** So many connections; each is open when its server has answered. */
  | { ask: 'open'; port: number; count: number }
  /** So many bytes over each connection, one after the other. */
  | { ask: 'move'; way: 'down' | 'up'; bytes: number }
  | { ask: 'close' }

const CHUNK = Buffer.alloc(64 * 1024, 'x')
/** The first line says what is wanted: `down 1000`, `up 1000`. */
const ORDER = /^(down|up) (\d+)\r\n/
const clients: Socket[] = []

async function send(socket: Socket, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= CHUNK.length)
    if (!socket.write(CHUNK.subarray(0, Math.min(left, CHUNK.length)))) await once(socket, 'drain')
}

/** Tells with one byte that all has arrived. */
function attend(socket: Socket): void {
  let expected = 0
  socket.on('error', () => {})
  socket.on('data', (bytes: Buffer) => {
    const order = expected === 0 ? ORDER.exec(bytes.toString('latin1', 0, 40)) : null
    if (order?.[1] === 'down') return void send(socket, Number(order[2]))
    if (order) expected = Number(order[2]) + order[0].length
    if (expected === 0) return
    expected -= bytes.length
    if (expected === 0) socket.write('.')
  })
}

async function received(socket: Socket, bytes: number): Promise<void> {
  await new Promise<void>((done) => {
    let left = bytes
    socket.on('data', function take(chunk: Buffer) {
      left -= chunk.length
      if (left > 0) return
      socket.off('data', take)
      done()
    })
  })
}

async function answer(message: Ask): Promise<unknown> {
  if (message.ask === 'serve') {
    const { tls, key, cert } = message
    const server = tls
      ? createTlsServer({ key, cert, noDelay: true }, attend)
      : createServer({ noDelay: true }, attend)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  if (message.ask === 'open') {
    for (let i = 0; i < message.count; i++) {
      const socket = connectTls({
        port: message.port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
      })
      await once(socket.setNoDelay(true), 'secureConnect')
      socket.write('up 1\r\n.')
      await received(socket, 1)
      clients.push(socket)
    }
    return 'open'
  }
  if (message.ask === 'move') {
    for (const socket of clients) {
      socket.write(`${message.way} ${message.bytes}\r\n`)
      const done = received(socket, message.way === 'down' ? message.bytes : 1)
      if (message.way === 'up') await send(socket, message.bytes)
      await done
    }
    return 'moved'
  }
  for (const socket of clients.splice(0)) socket.destroy()
  return 'closed'
}

process.on('message', (message: Ask) => {
  answer(message).then(
    (said) => process.send?.(said),
    () => process.exit(1),
  )
})
