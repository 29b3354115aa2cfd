import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../test/support/property-runs.ts'
import { LONGEST_PROXY_HEADER, readProxyHeader } from './proxy-protocol.ts'

const SIGNATURE = '0d0a0d0a000d0a515549540a'
const v2 = (hex: string): Buffer => Buffer.from(SIGNATURE + hex.replaceAll(' ', ''), 'hex')
const read = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'))

describe('PROXY protocol, version 1', () => {
  it('names the client', () => {
    const line = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 993\r\n'
    const found = { is: 'client', ip: '192.0.2.7', port: 56324, length: line.length }
    assert.deepEqual(read(line), found)
    assert.deepEqual(read(`${line}a CAPABILITY\r\n`), found)
    const six = read('PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n')
    assert.equal(six.is === 'client' && six.ip, '2001:db8::1')
  })

  it('UNKNOWN leaves the connection its own address, whatever follows', () => {
    assert.deepEqual(read('PROXY UNKNOWN\r\n'), { is: 'local', length: 15 })
    assert.equal(read('PROXY UNKNOWN ffff::1 ::1 1 2\r\nx').is, 'local')
  })

  it('is waited for up to its longest line', () => {
    const line = 'PROXY TCP4 192.0.2.7 198.51.100.1 56324 993\r\n'
    for (let size = 0; size < line.length; size++)
      assert.equal(read(line.slice(0, size)).is, 'more')
    assert.equal(read(`PROXY UNKNOWN ${'x'.repeat(91)}\r\n`).is, 'local')
    assert.equal(read(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`).is, 'malformed')
    assert.equal(read(`PROXY UNKNOWN ${'x'.repeat(93)}`).is, 'malformed')
  })

  for (const line of [
    'PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 56324 993 1\r\n',
    'PROXY TCP4 192.0.2.7  198.51.100.1 56324 993\r\n',
    'PROXY TCP4 192.0.2.007 198.51.100.1 56324 993\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 056324 993\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 65536 993\r\n',
    'PROXY TCP4 192.0.2.7 198.51.100.1 -1 993\r\n',
    'PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n',
    'PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n',
    'PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n',
    'PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n',
    'PROXY __proto__ 1 1 1 2\r\n',
    'PROXY tcp4 192.0.2.7 198.51.100.1 1 2\r\n',
    'proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n',
    'PROXY\r\n',
    'GET / HTTP/1.1\r\n',
    '\u0016\u0003\u0001',
  ])
    it(`is not ${JSON.stringify(line)}`, () => assert.equal(read(line).is, 'malformed'))
})

describe('PROXY protocol, version 2', () => {
  it('names the client', () => {
    const four = v2('21 11 000c c0000207 c6336401 dc04 03e1')
    assert.deepEqual(readProxyHeader(four), {
      is: 'client',
      ip: '192.0.2.7',
      port: 56324,
      length: 28,
    })
    const six = v2(`21 21 0024 20010db8${'00'.repeat(11)}07 ${'00'.repeat(16)} dc04 03e1`)
    assert.deepEqual(readProxyHeader(six), {
      is: 'client',
      ip: '2001:db8::7',
      port: 56324,
      length: 52,
    })
  })

  it('passes over what is added behind the addresses', () => {
    const found = readProxyHeader(v2('21 11 0013 c0000207 c6336401 dc04 03e1 04 0004 00000000 ff'))
    assert.equal(found.is === 'client' && found.length, 35)
  })

  it('LOCAL, and addresses that are none of TCP, leave the connection its own', () => {
    assert.deepEqual(readProxyHeader(v2('20 00 0000')), { is: 'local', length: 16 })
    const padded = v2(`20 11 005c ${'41'.repeat(92)} 61`)
    assert.deepEqual(readProxyHeader(padded), { is: 'local', length: 108 })
    assert.equal(readProxyHeader(v2('21 00 0000')).is, 'local')
    assert.equal(readProxyHeader(v2(`21 31 00d8 ${'00'.repeat(216)}`)).is, 'local')
  })

  for (const [what, hex] of [
    ['version 1 in the form of 2', '11 11 000c'],
    ['an unknown command', '22 11 000c'],
    ['UDP', '21 12 000c'],
    ['an unknown family', '21 41 000c'],
    ['addresses that are too short', '21 11 000b'],
    ['addresses that are too short for IPv6', '21 21 000c'],
    ['a length beyond all measure', '21 11 ffff'],
  ] as const)
    it(`is not ${what}`, () => assert.equal(readProxyHeader(v2(hex)).is, 'malformed'))
})

describe('PROXY protocol, whatever comes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.from(part)),
    fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.concat([v2(''), part])),
    fc.string({ maxLength: 150 }).map((part) => Buffer.from(`PROXY ${part}`)),
    fc
      .tuple(fc.ipV4(), fc.ipV6(), fc.nat(70_000), fc.uint8Array({ maxLength: 5 }))
      .map(([four, six, port, rest]) =>
        Buffer.concat([
          Buffer.from(
            `PROXY ${port % 2 ? `TCP4 ${four} ${four}` : `TCP6 ${six} ${six}`} ${port} 1`,
          ),
          Buffer.from('\r\n'),
          rest,
        ]),
      ),
  )

  it('answers the same for the whole as for its parts, and never waits beyond the longest', () => {
    fc.assert(
      fc.property(bytes, (all) => {
        const whole = readProxyHeader(all)
        if (whole.is === 'more') return all.length < LONGEST_PROXY_HEADER
        // The first verdict on a part is the verdict on everything that begins with it.
        for (let size = 0; size <= all.length; size++) {
          const part = readProxyHeader(all.subarray(0, size))
          if (part.is === 'more') continue
          assert.deepEqual(part, whole)
          if (part.is !== 'malformed') assert.ok(part.length <= size)
          if (part.is === 'client') assert.notEqual(isIP(part.ip), 0)
          return true
        }
        return false
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
