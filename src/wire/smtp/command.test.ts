import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { readCommand } from './command.ts'

const read = (line: string) => readCommand(Buffer.from(line, 'latin1'))

describe('a command before the sign-in', () => {
  it('has its verb in any case', () => {
    for (const verb of ['STARTTLS', 'NOOP', 'RSET', 'HELP', 'VRFY', 'QUIT'] as const) {
      assert.deepEqual(read(verb), { verb })
      assert.deepEqual(read(`${verb.toLowerCase()} `), { verb })
    }
    assert.deepEqual(read('noop whatever it is'), { verb: 'NOOP' })
  })

  it('names the client, however its computer is called', () => {
    assert.deepEqual(read('EHLO client.example.org'), { verb: 'EHLO', name: 'client.example.org' })
    assert.deepEqual(read('ehlo [IPv6:2001:db8::1]'), { verb: 'EHLO', name: '[IPv6:2001:db8::1]' })
    assert.deepEqual(read('HELO my pc_1 '), { verb: 'HELO', name: 'my pc_1' })
    assert.deepEqual(readCommand(Buffer.from('EHLO Zoé')), { verb: 'EHLO', name: 'Zoé' })
    assert.deepEqual(read('EHLO Zoé'), { verb: 'EHLO', name: '' }) // Latin-1
  })

  it('M26: with controls, without a name, or with an endless one is no EHLO', () => {
    for (const line of ['EHLO', 'EHLO ', 'EHLO  a', 'EHLO a\tb', 'EHLO a\x01', 'HELO \x7f'])
      assert.deepEqual(read(line), { verb: 'malformed' }, JSON.stringify(line))
    assert.deepEqual(read(`EHLO ${'a'.repeat(256)}`), { verb: 'malformed' })
    assert.equal(read(`EHLO ${'a'.repeat(255)}`).verb, 'EHLO')
  })

  it('AUTH has a mechanism, and an initial response or none', () => {
    assert.deepEqual(read('AUTH PLAIN'), { verb: 'AUTH', mechanism: 'PLAIN', initial: null })
    assert.deepEqual(read('auth login QQ== '), {
      verb: 'AUTH',
      mechanism: 'login',
      initial: Buffer.from('QQ=='),
    })
    assert.deepEqual(read('AUTH PLAIN ='), {
      verb: 'AUTH',
      mechanism: 'PLAIN',
      initial: Buffer.from('='),
    })
    for (const line of ['AUTH', 'AUTH ', 'AUTH PL;AIN', 'AUTH PLAIN a b', 'AUTH PLAIN a\tb'])
      assert.deepEqual(read(line), { verb: 'malformed' }, JSON.stringify(line))
  })

  it('takes no argument where there is none', () => {
    for (const line of ['STARTTLS now', 'QUIT x', 'RSET x', 'NOOP \x01'])
      assert.deepEqual(read(line), { verb: 'malformed' })
  })

  it('knows what needs a sign-in, what is HTTP, and that the rest is nothing', () => {
    for (const line of ['MAIL FROM:<a@b>', 'rcpt TO:<a>', 'DATA', 'BDAT 3 LAST', 'EXPN x'])
      assert.deepEqual(read(line), { verb: 'signed_in_only' })
    for (const line of ['GET / HTTP/1.1', 'post /x HTTP/1.0', 'CONNECT a:25 HTTP/1.1'])
      assert.deepEqual(read(line), { verb: 'http' })
    for (const line of ['', ' ', ' EHLO a', 'EHLOa', 'MAIL\tFROM:<a>', 'XCLIENT ADDR=1', '\xff'])
      assert.deepEqual(read(line), { verb: 'unknown' }, JSON.stringify(line))
  })

  it('is read from any bytes without throwing', () => {
    const verbs = fc.constantFrom('EHLO ', 'AUTH ', 'AUTH PLAIN ', 'NOOP ', 'MAIL ', '')
    fc.assert(
      fc.property(verbs, fc.uint8Array({ maxLength: 700 }), (verb, bytes) => {
        const command = readCommand(Buffer.concat([Buffer.from(verb), bytes]))
        if (command.verb === 'EHLO') assert.ok(!/[\0-\x1f\x7f]/.test(command.name))
        if (command.verb === 'AUTH')
          assert.match(command.initial?.toString('latin1') ?? '', /^[!-~]*$/)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
