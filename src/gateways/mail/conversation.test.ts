import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { memorySockets } from '../../../test/support/memory-sockets.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { Conversation } from './conversation.ts'
import { lentInlet } from './inlet.ts'

const NOTHING = Buffer.alloc(0)

function talk(): { conversation: Conversation; peer: Socket; socket: Socket } {
  const [{ socket }, peer] = memorySockets(false, NOTHING)
  return { conversation: new Conversation(socket), peer, socket }
}

/** What is read until the end, in words: `line:NOOP`, `bare`, `too_long`. */
async function readAll(conversation: Conversation, max: number): Promise<string[]> {
  const seen: string[] = []
  for (;;) {
    const line = await conversation.line(max)
    if (line.read === 'end') return seen
    seen.push(line.read === 'line' ? `line:${line.bytes.toString('latin1')}` : line.read)
  }
}

const CASES: readonly (readonly [string, string, string[]])[] = [
  ['two lines', 'a\r\nb\r\n', ['line:a', 'line:b']],
  ['an empty line', '\r\n', ['line:']],
  ['no end of line', 'abc', []],
  ['a CR and no more', 'abc\r', []],
  ['exactly the most', '12345678\r\n1\r\n', ['line:12345678', 'line:1']],
  ['one too many', '123456789\r\nb\r\n', ['too_long', 'line:b']],
  ['far too many', `${'x'.repeat(50_000)}\r\nb\r\n`, ['too_long', 'line:b']],
  ['far too many, and no end', 'x'.repeat(50_000), ['too_long']],
  ['an LF alone', 'a\nb\r\n', ['bare', 'line:b']],
  ['an LF first', '\nb\r\n', ['bare', 'line:b']],
  ['a CR alone', 'a\rb\r\n', ['bare']],
  ['two CR', 'a\r\r\nb\r\n', ['bare', 'line:b']],
  ['a NUL', 'a\0b\r\nc\r\n', ['bare', 'line:c']],
  ['bytes above ASCII', 'caf\xe9\r\n', ['line:caf\xe9']],
]

describe('the lines of a conversation', () => {
  for (const [name, sent, expected] of CASES)
    it(`with ${name}, in one piece and byte by byte`, async () => {
      for (const size of [sent.length, 1, 7]) {
        const { conversation, peer } = talk()
        const bytes = Buffer.from(sent, 'latin1')
        const read = readAll(conversation, 8)
        for (let at = 0; at < bytes.length; at += size) peer.write(bytes.subarray(at, at + size))
        peer.end()
        assert.deepEqual(await read, expected)
      }
    })

  it('are the same however they are cut into packets', async () => {
    const words = fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 8 })
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(words, cuts, async (lines, sizes) => {
        const { conversation, peer } = talk()
        const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''))
        const read = readAll(conversation, 20)
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = sizes[n % sizes.length] ?? 1
          peer.write(bytes.subarray(at, at + size))
          at += size
        }
        peer.end()
        assert.deepEqual(
          await read,
          lines.map((line) => `line:${line}`),
        )
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('may be asked for with another limit each time', async () => {
    const { conversation, peer } = talk()
    peer.write('AUTH PLAIN\r\n')
    peer.write(`${'A'.repeat(12_000)}\r\n`)
    assert.equal((await conversation.line(512)).read, 'line')
    assert.equal((await conversation.line(12_288)).read, 'line')
  })
})

describe('bytes of a conversation', () => {
  it('are as many as were asked for, and lines go on behind them', async () => {
    const { conversation, peer } = talk()
    peer.write('a LOGIN {3}\r\n')
    peer.write('a\r')
    const first = await conversation.line(100)
    assert.equal(first.read === 'line' && first.bytes.toString(), 'a LOGIN {3}')
    const literal = conversation.bytes(3)
    peer.write('\n {2}\r\nxy\r\n')
    assert.equal((await literal)?.toString(), 'a\r\n')
    assert.deepEqual(await conversation.line(100), { read: 'line', bytes: Buffer.from(' {2}') })
    assert.equal((await conversation.bytes(2))?.toString(), 'xy')
    assert.equal(conversation.pipelined, 2)
    assert.equal((await conversation.bytes(0))?.length, 0)
  })

  it('are none when the peer ends before', async () => {
    const { conversation, peer } = talk()
    peer.end('abc')
    assert.equal(await conversation.bytes(4), null)
    assert.deepEqual(await conversation.line(100), { read: 'end' })
  })
})

