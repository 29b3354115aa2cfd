import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { dataInlet } from './inlet.ts'

const MIB = 2 ** 20

describe('what comes in by `data`', () => {
  it('is collected young for each 16 MiB of all connections together', (t) => {
    const asked: unknown[] = []
    const before = globalThis.gc
    t.after(() => (globalThis.gc = before))
    globalThis.gc = ((options: unknown) => void asked.push(options)) as unknown as NodeJS.GCFunction
    const streams = [new PassThrough(), new PassThrough()]
    let taken = 0
    for (const stream of streams)
      dataInlet(stream as unknown as Socket).to((bytes) => (taken += bytes.length))
    for (let sent = 0; sent < 48; sent++)
      for (const stream of streams) stream.emit('data', Buffer.alloc(MIB / 2))
    assert.equal(taken, 48 * MIB)
    assert.deepEqual(asked, [{ type: 'minor' }, { type: 'minor' }, { type: 'minor' }])
  })

  it('goes to nobody after it was taken away', () => {
    const stream = new PassThrough()
    const inlet = dataInlet(stream as unknown as Socket)
    inlet.to(() => assert.fail())
    inlet.to(null)
    stream.emit('data', Buffer.alloc(1))
    assert.equal(stream.listenerCount('data'), 0)
  })
})
