import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readBase64 } from './base64.ts'
import { mechanismOf, saslExchange, type Mechanism, type SaslStep } from './exchange.ts'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { readPlain } from './plain.ts'

const b64 = (text: string | Uint8Array): Buffer =>
  Buffer.from(Buffer.from(text as string).toString('base64'))
const refusal = (why: string): SaslStep => ({ step: 'refused', why }) as SaslStep

/** Plays the client's lines; what came last, with the password readable. */
function play(mechanism: Mechanism, ...lines: (Buffer | string | null)[]): unknown {
  const exchange = saslExchange(mechanism)
  let last: SaslStep | null = null
  for (const line of lines)
    last = exchange.next(typeof line === 'string' ? Buffer.from(line) : line)
  return last?.step === 'done' ? [last.username, last.password.reveal()] : last
}

describe('strict base64', () => {
  it('M11: takes the one canonical form, and nothing that others decode too', () => {
    assert.deepEqual(readBase64('AGFkYQBwdw=='), Buffer.from('\0ada\0pw'))
    assert.deepEqual(readBase64(''), Buffer.alloc(0))
    const bad = [
      'AGE=!!',
      '=AAA',
      'AAA=BBB',
      'A',
      'AA',
      'AAA',
      'AAAAA',
      'AB==',
      'AAB=',
      'AA==AA==',
      'AA==\r',
      ' AAAA',
      'AAAA ',
      'AA AA',
      'AA\nAA',
      '-_-_',
      'AA__',
      '====',
      '=',
      '*',
      'AAA\u0000',
      'ÀAAA',
    ]
    for (const text of bad) assert.equal(readBase64(Buffer.from(text, 'latin1')), null, text)
  })

  it('gives back every value, and has no second text for any', () => {
    const almostBase64 = fc
      .tuple(
        fc.base64String({ maxLength: 64 }),
        fc.nat(64),
        fc.constantFrom('=', ' ', '-', 'A', ''),
      )
      .map(([text, at, put]) => Buffer.from(text.slice(0, at) + put + text.slice(at)))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (value) => {
        assert.deepEqual(readBase64(b64(value)), Buffer.from(value))
      }),
      { numRuns: PROPERTY_RUNS },
    )
    fc.assert(
      fc.property(fc.oneof(almostBase64, fc.uint8Array({ maxLength: 64 })), (text) => {
        const bytes = readBase64(text)
        if (bytes) assert.deepEqual(b64(bytes), Buffer.from(text))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

describe('PLAIN', () => {
  it('reads name and password, in one message or two', () => {
    assert.deepEqual(play('PLAIN', b64('\0ada\0pw')), ['ada', 'pw'])
    assert.deepEqual(play('PLAIN', null), { step: 'challenge', text: '' })
    assert.deepEqual(play('PLAIN', null, b64('\0ada@example.org\0 p w ')), [
      'ada@example.org',
      ' p w ',
    ])
  })

  it('M13: two NULs exactly; nothing empty; 255 octets and more', () => {
    for (const message of ['', 'adapw', 'ada\0pw', '\0ada\0pw\0', '\0\0ada\0pw\0\0'])
      assert.deepEqual(play('PLAIN', b64(message)), refusal('fields'), JSON.stringify(message))
    assert.deepEqual(play('PLAIN', '='), refusal('fields'))
    assert.deepEqual(play('PLAIN', null, ''), refusal('fields'))
    for (const message of ['\0\0pw', '\0ada\0', '\0\0', 'ada\0\0pw'])
      assert.deepEqual(play('PLAIN', b64(message)), refusal('empty'), JSON.stringify(message))
    for (const octets of [255, 256, 1024]) {
      const field = 'x'.repeat(octets)
      assert.deepEqual(play('PLAIN', b64(`${field}\0${field}\0${field}`)), [field, field])
    }
    assert.deepEqual(play('PLAIN', b64(`\0${'x'.repeat(1025)}\0pw`)), refusal('too_long'))
  })

  it('M14: nobody acts for another; the own name in front is the same person', () => {
    assert.deepEqual(play('PLAIN', b64('ada\0ada\0pw')), ['ada', 'pw'])
    for (const authzid of ['admin', 'Ada', 'ada ', 'a'])
      assert.deepEqual(play('PLAIN', b64(`${authzid}\0ada\0pw`)), refusal('other_identity'))
  })

  it('M15: takes UTF-8 as it is, and no bytes that are not', () => {
    for (const word of ['zoë', 'zoe\u0308', '"\\{:', ' ', '🔑', 'ﬁ'])
      assert.deepEqual(play('PLAIN', b64(`\0${word}\0${word}`)), [word, word])
    for (const bytes of [[0xff, 0xfe], [0xeb], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f]]) {
      const bad = Buffer.from(bytes)
      const good = Buffer.from('ada')
      for (const [name, password] of [
        [bad, good],
        [good, bad],
      ] as const)
        assert.deepEqual(
          play('PLAIN', b64(Buffer.concat([Buffer.of(0), name, Buffer.of(0), password]))),
          refusal('utf8'),
        )
    }
  })

  it('reads every name and password that can be written', () => {
    const field = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !one.includes('\0'))
    fc.assert(
      fc.property(field, field, fc.boolean(), (name, password, twice) => {
        const message = b64(`${twice ? name : ''}\0${name}\0${password}`)
        assert.deepEqual(play('PLAIN', message), [name, password])
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })

  it('whatever the bytes: what is read is what was written', () => {
    const manyNuls = fc.uint8Array({ maxLength: 9, max: 2 })
    fc.assert(
      fc.property(fc.oneof(manyNuls, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        const message = Buffer.from(bytes)
        const read = readPlain(message)
        if (!read.ok) return
        const tail = Buffer.from(`\0${read.username}\0${read.password.reveal()}`)
        const both = Buffer.concat([Buffer.from(read.username), tail])
        assert.ok(tail.equals(message) || both.equals(message))
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

describe('LOGIN', () => {
  it('asks for the name, then for the password', () => {
    assert.deepEqual(play('LOGIN', null), { step: 'challenge', text: 'VXNlcm5hbWU6' })
    assert.deepEqual(play('LOGIN', null, b64('ada')), { step: 'challenge', text: 'UGFzc3dvcmQ6' })
    assert.deepEqual(play('LOGIN', null, b64('ada'), b64(' p w ')), ['ada', ' p w '])
  })

  it('takes the name as the initial response', () => {
    assert.deepEqual(play('LOGIN', b64('ada')), { step: 'challenge', text: 'UGFzc3dvcmQ6' })
    assert.deepEqual(play('LOGIN', b64('ada'), b64('pw')), ['ada', 'pw'])
  })

  it('M13: refuses what is empty, has a NUL, is too long or is not UTF-8, at both steps', () => {
    const cases: [Buffer, string][] = [
      [Buffer.alloc(0), 'empty'],
      [b64('a\0b'), 'fields'],
      [b64('x'.repeat(1025)), 'too_long'],
      [b64(Uint8Array.of(0xff, 0xfe)), 'utf8'],
      [Buffer.from('AGE=!!'), 'base64'],
    ]
    for (const [bad, why] of cases) {
      assert.deepEqual(play('LOGIN', null, bad), refusal(why))
      assert.deepEqual(play('LOGIN', null, b64('ada'), bad), refusal(why))
    }
  })
})

describe('every exchange', () => {
  it('ends when the client sends an asterisk, which is no initial response', () => {
    assert.deepEqual(play('PLAIN', null, '*'), refusal('cancelled'))
    assert.deepEqual(play('LOGIN', null, '*'), refusal('cancelled'))
    assert.deepEqual(play('LOGIN', null, b64('ada'), '*'), refusal('cancelled'))
    assert.deepEqual(play('PLAIN', '*'), refusal('base64'))
  })

  it('knows the empty response only where the protocol writes it with a sign', () => {
    assert.deepEqual(play('PLAIN', null, '='), refusal('base64'))
    assert.deepEqual(play('LOGIN', '='), refusal('empty'))
  })

  it('has its mechanism by a name in any case', () => {
    assert.equal(mechanismOf('plain'), 'PLAIN')
    assert.equal(mechanismOf('Login'), 'LOGIN')
    for (const name of ['', 'PLAIN ', 'XOAUTH2', 'CRAM-MD5', 'plaın', 'constructor'])
      assert.equal(mechanismOf(name), null, name)
  })

  it('never throws, whatever is sent', () => {
    const line = fc.oneof(
      fc.base64String().map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    )
    fc.assert(
      fc.property(
        fc.constantFrom<Mechanism>('PLAIN', 'LOGIN'),
        fc.option(line),
        fc.array(line, { maxLength: 3 }),
        (mechanism, initial, more) => {
          const exchange = saslExchange(mechanism)
          let { step } = exchange.next(initial)
          for (const response of more)
            if (step === 'challenge') ({ step } = exchange.next(response))
        },
      ),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
