import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { afterPoll, readDeviceCode } from './device-code.ts'

const GOOD = {
  device_code: 'd1',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://login.example/device',
  expires_in: 900,
  interval: 5,
}
const read = (more: object): ReturnType<typeof readDeviceCode> =>
  readDeviceCode(JSON.stringify({ ...GOOD, ...more }))

describe('a device code', () => {
  it('is read with its interval, five seconds where it has none (RFC 8628 §3.2)', () => {
    const code = read({})
    assert.deepEqual(
      [code?.userCode, code?.verificationUrl, code?.expiresInS, code?.intervalS],
      ['ABCD-EFGH', 'https://login.example/device', 900, 5],
    )
    assert.equal(code?.deviceCode.reveal(), 'd1')
    assert.equal(read({ interval: undefined })?.intervalS, 5)
    assert.equal(read({ interval: '7', expires_in: '60' })?.intervalS, 7)
    const google = { verification_uri: undefined, verification_url: 'https://g.example/device' }
    assert.equal(read(google)?.verificationUrl, 'https://g.example/device')
  })

  it('A19: lives half an hour at most, and is not asked for too quickly or never', () => {
    assert.equal(read({ expires_in: 1e9 })?.expiresInS, 1800)
    for (const interval of [0, -1, 'x', null]) assert.equal(read({ interval })?.intervalS, 5)
    assert.equal(read({ interval: 86_400 })?.intervalS, 300)
  })

  it('that could be something else on a page is none', () => {
    for (const wrong of [
      { verification_uri: 'javascript:alert(1)' },
      { verification_uri: 'http://login.example/device' },
      { verification_uri: 'data:text/html,x' },
      { verification_uri: undefined },
      { user_code: 'a b' },
      { user_code: 'x'.repeat(100) },
      { user_code: 7 },
      { device_code: '' },
      { device_code: 'a\r\nb' },
    ])
      assert.equal(read(wrong), null, JSON.stringify(wrong))
    for (const text of ['', 'x', '[]', 'null', '"a"']) assert.equal(readDeviceCode(text), null)
  })

  it('A19: slow_down adds five seconds for good; silence doubles; the rest is an end', () => {
    assert.deepEqual(afterPoll({ status: 400, error: 'authorization_pending' }, 5), { wait: 5 })
    assert.deepEqual(afterPoll({ status: 400, error: 'slow_down' }, 5), { wait: 10 })
    assert.deepEqual(afterPoll({ status: 400, error: 'slow_down' }, 10), { wait: 15 })
    assert.deepEqual(afterPoll({ failure: 'timeout' }, 10), { wait: 20 })
    assert.deepEqual(afterPoll({ status: 503 }, 5), { wait: 10 })
    assert.deepEqual(afterPoll({ status: 429, retryAfterMs: 90_000 }, 5), { wait: 90 })
    for (const error of [
      'expired_token',
      'access_denied',
      'authorization_declined',
      'x',
      undefined,
    ])
      assert.equal(afterPoll({ status: 400, error }, 5), 'ended')
  })
})
