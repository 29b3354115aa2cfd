import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Places } from './places.ts'

describe('places', () => {
  it('are bounded for a person and for a mailbox, and given back once', () => {
    const places = new Places({ maxOfPerson: 2, maxOfMailbox: 3 })
    const one = places.take('ada', 'shared')
    assert.ok(one && places.take('ada', 'own'))
    assert.equal(places.take('ada', 'third'), null)
    assert.ok(places.take('bob', 'shared') && places.take('eve', 'shared'))
    assert.equal(places.take('dan', 'shared'), null)
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    assert.ok(places.take('ada', 'shared'))
    assert.equal(places.take('ada', 'own'), null)
    assert.equal(places.take('dan', 'shared'), null)
  })

  it('whatever comes and goes: never more than the bounds, and all are free at the end', () => {
    const step = fc.tuple(fc.nat(3), fc.nat(3), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const places = new Places({ maxOfPerson: 3, maxOfMailbox: 4 })
        const held: { user: number; box: number; place: Disposable }[] = []
        const of = (key: 'user' | 'box', id: number): number =>
          held.filter((one) => one[key] === id).length
        for (const [user, box, goes] of steps) {
          if (goes) {
            held.shift()?.place[Symbol.dispose]()
            continue
          }
          const place = places.take(`u${user}`, `b${box}`)
          assert.equal(place !== null, of('user', user) < 3 && of('box', box) < 4)
          if (place) held.push({ user, box, place })
        }
        for (const { place } of held) place[Symbol.dispose]()
        for (let n = 0; n < 3; n++) assert.ok(places.take('u0', 'b0'))
      }),
    )
  })
})
