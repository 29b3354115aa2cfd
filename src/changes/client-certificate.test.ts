import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY } from '#base/clock.ts'
import { Problem } from '#base/problem.ts'
import { selfSigned } from '../../test/support/certificate.ts'
import { clientCertificate } from './client-certificate.ts'

const mine = selfSigned()
const other = selfSigned()
const small = selfSigned({ bits: 1024 })
const now = Date.now()

describe('a client certificate', () => {
  it('is private key and certificate in any order, whatever stands between', () => {
    for (const pem of [
      `${mine.key}${mine.certificate}`,
      `Bag Attributes\r\n${mine.certificate}\n\n${mine.key}`.replaceAll('\n', '\r\n'),
      `${mine.certificate}${mine.key}${other.certificate}`,
    ]) {
      const found = clientCertificate(pem, now)
      assert.equal(found.thumbprint, mine.thumbprint)
      assert.ok(found.expiresAt > now + 3000 * DAY)
      assert.match(found.pem, /^-----BEGIN PRIVATE KEY-----[^]+-----END CERTIFICATE-----\n$/)
    }
  })

  it('that cannot be used is refused with why, and no part of the key is said', () => {
    const cut = mine.key.split('\n').toSpliced(2, 1).join('\n')
    for (const [pem, fault] of [
      ['', 'key'],
      [mine.certificate, 'key'],
      [mine.key, 'certificate'],
      [`${mine.certificate}${other.key}`, 'mismatch'],
      [`${small.certificate}${small.key}`, 'key_size'],
      [cut + mine.certificate, 'key'],
      [mine.key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY') + mine.certificate, 'key'],
    ] as const)
      assert.throws(
        () => clientCertificate(pem, now),
        (thrown: unknown) => {
          assert.ok(thrown instanceof Problem)
          assert.deepEqual(thrown.fields, [{ field: 'certificate', fault }])
          assert.ok(!(thrown.stack ?? '').includes('MII'))
          return true
        },
      )
    assert.throws(() => clientCertificate(mine.certificate + mine.key, now + 40_000 * DAY), {
      message: /ended/,
    })
  })
})
