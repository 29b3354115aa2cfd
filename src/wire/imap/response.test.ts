import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PROPERTY_RUNS } from '../../../test/support/property-runs.ts'
import { survivingCapabilities } from './capability.ts'
import { capabilitiesIn, readResponse } from './response.ts'

const read = (line: string) => readResponse(Buffer.from(line, 'latin1'))

describe("an IMAP server's line", () => {
  it('is a status, with or without a code', () => {
    const status = { is: 'status', tag: null, status: 'OK', code: null, codeText: '', text: '' }
    assert.deepEqual(read('* OK'), status)
    assert.deepEqual(read('* ok ready'), { ...status, text: 'ready' })
    assert.deepEqual(read('P1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'), {
      ...status,
      tag: 'P1',
      status: 'NO',
      code: 'AUTHENTICATIONFAILED',
      text: 'Invalid credentials (Failure)',
    })
    assert.deepEqual(read('* OK [CAPABILITY IMAP4rev1 IDLE]hi'), {
      ...status,
      code: 'CAPABILITY',
      codeText: 'IMAP4rev1 IDLE',
      text: 'hi',
    })
    assert.deepEqual(read('* BYE [not closed'), { ...status, status: 'BYE', text: '[not closed' })
    assert.equal(read('* PREAUTH hello').is, 'status')
  })

  it('is a continuation, data, or nothing that is understood', () => {
    assert.deepEqual(read('+'), { is: 'continuation', text: '' })
    assert.deepEqual(read('+ eyJz'), { is: 'continuation', text: 'eyJz' })
    assert.deepEqual(read('* CAPABILITY IMAP4rev1'), {
      is: 'data',
      name: 'CAPABILITY',
      rest: 'IMAP4rev1',
    })
    for (const line of ['', 'OK', '+x', '* ', '* 5 EXISTS', '220 smtp', '+OK', '* ID ("a" {5}'])
      assert.equal(read(line).is, 'garbage', line)
  })

  it('names capabilities in either place, and only such as can be passed on', () => {
    const both = ['IMAP4rev1', 'AUTH=XOAUTH2']
    assert.deepEqual(capabilitiesIn(read('* CAPABILITY IMAP4rev1 AUTH=XOAUTH2')), both)
    assert.deepEqual(capabilitiesIn(read('a OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] in')), both)
    assert.deepEqual(capabilitiesIn(read('* CAPABILITY IMAP4rev1  x\u00e9 "y" (z)')), ['IMAP4rev1'])
    assert.equal(capabilitiesIn(read('* OK ready')), null)
  })

  it('whatever it is: a value', () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom('* ', '+ ', 'OK', 'NO ', '[', ']', 'CAPABILITY ', 'a', '{5}', '\xff'),
        )
        .map((parts) => Buffer.from(parts.join(''), 'latin1')),
    )
    fc.assert(
      fc.property(line, (bytes) => {
        const response = readResponse(Buffer.from(bytes))
        for (const one of capabilitiesIn(response) ?? []) assert.match(one, /^[!-~]{1,64}$/)
      }),
      { numRuns: PROPERTY_RUNS },
    )
  })
})

describe('capabilities after login', () => {
  it('M22: lose what announces a sign-in, and what a gateway cannot stand between', () => {
    const all =
      'IMAP4rev1 STARTTLS LOGINDISABLED AUTH=PLAIN auth=xoauth2 SASL-IR IDLE Starttls UIDPLUS COMPRESS=DEFLATE LOGIN-REFERRALS UNAUTHENTICATE IDLE LITERAL+ X-GM-EXT-1'
    assert.deepEqual(survivingCapabilities(all.split(' ')), [
      'IMAP4rev1',
      'IDLE',
      'UIDPLUS',
      'LITERAL+',
      'X-GM-EXT-1',
    ])
  })
})
