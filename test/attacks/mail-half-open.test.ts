/**
 * M31: connections of which one side has ended, or has gone, and the other never does.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { JOINTS, SpliceStand } from '../support/spliced.ts'

/** A minute, outside of tests. */
const STILL = { stillMs: 100 } as const

describe('connections that are half open', () => {
  let stand: SpliceStand
  before(async () => void (stand = await SpliceStand.open()))
  after(async () => await stand[Symbol.asyncDispose]())

  for (const joint of JOINTS)
    for (const side of ['client', 'server'] as const) {
      const other = side === 'client' ? 'server' : 'client'
      it(`M31: are cut when nothing moves after the ${side} has ended (${joint.front}, ${joint.back})`, async () => {
        const spliced = await stand.splice(joint, STILL)
        // Hears of the end, and keeps its own side open.
        const heard = once(spliced[other].resume(), 'end')
        spliced[side].end('bye\r\n')
        await heard
        await spliced.ended
        assert.ok(spliced.inner.every((socket) => socket.destroyed))
      })

      it(`M31: are cut when the ${side} has gone and the ${other} does not read (${joint.front}, ${joint.back})`, async () => {
        const spliced = await stand.splice(joint, STILL)
        spliced[other].pause()
        spliced[side].write(Buffer.alloc(8 * 1024 * 1024, 'x'))
        while (spliced.splice.fromClient + spliced.splice.fromServer === 0)
          await new Promise((resolve) => setImmediate(resolve))
        spliced[side].destroy()
        await spliced.ended
        assert.ok(spliced.inner.every((socket) => socket.destroyed))
      })
    }
})
