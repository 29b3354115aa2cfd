/**
 * An SMS gateway that takes everything and keeps it, over HTTPS on localhost.
 */
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { BodyIn } from '#api/contract.ts'
import type { Client } from './client.ts'
import { localhostTls } from './tls.ts'

export type SmsAsked = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Answered by 2xx. */
  readonly took: boolean
}
export type SmsStub = AsyncDisposable & {
  readonly url: string
  readonly asked: SmsAsked[]
  /** The messages that it took, as JSON with `to` and `message` has them. */
  readonly sent: readonly { readonly to: string; readonly text: string }[]
  /** An administrator sets it as the gateway. */
  setBy(ada: Client): Promise<void>
  /** What it answers; the body is something that nobody must be shown. */
  status: number
}

export async function openSmsStub(): Promise<SmsStub> {
  const asked: SmsAsked[] = []
  const server = createServer(localhostTls(), (req, res) => {
    void text(req).then((body) => {
      asked.push({
        method: req.method ?? '',
        path: req.url ?? '',
        headers: req.headers,
        body,
        took: stub.status < 300,
      })
      const headers = stub.status === 302 ? { Location: 'https://169.254.169.254/' } : {}
      res.writeHead(stub.status, headers).end('{"inside":"what only the network sees"}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stub: SmsStub = {
    get sent() {
      return asked.filter(({ took }) => took).map(({ body }) => read(body))
    },
    setBy: async (ada) => void (await ada.call('PUT /sms-gateway', { body: smsTemplate(stub) })),
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    asked,
    status: 201,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return stub
}

function read(body: string): { to: string; text: string } {
  const { to = '', message: text = '' } = JSON.parse(body) as Record<string, string>
  return { to, text }
}

/** A gateway as an administrator would write it down for the stub. */
export const smsTemplate = (stub: Pick<SmsStub, 'url'>): BodyIn<'PUT /sms-gateway'> => ({
  url: `${stub.url}/v1/messages`,
  method: 'POST',
  headers: [],
  contentType: 'json',
  body: '{"to":"{{number}}","message":"{{text}}"}',
})
