import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { BODIES, davClient, dial } from '../support/dav-client.ts'
import { startDrive } from '../support/drive.ts'
import { newId } from '../support/rows.ts'

describe('Many at once', () => {
  it('a file is always one of those that were written, never a mixture', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada')
    const dav = davClient(server, ada)
    const bodies = Array.from({ length: 24 }, (_, i) =>
      Buffer.alloc(i % 2 ? 300_000 : 3000, 65 + i),
    )
    await dav('PUT', '/dav/Home/one', { body: bodies[0]! })
    const etags = new Set<string>()
    const reads: Buffer[] = []
    await Promise.all(
      bodies.flatMap((body) => [
        dav('PUT', '/dav/Home/one', { body }).then(({ status, headers }) => {
          assert.equal(status, 204)
          etags.add(headers.etag ?? '')
        }),
        dav('GET', '/dav/Home/one').then((got) => reads.push(got.body)),
      ]),
    )
    for (const read of reads) assert.ok(bodies.some((body) => body.equals(read)))
    assert.equal(etags.size, bodies.length)
    const { body, headers } = await dav('GET', '/dav/Home/one')
    assert.ok(bodies.some((one) => one.equals(body)))
    assert.ok(etags.has(headers.etag ?? ''))
    await server.drive.quota.settle()
    assert.equal(await server.drive.quota.used(`home:${ada.id}`), body.length)
    assert.deepEqual(server.drive.incoming.pending, [])
  })

  it('one of many creates, makes, locks, or changes what it has seen', async () => {
    await using server = await startDrive()
    const dav = davClient(server, await server.person('ada'))
    const wins = async (
      method: string,
      path: string,
      headers: Record<string, string>,
      body?: string,
    ): Promise<number> => {
      const sent = { headers, ...(body === undefined ? {} : { body }) }
      const all = await Promise.all(
        Array.from({ length: 16 }, async () => await dav(method, path, sent)),
      )
      return all.filter(({ status }) => status < 300).length
    }
    assert.equal(await wins('PUT', '/dav/Home/new', { 'If-None-Match': '*' }, 'x'), 1)
    const { etag = '' } = (await dav('GET', '/dav/Home/new')).headers
    assert.equal(await wins('PUT', '/dav/Home/new', { 'If-Match': etag }, 'y'), 1)
    assert.equal(await wins('MKCOL', '/dav/Home/col', {}), 1)
    assert.equal(await wins('LOCK', '/dav/Home/new', {}, BODIES.lock()), 1)
    assert.equal(await wins('MOVE', '/dav/Home/col', { Destination: '/dav/Home/col2' }), 1)
    assert.equal(await wins('DELETE', '/dav/Home/col2', {}), 1)
  })

  it('a lock that is taken during an upload keeps the upload out', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada')
    const dav = davClient(server, ada)
    await dav('PUT', '/dav/Home/f', { body: 'before' })
    const socket = await dial(server.port)
    socket.write(
      `PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n`,
    )
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 100 Continue/)
    assert.equal((await dav('LOCK', '/dav/Home/f', { body: BODIES.lock() })).status, 200)
    socket.write('x'.repeat(100_000))
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 423 /)
    socket.destroy()
    assert.equal((await dav('GET', '/dav/Home/f')).text, 'before')
    assert.deepEqual(server.drive.incoming.pending, [])
  })
})

describe('A killed upload', () => {
  it('leaves no half file, and no debris after the next start', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'passerelle-drive-'))
    const userId = newId()
    const home = path.join(dir, 'home', userId)
    const children: ChildProcess[] = []
    try {
      const first = await start(dir, userId)
      children.push(first.child)
      const dav = davClient(first, { basic: `Basic ${Buffer.from('a:b').toString('base64')}` })
      assert.equal((await dav('PUT', '/dav/Home/kept', { body: 'kept' })).status, 201)
      const socket = await dial(first.port)
      socket.write(
        `PUT /dav/Home/half HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`,
      )
      await once(socket, 'data')
      socket.write(Buffer.alloc(4_000_000))
      const incoming = path.join(dir, '.incoming')
      const debris = (): string[] =>
        readdirSync(incoming).flatMap((name) => readdirSync(path.join(incoming, name)))
      while (debris().length === 0) await breathe()
      first.child.kill('SIGKILL')
      await once(first.child, 'exit')
      socket.destroy()
      assert.deepEqual(readdirSync(home), ['kept'])
      assert.equal(debris().length, 1)
      const second = await start(dir, userId)
      children.push(second.child)
      assert.deepEqual(debris(), [])
      assert.equal(readdirSync(incoming).length, 1)
      assert.equal(readFileSync(path.join(home, 'kept'), 'utf8'), 'kept')
      assert.equal(existsSync(path.join(home, 'half')), false)
    } finally {
      for (const child of children) child.kill('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    }
  })

  it('is gone at once when the client breaks it off', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada', 10_000_000)
    const socket = await dial(server.port)
    socket.write(
      `PUT /dav/Home/half HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`,
    )
    await once(socket, 'data')
    socket.write(Buffer.alloc(2_000_000))
    socket.destroy()
    while (server.listener.running > 0) await breathe()
    while (server.live.count() > 0) await breathe()
    assert.deepEqual(server.drive.incoming.pending, [])
    assert.equal(await server.drive.quota.used(`home:${ada.id}`), 0)
    assert.deepEqual(readdirSync(server.home(ada)), [])
  })
})

async function start(dir: string, userId: string) {
  const program = path.join(import.meta.dirname, '..', 'support', 'drive-process.ts')
  const child = spawn(process.execPath, [program, dir, userId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, port: Number(line.toString()) }
}
