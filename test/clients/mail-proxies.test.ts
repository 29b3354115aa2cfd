/**
 * Real proxies in front of the mail listeners, as docs/operate/mail-gateways.md has them.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { MailProtocol, Serve } from '#gateways/mail/session.ts'
import { dial, dialTls, greeting, startMailListener } from '../support/mail-listener.ts'
import { freePort } from '../support/product.ts'
import { workFolder } from '../support/program.ts'

const CLIENT = '127.0.0.8'
const says: Serve = async ({ peer, client }) => {
  client.write(`${peer.ip} ${peer.tls}\r\n`)
  await client.line(100)
}
const SAYS: Readonly<Record<MailProtocol, Serve>> = { imap: says, pop3: says, smtp: says }

/** A program in the foreground, which listens at that port. */
async function started(command: readonly [string, ...string[]], port: number, cwd: string) {
  const [file, ...args] = command
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  for (;;) {
    assert.equal(child.exitCode, null, said)
    const socket = await dial(port).catch(() => null)
    socket?.destroy()
    if (socket) break
    await wait(20)
  }
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

const PROXIES = {
  nginx: (folder: string, from: number, to: number) => {
    writeFileSync(
      join(folder, 'nginx.conf'),
      `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
       error_log stderr; pid ${folder}/pid; daemon off; master_process off;
       events {}
       stream { server { listen 127.0.0.1:${from}; proxy_pass 127.0.0.1:${to}; proxy_protocol on; } }`,
    )
    return ['/usr/sbin/nginx', '-p', folder, '-c', join(folder, 'nginx.conf')] as const
  },
  haproxy: (folder: string, from: number, to: number) => {
    writeFileSync(
      join(folder, 'haproxy.cfg'),
      `defaults
         mode tcp
         timeout connect 5s
         timeout client 31m
         timeout server 31m
       listen imaps
         bind 127.0.0.1:${from}
         server passerelle 127.0.0.1:${to} send-proxy-v2 check check-send-proxy\n`,
    )
    return ['/usr/sbin/haproxy', '-db', '-f', join(folder, 'haproxy.cfg')] as const
  },
}

describe('A proxy in front', () => {
  for (const [name, command] of Object.entries(PROXIES))
    it(`${name} hands TLS through and says who the client is`, async () => {
      using work = workFolder()
      await using server = await startMailListener({ proxies: ['127.0.0.1'], serve: SAYS })
      const port = await freePort()
      const to = server.port('imap-tls')
      await using _ = await started(command(work.path, port, to), port, work.path)
      const client = await dialTls(port, { localAddress: CLIENT } as object)
      assert.ok(client)
      assert.equal(await greeting(client), `${CLIENT} TLSv1.3\r\n`)
      client.destroy()
    })
})
