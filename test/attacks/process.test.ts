import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLog } from '#base/log.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import { Client } from '../support/client.ts'
import { line, start, type Settings } from '../support/command-line.ts'
import { freePort, PASSWORD } from '../support/product.ts'

const PROGRAM = join(import.meta.dirname, '..', '..', 'passerelle')

describe('the real process', () => {
  let folder = ''
  let settings: Settings = {}
  let url = ''
  let authorization = ''

  const serve = async (): Promise<ChildProcess> => {
    const server = start(settings, ['serve'])
    await line(server, /Passerelle serves/)
    return server
  }
  const ended = async (server: ChildProcess): Promise<number | null> => {
    if (server.exitCode === null && server.signalCode === null) await once(server, 'close')
    return server.exitCode
  }
  const propfind = async (): Promise<number> => {
    const response = await fetch(`${url}/dav/Home/`, {
      method: 'PROPFIND',
      headers: { Authorization: authorization, Depth: '0' },
    })
    await response.arrayBuffer()
    return response.status
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'passerelle-process-'))
    const port = await freePort()
    url = `http://localhost:${port}`
    settings = { DATA_DIR: folder, LISTEN: `127.0.0.1:${port}`, URL: url }
    const server = start(settings, ['serve'])
    const [, token = ''] = await line(server, /set-up#([\w-]+)/)
    const ada = new Client(url)
    await ada.call('POST /links/accept', {
      body: { token, password: PASSWORD, name: 'ada', email: 'ada@example.org' },
    })
    await ada.setUpTotp()
    const { password } = await ada.call('POST /me/app-passwords', {
      body: { name: 'x', application: 'sync' },
    })
    authorization = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`
    server.kill('SIGTERM')
    assert.equal(await ended(server), 0)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('stops on SIGTERM: what runs ends well, nothing new begins', async () => {
    const server = await serve()
    const upload = request(`${url}/dav/Home/big`, {
      method: 'PUT',
      headers: { Authorization: authorization, 'Content-Length': 200_000 },
    })
    const answered = once(upload, 'response')
    upload.write(Buffer.alloc(100_000, 1))
    // The server has the request when it has read what was written so far.
    assert.equal(await propfind(), 207)
    server.kill('SIGTERM')
    await line(server, /server\.stopping/)
    await assert.rejects(propfind())
    upload.end(Buffer.alloc(100_000, 2))
    const [response] = (await answered) as [{ statusCode: number }]
    assert.equal(response.statusCode, 201)
    assert.equal(await ended(server), 0)
  })

  it('V18: killed without warning, it starts again and everything that was answered is there', async () => {
    const first = await serve()
    const put = await fetch(`${url}/dav/Home/kept`, {
      method: 'PUT',
      headers: { Authorization: authorization },
      body: 'kept',
    })
    assert.equal(put.status, 201)
    first.kill('SIGKILL')
    await ended(first)
    const again = await serve()
    const got = await fetch(`${url}/dav/Home/kept`, { headers: { Authorization: authorization } })
    assert.equal(await got.text(), 'kept')
    again.kill('SIGTERM')
    assert.equal(await ended(again), 0)
  })

  it('V19: out of file descriptors it lives on, and takes connections again when there are some', async () => {
    const named = Object.entries(settings).map(([name, value]) => `PASSERELLE_${name}=${value}`)
    const command = `ulimit -n 64; exec env ${named.map((one) => `'${one}'`).join(' ')} '${PROGRAM}' serve`
    const server = spawn('sh', ['-c', command], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await line(server, /Passerelle serves/)
    const { port } = new URL(url)
    const sockets: Socket[] = []
    for (let i = 0; i < 120; i++) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      sockets.push(socket)
    }
    await Promise.all(
      sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])),
    )
    for (const socket of sockets) socket.destroy()
    await Promise.all(sockets.map(async (socket) => socket.closed || (await once(socket, 'close'))))
    assert.equal(server.exitCode, null)
    assert.equal(await propfind(), 207)
    server.kill('SIGTERM')
    assert.equal(await ended(server), 0)
  })

  it('V19: hashing main passwords never holds up the rest; what is too much is told to wait', async () => {
    const server = await serve()
    const signIns = Array.from({ length: 120 }, async (_, i) => {
      const refused = await new Client(url).refused('POST /session', {
        body: { name: `nobody${i}`, password: PASSWORD },
      })
      return refused.status
    })
    let done = 0
    for (const one of signIns) void one.then(() => done++)
    // Answered while hashes are still waiting: they are not on the way of anybody.
    assert.equal(await propfind(), 207)
    assert.ok(done < signIns.length, 'every sign-in was through before one request')
    const statuses = await Promise.all(signIns)
    assert.deepEqual(new Set(statuses), new Set([401, 429]))
    assert.equal(await propfind(), 207)
    server.kill('SIGTERM')
    assert.equal(await ended(server), 0)
  })
})

describe('V18: a bug in one request', () => {
  it('ends that request and no other, whenever it happens', async () => {
    const bug = (): never => {
      throw new TypeError('a bug')
    }
    let release = (): void => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    await using listener = await HttpListener.open({
      host: '127.0.0.1',
      port: 0,
      routes: {
        '/now': bug,
        '/later': async () => {
          await Promise.resolve()
          bug()
        },
        '/midway': async (_, res) => {
          res.writeHead(200, { 'Content-Length': 10 })
          res.write('half')
          await Promise.resolve()
          bug()
        },
        '/slow': async (_, res) => {
          await held
          res.end('whole')
        },
      },
      isTrustedProxy: () => false,
      log: silentLog,
    })
    const base = `http://127.0.0.1:${listener.port}`
    const slow = fetch(`${base}/slow`)
    assert.equal((await fetch(`${base}/now`)).status, 500)
    assert.equal((await fetch(`${base}/later`)).status, 500)
    await assert.rejects(async () => await (await fetch(`${base}/midway`)).text())
    release()
    assert.equal(await (await slow).text(), 'whole')
  })
})
