import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { answerOf, isAnswer } from './answer.ts'
import { LdapAnswers, MAX_MESSAGE } from './answers.ts'

const tlv = (tag: number, ...parts: (Buffer | string)[]): Buffer => {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const { length } = value
  const header =
    length < 128
      ? [tag, length]
      : length < 65_536
        ? [tag, 0x82, length >> 8, length & 255]
        : [tag, 0x84, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from(header), value])
}
const octets = (text: string): Buffer => tlv(4, text)
const id = (n: number): Buffer => tlv(2, Buffer.of(n))
const result = (tag: number, ...more: Buffer[]): Buffer =>
  tlv(0x30, id(2), tlv(tag, tlv(0x0a, Buffer.of(0)), octets(''), octets(''), ...more))
const attribute = (type: string, ...values: string[]): Buffer =>
  tlv(0x30, octets(type), tlv(0x31, ...values.map(octets)))
const entry = (...attributes: Buffer[]): Buffer =>
  tlv(0x30, id(2), tlv(0x64, octets('uid=ada'), tlv(0x30, ...attributes)))
const DONE = result(0x65)
const ENTRY = entry(attribute('mail', 'ada@example.org', 'a@example.org'), attribute('cn'))

describe('an answer of a directory', () => {
  const answers = {
    'the answer to a bind': result(0x61),
    'one with a referral': result(0x61, tlv(0xa3, octets('ldap://elsewhere'))),
    'one with credentials of SASL': result(0x61, tlv(0x87, 'x')),
    'the answer to an extended request': result(0x78, tlv(0x8a, '1.2.3'), tlv(0x8b, 'x')),
    'an entry': ENTRY,
    'an entry without attributes': entry(),
    'a reference': tlv(0x30, id(2), tlv(0x73, octets('ldap://elsewhere'))),
    'the end of a search': DONE,
    controls: tlv(
      0x30,
      id(2),
      tlv(0x65, tlv(0x0a, Buffer.of(0)), octets(''), octets('')),
      tlv(
        0xa0,
        tlv(0x30, octets('1.2')),
        tlv(0x30, octets('1.3'), tlv(1, Buffer.of(255)), octets('x')),
      ),
    ),
  }
  for (const [name, bytes] of Object.entries(answers))
    it(`is ${name}`, () => assert.equal(isAnswer(bytes), true))

  it('says which request it is for', () => {
    assert.deepEqual(answerOf(DONE), { id: 2, tag: 0x65 })
    assert.deepEqual(answerOf(tlv(0x30, tlv(2, Buffer.of(1, 2)), tlv(0x64))), {
      id: 258,
      tag: 0x64,
    })
  })

  const others = {
    nothing: Buffer.alloc(0),
    'two of them': Buffer.concat([DONE, DONE]),
    'a request': tlv(0x30, id(2), tlv(0x42)),
    'an intermediate answer': tlv(0x30, id(2), tlv(0x79)),
    'one without a number': tlv(0x30, tlv(2), tlv(0x65)),
    'one whose number is too long': tlv(0x30, tlv(2, '12345'), tlv(0x65)),
    'a result without a message': tlv(0x30, id(2), tlv(0x61, tlv(0x0a, Buffer.of(0)), octets(''))),
    'a result without a code': tlv(0x30, id(2), tlv(0x61, tlv(0x0a), octets(''), octets(''))),
    'something behind the controls': tlv(0x30, id(2), tlv(0x73, octets('x')), tlv(0xa0), tlv(4)),
    'a reference to nowhere': tlv(0x30, id(2), tlv(0x73)),
    'an attribute whose values are no set': entry(tlv(0x30, octets('cn'), tlv(0x30, octets('x')))),
    'an attribute whose values are numbers': entry(tlv(0x30, octets('cn'), tlv(0x31, id(1)))),
    'values that reach beyond their set': entry(
      tlv(0x30, octets('cn'), tlv(0x31, Buffer.of(4, 9), 'short')),
    ),
    'a set that reaches beyond its attribute': entry(
      tlv(0x30, octets('cn'), Buffer.of(0x31, 0x20, 4, 1), 'x'),
    ),
    'an attribute that is no sequence': entry(octets('cn')),
    'a control without a type': tlv(0x30, id(2), tlv(0x73, octets('x')), tlv(0xa0, tlv(0x30))),
    'a control that is criticial twice': tlv(
      0x30,
      id(2),
      tlv(0x73, octets('x')),
      tlv(0xa0, tlv(0x30, octets('1'), tlv(1, Buffer.of(1)), tlv(1, Buffer.of(1)))),
    ),
  }
  for (const [name, bytes] of Object.entries(others))
    it(`is not ${name}`, () => assert.equal(isAnswer(bytes), false))
})

describe('answers in a stream', () => {
  it('come whole, wherever the pieces end', () => {
    const all = Buffer.concat([ENTRY, DONE, ENTRY])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const answers = new LdapAnswers()
        const seen: string[] = []
        for (let at = 0, n = 0; at < all.length; n++) {
          const piece = all.subarray(at, at + sizes[n % sizes.length]!)
          const taken = answers.take(piece)
          assert.ok(typeof taken !== 'string')
          seen.push(...taken.map((message) => message.toString('hex')))
          at += piece.length
        }
        assert.deepEqual(
          seen,
          [ENTRY, DONE, ENTRY].map((message) => message.toString('hex')),
        )
        assert.equal(answers.pending, 0)
      }),
    )
  })

  const broken: [string, Buffer, string][] = [
    ['an indefinite length', Buffer.of(0x30, 0x80), 'malformed'],
    ['five bytes of length', Buffer.of(0x30, 0x85, 0, 0, 0, 0, 1), 'malformed'],
    ['a length of 4 GiB', Buffer.of(0x30, 0x84, 255, 255, 255, 255), 'too_large'],
    ['one byte more than is taken', Buffer.of(0x30, 0x83, 0x40, 0, 0), 'too_large'],
    ['a tag of several bytes', Buffer.of(0x3f, 0x81, 1, 0), 'malformed'],
    ['something else', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(5)), 'malformed'],
    ['nothing in a message', Buffer.of(0x30, 0), 'malformed'],
  ]
  for (const [name, bytes, why] of broken)
    it(`end for ever with ${name}`, () => {
      const answers = new LdapAnswers()
      assert.deepEqual(answers.take(DONE), [DONE])
      assert.equal(answers.take(bytes), why)
      assert.equal(answers.take(DONE), why)
    })

  it('are taken up to a size, and not copied again with each piece', () => {
    const large = entry(attribute('cn', 'x'.repeat(MAX_MESSAGE - 100)))
    assert.ok(large.length <= MAX_MESSAGE)
    const answers = new LdapAnswers()
    let whole = 0
    for (let at = 0; at < large.length; at += 64) {
      const taken = answers.take(large.subarray(at, at + 64))
      assert.ok(typeof taken !== 'string')
      whole += taken.length
    }
    assert.equal(whole, 1)
  })

  it('never break the reader, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const answers = new LdapAnswers()
        const taken = answers.take(Buffer.concat([Buffer.of(0x30, noise.length & 127), noise]))
        assert.ok(typeof taken === 'string' || taken.every(isAnswer))
      }),
    )
  })
})
