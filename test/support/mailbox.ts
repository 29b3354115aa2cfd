/**
 * A mail server that takes everything and keeps it: enough SMTP (RFC 5321) for a real client.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export type Received = {
  readonly from: string
  readonly to: string[]
  readonly raw: string
  readonly subject: string
  readonly text: string
}
export type Mailbox = AsyncDisposable & {
  readonly url: string
  readonly received: Received[]
  /** While true every message is refused as temporary. */
  refuses: boolean
}

export async function openMailbox(): Promise<Mailbox> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    void converse(socket, box)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const box: Mailbox = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refuses: false,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return box
}

async function converse(socket: Socket, box: Mailbox): Promise<void> {
  const say = (line: string): void => void socket.write(`${line}\r\n`)
  let from = ''
  let to: string[] = []
  let data: string[] | null = null
  say('220 mailbox ESMTP')
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    if (data) {
      if (line !== '.') {
        data.push(line.startsWith('.') ? line.slice(1) : line)
        continue
      }
      const raw = data.join('\n')
      box.received.push({ from, to, raw, subject: header(raw, 'Subject'), text: textOf(raw) })
      data = null
      to = []
      say('250 2.0.0 Ok')
      continue
    }
    const [verb = ''] = line.toUpperCase().split(/[ :]/)
    if (verb === 'MAIL') from = addressIn(line)
    if (verb === 'RCPT') to.push(addressIn(line))
    if (verb === 'QUIT') {
      say('221 2.0.0 Bye')
      socket.end()
    } else if (verb === 'RCPT' && box.refuses) say('451 4.3.0 Try later')
    else if (verb === 'DATA') {
      data = []
      say('354 Go on')
    } else say('250 2.0.0 Ok')
  }
}

const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? ''

/** A header with its encoded words (RFC 2047) read. */
function header(raw: string, name: string): string {
  const unfolded = raw.split('\n\n')[0]!.replaceAll(/\n[ \t]+/g, ' ')
  const value = new RegExp(`^${name}: (.*)$`, 'mi').exec(unfolded)?.[1] ?? ''
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : quotedPrintable(text.replaceAll('_', ' ')),
    )
}

function textOf(raw: string): string {
  const [head = '', ...rest] = raw.split('\n\n')
  const body = rest.join('\n\n')
  if (/^content-transfer-encoding: base64/im.test(head))
    return Buffer.from(body, 'base64').toString()
  return /^content-transfer-encoding: quoted-printable/im.test(head) ? quotedPrintable(body) : body
}

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\n/g, '')
      .replaceAll(/[^\x20-\x7e\n]|=([0-9A-F]{2})/gi, (all, hex?: string) =>
        hex === undefined ? all : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    'latin1',
  ).toString()
