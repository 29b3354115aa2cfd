/** What passes the check of a directory's answers, in the hands of the library that reads them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  MessageParser,
  PagedResultsControl,
  PasswordPolicyControl,
  SearchRequest,
  PresenceFilter,
} from 'ldapts'
import { isAnswer } from '#wire/ldap/answer.ts'
import {
  bound,
  done,
  entry,
  extended,
  message,
  octets,
  tlv,
} from '../support/directory/scripted.ts'
import { PAGED_RESULTS } from '../support/directory/paged.ts'
import { PROPERTY_RUNS } from '../support/property-runs.ts'

const control = (type: string, value: Buffer): Buffer =>
  tlv(0xa0, tlv(0x30, octets(type), tlv(1, Buffer.of(255)), tlv(4, value)))
/** The types that the library reads by itself, and that of a policy. */
const TYPES = [
  PagedResultsControl.type,
  PasswordPolicyControl.type,
  '2.16.840.1.113730.3.4.7',
  '2.16.840.1.113730.3.4.3',
  '1.2.840.113556.1.4.473',
]
const SEEDS = [
  bound(2),
  extended(2, 52),
  done(2, 0, PAGED_RESULTS),
  entry(2, 'uid=ada', { uid: 'ada', mail: 'ada@example.org', objectGUID: '\0\xff' }),
  message(2, tlv(0x73, octets('ldap://elsewhere'), octets('ldap://nowhere'))),
  message(
    2,
    tlv(0x61, tlv(10, '\x31'), octets('dc=x'), octets('data 52e'), tlv(0xa3, octets('ldap://x'))),
  ),
]

/** Reads it as the client does; ends, with a message or an error. */
function read(bytes: Buffer): void {
  const parser = new MessageParser()
  parser.on('error', () => {})
  parser.on('message', () => {})
  const controls = [new PagedResultsControl(), new PasswordPolicyControl()]
  const filter = new PresenceFilter({ attribute: 'cn' })
  parser.read(
    bytes,
    new Map([['2', { message: new SearchRequest({ messageId: 2, filter, controls }) }]]),
  )
}

describe('answers of a directory that are taken', () => {
  it('L06: never keep the library busy: changed ones', () => {
    let taken = 0
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), changes, (seed, changed) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of changed) bytes[at % bytes.length] = value
        if (!isAnswer(bytes)) return
        taken++
        read(bytes)
      }),
      { numRuns: PROPERTY_RUNS },
    )
    assert.ok(taken > PROPERTY_RUNS / 20, `${taken}`)
  })

  it('L06: never keep the library busy: whatever stands in the controls', () => {
    const element = fc.letrec<{ one: Buffer }>((tie) => ({
      one: fc.oneof(
        { depthSize: 'small' },
        fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
        fc
          .tuple(
            fc.constantFrom(0x30, 2, 4, 10, 1, 0x80, 0x81, 0xa0),
            fc.array(tie('one'), { maxLength: 3 }),
          )
          .map(([tag, parts]) => tlv(tag, ...parts)),
      ),
    })).one
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES),
        element,
        fc.constantFrom(0x61, 0x65),
        (type, value, tag) => {
          const result = tlv(tag, tlv(10, '\0'), octets(''), octets(''))
          const bytes = message(2, result, control(type, value))
          assert.ok(isAnswer(bytes))
          read(bytes)
        },
      ),
      { numRuns: PROPERTY_RUNS },
    )
  })
})
