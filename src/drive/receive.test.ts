import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { PassThrough, Readable } from 'node:stream'
import { setImmediate as breathe } from 'node:timers/promises'
import { receive, store } from './receive.ts'

describe('Receiving a body', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-receive-'))
  after(() => rmSync(folder, { recursive: true }))
  let count = 0
  const newFile = (): string => path.join(folder, String(++count))
  const yes = (): Promise<boolean> => Promise.resolve(true)

  it('keeps every byte, in chunks of any size', async () => {
    for (const size of [1, 1000, 65_536, 3_000_000]) {
      const body = Buffer.alloc(size * (size < 2000 ? 3000 : 3), 'abcdefg ')
      const chunks = function* (): Generator<Buffer> {
        for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
      }
      const file = newFile()
      const received = await receive(Readable.from(chunks()), file, {
        room: yes,
        time: 1_700_000_000.5,
      })
      assert.deepEqual(received, { ok: true, bytes: body.length })
      assert.ok(readFileSync(file).equals(body))
      assert.equal(statSync(file).mtimeMs, 1_700_000_000_500)
    }
  })

  it('takes an empty body', async () => {
    const file = newFile()
    assert.deepEqual(await receive(Readable.from([]), file, { room: yes, time: 1 }), {
      ok: true,
      bytes: 0,
    })
    await store([], newFile(), 1)
    await store([Buffer.from('a'), Buffer.from('bc')], path.join(folder, 'small'), 1)
    assert.equal(readFileSync(path.join(folder, 'small'), 'utf8'), 'abc')
  })

  it('asks for room before it writes, and stops where there is none', async () => {
    const asked: number[] = []
    const room = (bytes: number): Promise<boolean> => {
      asked.push(bytes)
      return Promise.resolve(asked.length < 2)
    }
    const file = newFile()
    const body = Readable.from([
      Buffer.alloc(2_000_000),
      Buffer.alloc(2_000_000),
      Buffer.alloc(2_000_000),
    ])
    assert.deepEqual(await receive(body, file, { room, time: 1 }), { ok: false, why: 'no_room' })
    assert.equal(statSync(file).size, asked[0])
  })

  it('says when the body broke off, before or while it came', async () => {
    const body = new PassThrough()
    const receiving = receive(body, newFile(), { room: yes, time: 1 })
    body.write(Buffer.alloc(100))
    body.destroy()
    assert.deepEqual(await receiving, { ok: false, why: 'cut_off' })
    assert.deepEqual(await receive(body, newFile(), { room: yes, time: 1 }), {
      ok: false,
      why: 'cut_off',
    })
  })

  it('makes the sender wait while the disk is busy', async () => {
    const gate = Promise.withResolvers<boolean>()
    const body = new PassThrough({ highWaterMark: 1 })
    const receiving = receive(body, newFile(), { room: () => gate.promise, time: 1 })
    for (let sent = 0; sent < 40 && !body.isPaused(); sent++) {
      body.write(Buffer.alloc(256 * 1024))
      await breathe()
    }
    assert.ok(body.isPaused())
    gate.resolve(true)
    body.end()
    assert.equal((await receiving).ok, true)
  })
})
