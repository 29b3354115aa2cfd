import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { memorySockets } from '../../../test/support/memory-sockets.ts'
import { PatternCheck, patternAt } from '../../../test/support/pattern.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { Splice } from './splice.ts'

const size = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(16_384, 65_535, 65_536, 65_537, 131_072) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('send' as const), size }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('pause', 'resume', 'turn') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('end') }) },
)
const steps = fc.array(fc.record({ who: fc.constantFrom(0, 1), step }), { maxLength: 12 })
const side = fc.record({ lent: fc.boolean(), rest: size })

describe('a splice, whatever its two sides do and in which order', () => {
  it('passes every byte once and in order, and both ends', async () => {
    await fc.assert(
      fc.asyncProperty(side, side, steps, async (client, server, played) => {
        const scene = new Scene(client, server)
        for (const { who, step: one } of played) await scene.play(who, one)
        await scene.finish()
        for (const { sent, check, name } of scene.directions())
          assert.deepEqual([check.wrongAt, check.position], [null, sent], name)
        assert.equal(scene.endings, 1)
      }),
      { numRuns: PROPERTY_RUNS, timeout: 1000 },
    )
  })

  it('passes all that came in before a cut, never anything else, and ends', async () => {
    await fc.assert(
      fc.asyncProperty(side, side, steps, fc.constantFrom(0, 1), async (c, s, played, cut) => {
        const scene = new Scene(c, s)
        for (const { who, step: one } of played) await scene.play(who, one)
        await scene.cut(cut)
        for (const { sent, check, taken, name } of scene.directions()) {
          assert.equal(check.wrongAt, null, name)
          assert.ok(check.position <= taken && taken <= sent, name)
        }
        const { check, taken, name } = scene.directions()[cut] ?? assert.fail()
        assert.equal(check.position, taken, name)
        assert.equal(scene.endings, 1)
      }),
      { numRuns: Math.ceil(PROPERTY_RUNS / 4) },
    )
  })
})

type Side = { readonly lent: boolean; readonly rest: number }

class Scene {
  readonly #peers: readonly [Socket, Socket]
  readonly #sent: [number, number]
  readonly #checks = [new PatternCheck(1), new PatternCheck(0)] as const
  readonly #closed: Promise<unknown>
  endings = 0
  splice: Splice | null = null

  constructor(client: Side, server: Side) {
    const [near, one] = memorySockets(client.lent, patternAt(0, client.rest, 0))
    const [far, other] = memorySockets(server.lent, patternAt(0, server.rest, 1))
    this.#peers = [one, other]
    this.#sent = [client.rest, server.rest]
    for (const [n, peer] of this.#peers.entries())
      peer.on('data', (bytes: Buffer) => this.#checks[n]?.see(bytes))
    const closed = this.#peers.map((peer) => new Promise((done) => peer.once('close', done)))
    const ending = new Promise<void>((resolve) => {
      const ended = (): void => {
        this.endings++
        resolve()
      }
      this.splice = new Splice(near, far, { ended })
    })
    this.#closed = Promise.all([...closed, ending])
  }

  async play(who: number, { does, size: length = 0 }: { does: string; size?: number }) {
    const peer = this.#peers[who === 0 ? 0 : 1]
    if (does === 'pause') peer.pause()
    if (does === 'resume') peer.resume()
    if (does === 'turn') await new Promise(setImmediate)
    if (does === 'end') peer.end()
    if (does === 'send' && peer.writable) {
      const at = who === 0 ? 0 : 1
      peer.write(patternAt(this.#sent[at], length, at))
      this.#sent[at] += length
    }
  }

  async finish(): Promise<void> {
    for (const peer of this.#peers) {
      peer.resume()
      peer.end()
    }
    await this.#closed
  }

  async cut(who: number): Promise<void> {
    for (const peer of this.#peers) {
      peer.resume()
      // As clients and servers do that are told of the end.
      peer.on('end', () => peer.end())
      if (peer.readableEnded) peer.end()
    }
    this.#peers[who === 0 ? 0 : 1].destroy()
    await this.#closed
  }

  directions() {
    const { fromClient = 0, fromServer = 0 } = this.splice ?? {}
    const [up, down] = [this.#checks[1], this.#checks[0]]
    return [
      { name: 'to the server', sent: this.#sent[0], taken: fromClient, check: up },
      { name: 'to the client', sent: this.#sent[1], taken: fromServer, check: down },
    ]
  }
}
