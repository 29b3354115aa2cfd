import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAIL_PROTOCOLS } from '#gateways/mail/session.ts'
import { fuzz } from './pre-login.ts'

/** `node test/fuzz/pre-login.ts` has many more; the same ones are tried each time. */
const CONVERSATIONS = 2000

describe('conversations before login that no client would have', () => {
  for (const protocol of MAIL_PROTOCOLS)
    it(`${protocol} answers in its own form, admits nobody, and holds nothing`, async () => {
      const { grownBytes } = await fuzz(protocol, CONVERSATIONS)
      assert.ok(grownBytes < 2 * 1024 * 1024, `${grownBytes} bytes more`)
    })
})
