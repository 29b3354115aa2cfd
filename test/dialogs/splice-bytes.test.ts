import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { PatternCheck, patternAt, seeded } from '../support/pattern.ts'
import { JOINTS, SpliceStand } from '../support/spliced.ts'

const MIB = 2 ** 20
/** Each way, for each kind of connection; more in the night. */
const BYTES = Number(process.env['SPLICE_MIB'] ?? 32) * MIB

describe('every byte arrives at its position, both ways at once, whoever reads slowly', () => {
  let stand: SpliceStand
  before(async () => {
    stand = await SpliceStand.open()
  })
  after(async () => await stand[Symbol.asyncDispose]())

  for (const [n, joint] of JOINTS.entries())
    it(`${joint.front} to the client, ${joint.back} to the server`, async () => {
      const { client, server, splice, ended } = await stand.splice(joint)
      const [up, down] = [new PatternCheck(1), new PatternCheck(2)]
      await Promise.all([
        sendPattern(client, 1, seeded(n + 1)),
        sendPattern(server, 2, seeded(n + 2)),
        readSlowly(server, up, seeded(n + 3)),
        readSlowly(client, down, seeded(n + 4)),
      ])
      await ended
      assert.deepEqual([up.wrongAt, up.position], [null, BYTES])
      assert.deepEqual([down.wrongAt, down.position], [null, BYTES])
      assert.deepEqual([splice.fromClient, splice.fromServer], [BYTES, BYTES])
    })
})

describe('when one side does not read', () => {
  it('the other is paused, and what waits is little', async () => {
    await using stand = await SpliceStand.open()
    for (const joint of JOINTS) {
      const { client, server, splice, inner } = await stand.splice(joint)
      for (const [from, to, counted] of [
        [server, inner[0], () => splice.fromServer],
        [client, inner[1], () => splice.fromClient],
      ] as const) {
        for (let still = 0; still < 50; still++) {
          const before = counted()
          while (from.write(patternAt(0, 60_000))) still = 0
          await new Promise(setImmediate)
          if (counted() !== before || !from.writableNeedDrain) still = 0
        }
        assert.ok(to.writableLength <= 64 * 1024, `${to.writableLength} queued at the socket`)
        const held = counted() - to.bytesWritten
        assert.ok(held <= 192 * 1024, `${held} held by the splice`)
      }
      splice.close()
    }
  })
})

/** In pieces of all sizes, from one byte to more than the splice ever holds. */
async function sendPattern(
  socket: Socket,
  salt: number,
  chance: (below: number) => number,
): Promise<void> {
  for (let sent = 0; sent < BYTES;) {
    const size = Math.min(BYTES - sent, 1 + chance([10, 2000, 70_000, 300_000][chance(4)] ?? 1))
    if (!socket.write(patternAt(sent, size, salt))) await once(socket, 'drain')
    sent += size
  }
  socket.end()
}

/** With pauses of so many turns of the event loop that everything in between fills up. */
async function readSlowly(
  socket: Socket,
  check: PatternCheck,
  chance: (below: number) => number,
): Promise<void> {
  socket.on('data', (bytes: Buffer) => {
    check.see(bytes)
    if (chance(8) > 0) return
    socket.pause()
    goOnAfter(chance(40), socket)
  })
  await once(socket, 'end')
}

function goOnAfter(turns: number, socket: Socket): void {
  if (turns > 0) setImmediate(goOnAfter, turns - 1, socket)
  else socket.resume()
}