describe('a conversation', () => {
  it('reads what was sent before the peer ended, and what was sent before it was cut', async () => {
    const { conversation, peer } = talk()
    peer.end('a\r\nb\r\n')
    assert.deepEqual(await readAll(conversation, 10), ['line:a', 'line:b'])
    const other = talk()
    other.peer.write('a\r\n', () => other.peer.destroy())
    assert.deepEqual(await readAll(other.conversation, 10), ['line:a'])
  })

  it('says nothing to who has gone', async () => {
    const { conversation, peer, socket } = talk()
    peer.destroy()
    await conversation.line(10)
    conversation.write('* BYE\r\n')
    conversation.end('* BYE\r\n')
    assert.equal(socket.writableLength, 0)
  })

  it('does not listen to who does not take its answers', async () => {
    const { conversation, peer } = talk()
    peer.pause()
    for (let n = 0; n < 10; n++) conversation.write(Buffer.alloc(100_000))
    let heard = 0
    const listening = (async () => {
      for (; heard < 20_000; heard++) await conversation.line(10)
    })()
    for (let n = 0; n < 20_000; n++) peer.write('a\r\n')
    for (let n = 0; n < 50; n++) await new Promise(setImmediate)
    assert.ok(heard < 10_000, `${heard} lines`)
    peer.resume()
    await listening
  })

  it('pauses who sends without being read, and holds little of it', async () => {
    const { conversation, peer } = talk()
    const chunk = Buffer.from('a NOOP\r\n'.repeat(1000))
    let sent = 0
    for (; sent < 10_000_000 && peer.writableLength < 1_000_000; sent += chunk.length) {
      peer.write(chunk)
      await new Promise(setImmediate)
    }
    assert.ok(sent < 2_000_000, `${sent} were taken`)
    // What the stream itself reads ahead is 64 KiB, and a chunk.
    assert.ok(conversation.pipelined < 8 * 1024 + 64 * 1024 + 2 * chunk.length)
    assert.equal((await conversation.line(100)).read, 'line')
  })

  it('hands over what was not read, and has no listener left that takes bytes', async () => {
    const { conversation, peer } = talk()
    peer.write('a LOGIN x y\r\nb SELECT INBOX\r\n')
    await conversation.line(100)
    const { rest, socket, inlet } = conversation.handOver()
    assert.equal(rest.toString(), 'b SELECT INBOX\r\n')
    assert.deepEqual(
      ['data', 'end', 'close'].map((event) => socket.listenerCount(event)),
      [0, 0, 0],
    )
    peer.write('c IDLE\r\n')
    for (let n = 0; n < 5; n++) await new Promise(setImmediate)
    const taken: Buffer[] = []
    inlet.to((bytes) => taken.push(bytes))
    socket.resume()
    peer.end()
    await new Promise((done) => socket.once('end', done))
    assert.equal(Buffer.concat(taken).toString(), 'c IDLE\r\n')
  })
})

describe('an inlet that lends its buffer', () => {
  it('keeps what comes while nobody takes it, and gives it first', () => {
    const { onread, ...inlet } = lentInlet()
    const buffer = onread.buffer as Buffer
    const say = (text: string): void => void onread.callback(buffer.write(text), buffer)
    say('one')
    say('two')
    const taken: string[] = []
    inlet.to((bytes) => taken.push(bytes.toString()))
    say('three')
    inlet.to(null)
    say('four')
    inlet.to((bytes) => taken.push(bytes.toString()))
    assert.deepEqual(taken, ['one', 'two', 'three', 'four'])
  })
})
