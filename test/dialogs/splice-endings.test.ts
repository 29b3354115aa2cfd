import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { PatternCheck, patternAt } from '../support/pattern.ts'
import { JOINTS, SpliceStand } from '../support/spliced.ts'

const PLAIN = { front: 'plain', back: 'plain' } as const
const TLS = { front: 'tls', back: 'tls' } as const
const BIG = 3 * 2 ** 20

let stand: SpliceStand
before(async () => {
  stand = await SpliceStand.open()
})
after(async () => await stand[Symbol.asyncDispose]())

describe('what came before the splice', () => {
  for (const joint of JOINTS)
    it(`is passed on once and first (${joint.front}, ${joint.back})`, async () => {
      for (const [up, down] of [
        [0, 1],
        [1, 0],
        [8192, 20_000],
        [100_000, 300_000],
      ] as const) {
        const before = (salt: number, size: number): Buffer =>
          Buffer.concat([Buffer.from('hello\r\n'), patternAt(0, size, salt)])
        const { client, server, ended } = await stand.splice(joint, {
          clientSays: before(1, up),
          serverSays: before(2, down),
          meanwhile: turns,
        })
        client.end(patternAt(up, 5000, 1))
        server.end(patternAt(down, 5000, 2))
        const heard = await Promise.all([readPattern(server, 1), readPattern(client, 2)])
        assert.deepEqual(heard, [up + 5000, down + 5000])
        await ended
      }
    })
})

describe('an end on one side', () => {
  for (const joint of JOINTS) {
    it(`lets the server speak on (${joint.front}, ${joint.back})`, async () => {
      const { client, server, ended } = await stand.splice(joint)
      client.end('quit\r\n')
      assert.equal(await readText(server), 'quit\r\n')
      server.end(patternAt(0, BIG, 3))
      assert.equal(await readPattern(client, 3), BIG)
      await ended
    })

    it(`lets the client speak on (${joint.front}, ${joint.back})`, async () => {
      const { client, server, ended } = await stand.splice(joint)
      server.end('* BYE\r\n')
      assert.equal(await readText(client), '* BYE\r\n')
      client.end(patternAt(0, BIG, 4))
      assert.equal(await readPattern(server, 4), BIG)
      await ended
    })
  }
})

describe('a side that is cut', () => {
  it('ends the server after what the client had sent', async () => {
    const { client, server, ended, splice } = await stand.splice(PLAIN)
    client.write('a APPEND x\r\n')
    await once(server, 'readable')
    client.resetAndDestroy()
    assert.equal(await readText(server), 'a APPEND x\r\n')
    server.end()
    await ended
    assert.equal(splice.fromClient, 12)
  })

  it('ends the client after what the server had sent, also while the client does not read', async () => {
    const { client, server, ended, splice } = await stand.splice(PLAIN)
    client.pause()
    server.write(patternAt(0, 200_000, 5), () => server.resetAndDestroy())
    await closed(server)
    await turns()
    assert.equal(await readPattern(client, 5), splice.fromServer)
    client.end()
    await ended
  })

  for (const side of ['client', 'server'] as const)
    it(`is noticed over TLS, in full flow, when it is the ${side}`, async () => {
      const spliced = await stand.splice(TLS)
      const other = side === 'client' ? spliced.server : spliced.client
      const stop = floods(spliced.client, spliced.server)
      spliced.client.resume()
      spliced.server.resume()
      await turns()
      other.once('end', () => other.destroy())
      spliced[side].destroy()
      await spliced.ended
      stop()
    })
})

describe('a side that has gone before the splice', () => {
  for (const side of ['client', 'server'] as const)
    for (const how of ['end', 'resetAndDestroy'] as const)
      it(`ends the other (${side}, ${how})`, async () => {
        const meanwhile = async (client: Socket, server: Socket): Promise<void> => {
          ;(side === 'client' ? client : server)[how]()
          await turns()
        }
        const { client, server, ended } = await stand.splice(PLAIN, { meanwhile })
        for (const socket of [client, server]) socket.resume().once('end', () => socket.end())
        await ended
        await Promise.all([client, server].map(closed))
      })
})

