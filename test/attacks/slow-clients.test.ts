/**
 * H13, H21, V18: clients that send without end, that stand still, or that never read.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { davClient, dial, exchange } from '../support/dav-client.ts'
import { startDrive } from '../support/drive.ts'

const MIB = 1024 * 1024

describe('Attacks: slow and endless clients', () => {
  it('H13: an upload that was refused is cut off, however long the client goes on', async () => {
    await using server = await startDrive()
    const socket = await dial(server.port)
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.write(`PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\nContent-Length: ${10_000 * MIB}\r\n\r\n`)
    const chunk = Buffer.alloc(MIB)
    let sent = 0
    const closed = new Promise((resolve) => socket.once('close', resolve))
    for (; sent < 200 && !socket.destroyed; sent++) {
      socket.write(chunk)
      if (socket.writableNeedDrain)
        await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
      await breathe()
    }
    await closed
    assert.match(answer, /^HTTP\/1.1 401 /)
    assert.ok(sent < 100, `${sent} MiB were taken`)
  })

  it('H13: a large upload and a large download take no memory', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada')
    const size = 300 * MIB
    const socket = await dial(server.port)
    socket.write(
      `PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\nContent-Length: ${size}\r\n\r\n`,
    )
    const chunk = Buffer.alloc(MIB)
    const before = process.memoryUsage.rss()
    let most = 0
    for (let sent = 0; sent < size; sent += MIB) {
      if (!socket.write(chunk)) await once(socket, 'drain')
      most = Math.max(most, process.memoryUsage.rss() - before)
    }
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 201 /)
    socket.write(`GET /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\n\r\n`)
    let bytes = 0
    for await (const part of socket) {
      bytes += (part as Buffer).length
      most = Math.max(most, process.memoryUsage.rss() - before)
      if (bytes > size) break
    }
    assert.ok(bytes > size)
    assert.ok(most < 150 * MIB, `${Math.round(most / MIB)} MiB`)
  })

  it('H21: headers that never end, bodies a byte at a time, answers that nobody reads', async () => {
    const limits = { headersMs: 300, progressMs: 200, progressBytes: 1000 }
    await using server = await startDrive({ limits })
    const ada = await server.person('ada')
    await davClient(server, ada)('PUT', '/dav/Home/large', { body: Buffer.alloc(50 * MIB) })
    const head = (method: string, path: string): string =>
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\n`
    const slow = await Promise.all(
      ['GET / HTTP/1.1\r\n', head('PUT', '/dav/Home/f'), '', 'G'].map((start) =>
        drip(server.port, start),
      ),
    )
    for (const answer of slow) assert.match(answer, /^(HTTP\/1.1 40[08] .*)?$/s)
    const body = await drip(
      server.port,
      `${head('PUT', '/dav/Home/f')}Content-Length: 500000\r\n\r\n`,
    )
    assert.equal(body, '')
    const small = await drip(
      server.port,
      `${head('PROPFIND', '/dav/Home/')}Content-Length: 5000\r\n\r\n`,
    )
    assert.equal(small, '')
    const reader = await dial(server.port)
    reader.pause()
    reader.write(`${head('GET', '/dav/Home/large')}\r\n`)
    while (server.listener.running === 0) await breathe()
    while (server.listener.running > 0) await breathe()
    reader.destroy()
    assert.deepEqual(server.drive.incoming.pending, [])
    assert.equal((await davClient(server, ada)('GET', '/dav/Home/')).status, 200)
  })

  it('H21: requests sent ahead without end are cut off', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada')
    const socket = await dial(server.port)
    const body = `Authorization: ${ada.basic}\r\nContent-Length: 70000\r\n\r\n${'x'.repeat(70_000)}`
    socket.write(`PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\n${body}`)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5000))
    await new Promise((resolve) => socket.resume().once('close', resolve))
    assert.equal((await davClient(server, ada)('GET', '/dav/Home/')).status, 200)
  })

  it('H21: an idle connection is closed, and one address has so many', async () => {
    const limits = { keepAliveMs: 100, maxConnectionsOfAddress: 20 }
    await using server = await startDrive({ limits })
    const all = await Promise.all(Array.from({ length: 30 }, () => dial(server.port)))
    const closed = all.map((socket) => once(socket.resume(), 'close'))
    await Promise.race(closed)
    const [first] = all.filter((socket) => !socket.destroyed)
    first?.write('OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(first!, 'close')
    for (const socket of all) socket.destroy()
    await Promise.all(closed)
    while (server.listener.running > 0) await breathe()
    assert.match(await exchange(server.port, 'OPTIONS / HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 /)
  })

  it('V18: what goes wrong in one request ends that request only', async () => {
    await using server = await startDrive({
      routes: {
        '/bad': () => {
          throw new TypeError('a bug')
        },
        '/late': async (_req, res) => {
          res.write('half')
          await breathe()
          throw new TypeError('a bug')
        },
      },
    })
    const ada = await server.person('ada')
    const bad = await davClient(server)('GET', '/bad')
    assert.deepEqual([bad.status, bad.text.includes('a bug')], [500, false])
    assert.doesNotMatch(
      await exchange(server.port, 'GET /late HTTP/1.1\r\nHost: x\r\n\r\n'),
      /0\r\n\r\n$/,
    )
    assert.equal((await davClient(server, ada)('GET', '/dav/Home/')).status, 200)
    assert.equal(server.log.filter((line) => line.includes('http.request_failed')).length, 2)
  })

  it('a request that runs may end while the listener stops; others are not begun', async () => {
    await using server = await startDrive()
    const ada = await server.person('ada')
    const socket = await dial(server.port)
    socket.write(
      `PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n`,
    )
    await once(socket, 'data')
    const idle = await dial(server.port)
    const stopped = server.listener.stop()
    await once(idle.resume(), 'close')
    await assert.rejects(async () => await davClient(server, ada)('GET', '/dav/Home/'))
    socket.write('x'.repeat(100_000))
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 201 /)
    await stopped
    assert.ok(socket.destroyed || (await once(socket, 'close')))
  })
})

/** Sends a start, then a byte now and then, until the server has enough. */
async function drip(port: number, start: string): Promise<string> {
  const socket = await dial(port)
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  socket.write(start)
  const timer = setInterval(() => socket.write('a'), 20)
  await once(socket, 'close')
  clearInterval(timer)
  return answer
}
