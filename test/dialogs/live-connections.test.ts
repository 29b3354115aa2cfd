import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { DAY } from '#base/clock.ts'
import { davClient, dial } from '../support/dav-client.ts'
import { startDrive, type DriveServer, type Person } from '../support/drive.ts'

let ahead = 0
const clock = { now: () => Date.now() + ahead }

/** Cut with bytes that nobody has read, a connection ends by a reset. */
const closed = (socket: Socket): Promise<unknown> =>
  new Promise((resolve) => void socket.on('error', () => {}).once('close', resolve))

async function upload(server: DriveServer, { basic }: Person) {
  const socket = await dial(server.port)
  socket.write(
    `PUT /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic}\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`,
  )
  assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 100 /)
  socket.write('x'.repeat(100_000))
  return socket
}

describe('Live connections', () => {
  for (const [what, end] of [
    [
      'deleted',
      (server: DriveServer, { appPasswordId }: Person) =>
        server.store.tables.appPasswords.revoke(appPasswordId, clock.now(), 'ada'),
    ],
    ['over', async () => void (ahead += 91 * DAY)],
    [
      'that of a person who is disabled',
      (server: DriveServer, { id }: Person) =>
        server.store.tables.users.update(id, { state: 'disabled' }),
    ],
  ] as const)
    it(`a running upload is cut when its application password is ${what}`, async () => {
      await using server = await startDrive({ clock, liveEveryMs: 20 })
      const ada = await server.person('ada')
      const bob = await server.person('bob')
      const socket = await upload(server, ada)
      const other = what === 'over' ? null : await upload(server, bob)
      assert.equal(server.live.count(ada.id), 1)
      const cut = closed(socket)
      await end(server, ada)
      await cut
      assert.equal(server.live.count(ada.id), 0)
      if (other) assert.equal(server.live.count(bob.id), 1)
      other?.destroy()
      assert.ok(
        server.log.some((line) => line.includes('gateway.cut') && line.includes(ada.appPasswordId)),
      )
      assert.equal((await davClient(server, ada)('GET', '/dav/Home/f')).status, 401)
    })

  it('a download that nobody reads is cut as well', async () => {
    await using server = await startDrive({ clock, liveEveryMs: 20 })
    const ada = await server.person('ada')
    const body = Buffer.alloc(50_000_000)
    await davClient(server, ada)('PUT', '/dav/Home/f', { body })
    const socket = await dial(server.port)
    socket.pause()
    socket.write(`GET /dav/Home/f HTTP/1.1\r\nHost: x\r\nAuthorization: ${ada.basic}\r\n\r\n`)
    while (server.live.count(ada.id) === 0) await breathe()
    await server.store.tables.appPasswords.revoke(ada.appPasswordId, clock.now(), 'ada')
    while (server.live.count(ada.id) > 0) await breathe()
    let bytes = 0
    const cut = closed(socket)
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length)).resume()
    await cut
    assert.ok(bytes < body.length)
  })
})
