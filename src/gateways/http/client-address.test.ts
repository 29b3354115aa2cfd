import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkList } from '#base/network.ts'
import { originOf } from './client-address.ts'

const trusted = networkList(['10.0.0.0/8', '::1'])
const from = (address: string, forwarded?: string, proto?: string) =>
  originOf(
    { address, tls: false },
    { 'x-forwarded-for': forwarded, 'x-forwarded-proto': proto },
    trusted,
  )

describe('Where a request comes from', () => {
  it('is the peer, whatever it says about itself', () => {
    assert.deepEqual(from('192.0.2.1', '198.51.100.7', 'https'), { ip: '192.0.2.1', tls: false })
    assert.deepEqual(from('::ffff:192.0.2.1'), { ip: '192.0.2.1', tls: false })
  })
  it('is the last hop that is not trusted, when a trusted proxy says so', () => {
    assert.deepEqual(from('10.0.0.1', '198.51.100.7', 'https'), { ip: '198.51.100.7', tls: true })
    assert.deepEqual(from('10.0.0.1', '6.6.6.6, 198.51.100.7, 10.1.1.1').ip, '198.51.100.7')
    assert.deepEqual(from('::1', '[2001:db8::5]:4711').ip, '2001:db8::5')
  })
  it('is the proxy when what it says is no address', () => {
    for (const header of [undefined, '', 'unknown', '198.51.100.7, x', '<script>'])
      assert.equal(from('10.0.0.1', header).ip, '10.0.0.1')
  })
})