describe('an end that we make', () => {
  it('says the farewell where a line has ended', async () => {
    for (const joint of JOINTS) {
      const { client, server, splice, ended } = await stand.splice(joint)
      server.write('* 1 EXISTS\r\n')
      await once(client, 'readable')
      splice.close('* BYE The password was revoked.\r\n')
      assert.equal(await readText(client), '* 1 EXISTS\r\n* BYE The password was revoked.\r\n')
      client.end()
      await ended
    }
  })

  it('says it when nothing has passed at all, and the one that was given before', async () => {
    const { client, splice, ended } = await stand.splice(TLS, { farewell: '* BYE\r\n' })
    splice.close()
    splice.close()
    assert.equal(await readText(client), '* BYE\r\n')
    client.end()
    await ended
  })

  it('says nothing in the middle of a line', async () => {
    const { client, server, splice, ended } = await stand.splice(TLS)
    server.write('* 1 FETCH (BODY[] {3000}\r\nhalf')
    await once(client, 'readable')
    splice.close('* BYE\r\n')
    assert.equal(await readText(client), '* 1 FETCH (BODY[] {3000}\r\nhalf')
    client.end()
    await ended
  })

  it('comes also when neither side reads or closes', async () => {
    const { client, server, splice, ended, inner } = await stand.splice(TLS)
    const stop = floods(client, server)
    await turns()
    splice.close('* BYE\r\n')
    const passed = splice.fromClient + splice.fromServer
    await ended
    stop()
    assert.equal(splice.fromClient + splice.fromServer, passed)
    assert.ok(inner.every((socket) => socket.destroyed))
  })
})

describe('a tap', () => {
  it('holds back what it has not let pass, and what comes after', async () => {
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    const tap = (bytes: Buffer): Promise<void> | undefined => {
      seen.push(bytes.toString())
      return seen.length === 2 ? gate.promise : undefined
    }
    const { client, server, ended } = await stand.splice(TLS, { tap })
    server.write('250 ok\r\n')
    assert.equal(String((await once(client, 'data'))[0]), '250 ok\r\n')
    server.write('354 go ahead\r\n')
    await turns()
    server.end('250 later\r\n')
    const rest = readText(client)
    await turns()
    assert.deepEqual(seen, ['250 ok\r\n', '354 go ahead\r\n'])
    gate.resolve()
    assert.equal(await rest, '354 go ahead\r\n250 later\r\n')
    assert.equal(seen.join(''), '250 ok\r\n354 go ahead\r\n250 later\r\n')
    client.end()
    await ended
  })

  it('that fails ends both sides with the farewell', async () => {
    const tap = async (): Promise<void> => await Promise.reject(new Error('no room'))
    const farewell = '421 4.3.2 Later.\r\n'
    const { client, server, ended } = await stand.splice(PLAIN, { tap, farewell })
    server.write('354 go ahead\r\n')
    assert.equal(await readText(client), farewell)
    client.end()
    await ended
  })
})

describe('when it is over', () => {
  it('nothing is left: no socket, no timer, no listener that could speak', async () => {
    const before = process.getActiveResourcesInfo().toSorted()
    for (let i = 0; i < 30; i++) {
      const { client, server, splice, ended } = await stand.splice(JOINTS[i % 6] ?? PLAIN)
      client.resume()
      server.resume()
      if (i % 3 === 0) client.destroy()
      else if (i % 3 === 1) splice.close('* BYE\r\n')
      else server.end()
      client.end()
      server.end()
      await ended
      await Promise.all([client, server].map(closed))
    }
    await turns()
    assert.deepEqual(process.getActiveResourcesInfo().toSorted(), before)
  })
})

/** Enough for everything that is under way on this machine to arrive. */
async function turns(): Promise<void> {
  for (let n = 0; n < 200; n++) await new Promise(setImmediate)
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close')
}

async function readText(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  await once(socket, 'end')
  return text
}

/** @returns how many bytes came, all of them right */
async function readPattern(socket: Socket, salt: number): Promise<number> {
  const check = new PatternCheck(salt)
  socket.on('data', (bytes: Buffer) => check.see(bytes)).resume()
  await once(socket, 'end')
  assert.equal(check.wrongAt, null)
  return check.position
}

/** Both send until nothing more fits. */
function floods(...sockets: Socket[]): () => void {
  let stopped = false
  const flood = (socket: Socket): void => {
    while (socket.writable && socket.write(patternAt(0, 60_000)));
    if (!stopped) socket.once('drain', () => flood(socket))
  }
  for (const socket of sockets) flood(socket)
  return () => {
    stopped = true
  }
}
