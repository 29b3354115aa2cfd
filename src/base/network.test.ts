import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkOf } from './network.ts'

describe('base: the network around an address', () => {
  const cases: readonly [string, number, number, string][] = [
    ['192.0.2.77', 24, 48, '192.0.2.0/24'],
    ['192.0.2.77', 26, 48, '192.0.2.64/26'],
    ['192.0.2.77', 32, 64, '192.0.2.77/32'],
    ['2001:db8:1:2:3:4:5:6', 24, 48, '2001:db8:1:0:0:0:0:0/48'],
    ['2001:db8::6', 32, 64, '2001:db8:0:0:0:0:0:0/64'],
    ['everywhere', 32, 64, 'everywhere'],
  ]
  for (const [address, v4, v6, network] of cases)
    it(`${address} with ${v4} or ${v6} bits: ${network}`, () => {
      assert.equal(networkOf(address, v4, v6), network)
    })
})
